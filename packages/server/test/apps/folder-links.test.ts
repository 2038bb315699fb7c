import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openFolder } from '../../src/apps/read/directory-source.ts'
import { collectFiles } from '../../src/apps/read/kept-files.ts'
import { makeFolder } from '../documents/embedded/open-temp.ts'

const collect = async (folder: string) => {
  const { files, leftOut } = await collectFiles(await openFolder(folder))
  return { files: [...files.keys()], leftOut }
}

describe('links to folders in an app directory', () => {
  it('are followed within it', async () => {
    await using folder = await makeFolder()
    await mkdir(join(folder.path, 'shared'))
    await writeFile(join(folder.path, 'shared', 'tea.js'), 'exports = () => 1')
    await symlink('shared', join(folder.path, 'functions'))

    expect(await collect(folder.path)).toEqual({
      files: ['functions/tea.js', 'shared/tea.js'],
      leftOut: [],
    })
  })

  it('are not followed in circles, however many there are', { timeout: 20_000 }, async () => {
    await using folder = await makeFolder()
    await writeFile(join(folder.path, 'a.json'), '{}')
    await mkdir(join(folder.path, 'below'))
    for (const name of ['one', 'two']) await symlink('.', join(folder.path, name))
    for (const name of ['one', 'two']) await symlink('..', join(folder.path, 'below', name))

    expect(await collect(folder.path)).toEqual({
      files: ['a.json'],
      leftOut: ['below/one', 'below/two', 'one', 'two'].map(
        path => `${path} is a link to a folder that it is in`,
      ),
    })
  })

  it('tell nothing of what is elsewhere', async () => {
    await using folder = await makeFolder()
    await using other = await makeFolder()
    await writeFile(join(other.path, 'private.json'), '{}')
    await symlink(other.path, join(folder.path, 'values'))

    expect(await collect(folder.path)).toEqual({
      files: [],
      leftOut: ['values is a link that leaves the app directory; put the file itself here'],
    })
  })
})
