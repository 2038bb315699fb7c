import { createReadStream } from 'node:fs'
import { mkdir, readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { markReady, takeFiles } from '../../src/backup/restore-folder.ts'
import { unpack } from '../../src/backup/unpack.ts'

/** Leaves a folder as a restore leaves it that is killed when about half of its files have moved. */
export const cutOffAt = async (
  phase: 'restore.ready' | 'restore.moving',
  folder: string,
  backup: string,
): Promise<void> => {
  await unpack(createReadStream(backup), () => takeFiles(folder))
  await markReady(folder)
  const away = join(folder, 'replaced-before')
  await mkdir(away)
  const old = (await readdir(folder)).filter(name => !/^(restore|replaced|lock)/.test(name))
  const gone = phase === 'restore.ready' ? old.slice(0, old.length / 2) : old
  for (const name of gone) await rename(join(folder, name), join(away, name))
  if (phase === 'restore.ready') return
  await rename(join(folder, 'restore.ready'), join(folder, phase))
  const files = await readdir(join(folder, phase))
  for (const name of files.slice(0, files.length / 2)) {
    await rename(join(folder, phase, name), join(folder, name))
  }
}
