import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { clientPaths } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { makeFolder } from './process.ts'
import { run } from './terminal.ts'

/** Salted SHA-256 of `password`. */
const shaHash = '{SSHA256}eje4XIkY6sGakInA+loqtNzj+QUo3N7sEIsj3fNge5lzYWx0'

const status = async (server: TestServer, username: string): Promise<number> => {
  const path = clientPaths.login(server.app.clientAppId, 'local-userpass')
  return (await server.request('POST', path, { json: { username, password: 'password' } })).status
}

const emails = async (server: TestServer): Promise<unknown[]> => {
  const { users } = await server.deps.store.moving.usersAfter(server.app.id, {
    after: undefined,
    limit: 5_000,
    withKeys: false,
  })
  return users.map(({ user }) => user.identities[0]?.data.email).sort()
}

const readReport = async (path: string): Promise<unknown[]> =>
  (await readFile(path, 'utf8'))
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as unknown)

describe('regent users import', () => {
  it('takes lines of JSON, says what it did and reports each refused row', async () => {
    await using server = await startTestServer()
    await using folder = await makeFolder()
    const file = join(folder.path, 'users.jsonl')
    const rows = [
      JSON.stringify({ email: 'ada@example.com', password_hash: shaHash }),
      '{"email":"cut',
      '',
      JSON.stringify({ email: 'bob@example.com', password_hash: '$2b$31$x' }),
      JSON.stringify({ email: 'ada@example.com' }),
      JSON.stringify({ email: 'ADA@example.com' }),
      JSON.stringify({ email: 'x'.repeat(2_000_000) }),
      JSON.stringify({ email: 'eve@example.com', password_hash: shaHash }),
    ]
    await writeFile(file, `\ufeff${rows.join('\n')}`)
    const options = ['--data', server.dataDir]

    const dry = await run(['users', 'import', file, '--dry-run', ...options], { cwd: folder.path })
    expect(await emails(server)).toEqual([])
    const done = await run(['users', 'import', file, ...options], { cwd: folder.path })

    expect(dry.out).toContain('3 users would be imported; nothing was written.')
    expect([done.code, done.out]).toEqual([0, expect.stringMatching(/^✓ 3 users imported \(/)])
    expect(done.out).toContain('4 rows refused.')
    expect(done.out).toContain('1 have no password: they set one by mail.')
    const report = join(folder.path, 'users.jsonl.report.jsonl')
    expect(done.out).toContain(`Which and why: ${report}`)
    expect(await readReport(report)).toEqual([
      { row: 2, refused: 'not valid JSON' },
      { row: 4, email: 'bob@example.com', refused: "'password_hash' is cut off or malformed" },
      { row: 5, refused: 'its e-mail stands in a row before' },
      {
        row: 6,
        email: 'ADA@example.com',
        double: 'ada@example.com has the same key: matched only as typed',
      },
      { row: 7, refused: 'is longer than 1048576 characters' },
    ])
    expect(await emails(server)).toEqual(['ADA@example.com', 'ada@example.com', 'eve@example.com'])
    expect(await status(server, 'ada@example.com')).toBe(200)
  })

  it('takes lists as the Admin API of the original answers them, page behind page', async () => {
    await using server = await startTestServer()
    await using folder = await makeFolder()
    const user = (at: number) => ({
      _id: `5${at.toString(16).padStart(23, '0')}`,
      identities: [
        {
          id: `6${at.toString(16).padStart(23, '0')}`,
          provider_type: 'local-userpass',
          provider_id: '7'.repeat(24),
          provider_data: { email: `user-${at}@example.com`, note: 'a "quoted" } { [ ] \\ brace' },
        },
      ],
      type: 'normal',
      creation_date: 1_600_000_000,
      last_authentication_date: 1_600_000_000,
      disabled: false,
      data: { email: `user-${at}@example.com` },
    })
    const page = (from: number) =>
      JSON.stringify(
        Array.from({ length: 50 }, (_, at) => user(from + at)),
        undefined,
        2,
      )
    const file = join(folder.path, 'users.json')
    await writeFile(file, `${page(0)}\n${page(50)}[${JSON.stringify(user(100))}, {"_id": "cut`)

    const done = await run(['users', 'import', file, '--data', server.dataDir, '--json'], {
      cwd: folder.path,
    })

    expect(JSON.parse(done.out)).toMatchObject({ imported: 101, refused: 1, withoutPassword: 101 })
    expect(await emails(server)).toHaveLength(101)
    expect(await readReport(join(folder.path, 'users.json.report.jsonl'))).toEqual([
      { row: 102, refused: 'is cut off' },
    ])
  })

  it('takes CSV with a heading; formulas, rows of another width and open quotes are refused', async () => {
    await using server = await startTestServer()
    await using folder = await makeFolder()
    const file = join(folder.path, 'users.csv')
    await writeFile(
      file,
      [
        'email,password_hash,creation_date,disabled,data.name,provider_type,provider_user_id',
        `ada@example.com,${shaHash},2020-02-02,no,"Ada, ""the"" first",,`,
        `off@example.com,${shaHash},1600000000,yes,Off,,`,
        '=HYPERLINK("http://evil.example"),,,,x,,',
        'formula@example.com,,,,@SUM(A1),,',
        'phone@example.com,,,,+49 170 123-456,,',
        'short@example.com,x',
        'maybe@example.com,,,perhaps,x,,',
        ',,,,Gus,oauth2-google,google-7',
        'open@example.com,,,,"never ends',
        'lost@example.com,,,,x,,',
      ].join('\r\n'),
    )

    const done = await run(['users', 'import', file, '--data', server.dataDir], {
      cwd: folder.path,
    })

    expect(done.err).toMatch(/^100 % {2}9 rows, 5 refused, [\d,]+\/s\n$/)
    expect(done.out).toContain('✓ 4 users imported')
    expect(await emails(server)).toEqual([
      'ada@example.com',
      'off@example.com',
      'phone@example.com',
      undefined,
    ])
    expect(await readReport(join(folder.path, 'users.csv.report.jsonl'))).toEqual([
      { row: 4, refused: "'email' looks like a formula" },
      { row: 5, refused: "'data.name' looks like a formula" },
      { row: 7, refused: 'has 2 cells, and the heading has 7' },
      { row: 8, email: 'maybe@example.com', refused: "'disabled' must be of type boolean" },
      { row: 10, refused: expect.stringMatching(/^cannot be read, nor what comes after it: /) },
    ])
    expect(await status(server, 'ada@example.com')).toBe(200)
    expect(await status(server, 'off@example.com')).toBe(401)
  })

  it('refuses a heading that it does not know, and a file that is not there', async () => {
    await using server = await startTestServer()
    await using folder = await makeFolder()
    const file = join(folder.path, 'users.csv')
    await writeFile(file, 'email,passwrd,email\nada@example.com,x,y\n')
    const options = ['--data', server.dataDir]

    const unknown = await run(['users', 'import', file, ...options], { cwd: folder.path })
    const nowhere = await run(['users', 'import', 'nowhere', ...options], { cwd: folder.path })

    expect([unknown.code, nowhere.code]).toEqual([1, 1])
    expect(unknown.err).toContain(
      'has columns that are unknown, or stand there twice: passwrd, email.',
    )
    expect(nowhere.err).toContain('✗ The file nowhere cannot be read (ENOENT')
  })

  for (const [kind, before, after] of [
    ['lines of JSON', '{"email":"ada@example.com","x":"\ufffd Zo', '"}\n'],
    ['lists', '[{"email":"ada@example.com","x":"\ufffd Zo', '"}]'],
    ['CSV', 'email,data.name\nada@example.com,\ufffd Zo', '\n'],
  ] as const) {
    it(`refuses a row of ${kind} with bytes that are not UTF-8, and takes U+FFFD for itself`, async () => {
      await using server = await startTestServer()
      await using folder = await makeFolder()
      const file = join(folder.path, 'users')
      const send = () =>
        run(['users', 'import', file, '--data', server.dataDir], { cwd: folder.path })

      await writeFile(
        file,
        Buffer.concat([Buffer.from(before), Buffer.of(0xe9), Buffer.from(after)]),
      )
      expect((await send()).out).toContain('✓ 0 users imported')
      const report = await readReport(join(folder.path, 'users.report.jsonl'))
      expect(report).toMatchObject([{ refused: 'holds bytes that are not UTF-8' }])
      await writeFile(file, `${before}é${after}`)
      expect((await send()).out).toContain('✓ 1 user imported')
    })
  }

  it('begins anew where nothing usable is left of an import that was cut off', async () => {
    await using server = await startTestServer()
    await using folder = await makeFolder()
    const file = join(folder.path, 'users.jsonl')
    await writeFile(file, '{"email":"ada@example.com"}\n{"email":"bob@example.com"}\n')
    const { size, mtimeMs: modifiedMs } = await stat(file)
    const of = { url: server.url, app: server.app.clientAppId, size, modifiedMs }
    const totals = { imported: 1, existing: 0, refused: 0, doubles: 0, withoutPassword: 1 }
    const left = [{}, null, { of, row: 1, totals, reportBytes: 99 }]
    for (const state of left) {
      await writeFile(`${file}.report.jsonl.progress`, JSON.stringify(state))
      const done = await run(['users', 'import', file, '--data', server.dataDir], {
        cwd: folder.path,
      })
      expect([done.code, done.err]).toEqual([0, expect.not.stringContaining('✗')])
      await rm(`${file}.report.jsonl`, { force: true })
    }
    expect(await emails(server)).toEqual(['ada@example.com', 'bob@example.com'])
  })

  it('shows what a file says without what would move the cursor of a terminal', async () => {
    await using server = await startTestServer()
    await using folder = await makeFolder()
    const file = join(folder.path, 'users.csv')
    await writeFile(file, '\u001b]0;mine\u0007\u009b2J,email\n1,ada@example.com\n')

    const refused = await run(['users', 'import', file, '--data', server.dataDir], {
      cwd: folder.path,
    })

    expect(refused.code).toBe(1)
    expect(refused.err).toContain('stand there twice: ?]0;mine??2J.')
  })
})

describe('regent users export', () => {
  it('writes a file that an import takes, for its owner alone, and overwrites none', async () => {
    await using server = await startTestServer({ app: [{}, { clientAppId: 'other-aaaaa' }] })
    await using folder = await makeFolder()
    const rows = Array.from({ length: 300 }, (_, at) => ({ email: `user-${at}@example.com` }))
    await writeFile(
      join(folder.path, 'in.jsonl'),
      rows.map(row => JSON.stringify({ ...row, password_hash: shaHash })).join('\n'),
    )
    const options = ['--data', server.dataDir, '--app', 'test-aaaaa']
    const here = { cwd: folder.path }
    await run(['users', 'import', 'in.jsonl', ...options], here)

    const written = await run(['users', 'export', 'out.jsonl', ...options], here)
    const again = await run(['users', 'export', 'out.jsonl', ...options], here)
    const checked = await run(['users', 'import', 'out.jsonl', ...options, '--json'], here)

    expect([written.code, written.out]).toEqual([
      0,
      expect.stringContaining('✓ 300 lines in out.jsonl.'),
    ])
    expect([again.code, again.err]).toEqual([
      1,
      expect.stringContaining('There is a file out.jsonl already.'),
    ])
    expect(JSON.parse(checked.out)).toMatchObject({ existing: 300, imported: 0, refused: 0 })
  })
})
