import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { email, password, tryLogIn } from '../admin/operators.ts'

const settings = { adminEmail: email, adminPassword: password }

describe('the operator of the settings', () => {
  it('is made at the start, and can log in', async () => {
    await using server = await startTestServer({ settings })

    expect((await tryLogIn(server)).status).toBe(200)
    expect(JSON.stringify(server.logs())).not.toContain(password)
  })

  it('is nobody without settings', async () => {
    await using server = await startTestServer()

    expect(await server.deps.store.admins.list()).toEqual([])
  })

  it('is left as it is when there is one, whatever password is set', async () => {
    await using first = await startTestServer({ settings })
    await first.stop()
    const changed = { ...settings, adminPassword: 'another password' }
    await using second = await startTestServer({ dataDir: first.dataDir, settings: changed })

    expect((await tryLogIn(second, email, 'another password')).status).toBe(401)
    expect((await tryLogIn(second)).status).toBe(200)
    expect(await second.deps.store.admins.list()).toHaveLength(1)
  })

  it('has the password of a file, without the end of its line', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'regent-test-'))
    try {
      const adminPasswordFile = join(folder, 'password')
      const start = () => startTestServer({ settings: { adminEmail: email, adminPasswordFile } })

      await expect(start()).rejects.toThrow('REGENT_ADMIN_PASSWORD_FILE cannot be read: ENOENT')
      await writeFile(adminPasswordFile, 'short\n')
      await expect(start()).rejects.toThrow(
        'REGENT_ADMIN_PASSWORD_FILE must hold a password of 8 to 128 characters',
      )
      await writeFile(adminPasswordFile, `${password}\n`)
      await using server = await start()
      expect((await tryLogIn(server)).status).toBe(200)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})
