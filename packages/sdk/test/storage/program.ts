import { App, Credentials } from '../../src/index.ts'

/**
 * A program that tests run beside themselves: `<folder> <base url> <command> [name…]`. Its last line is
 * what it knows then.
 */
const [baseFilePath = '', baseUrl = '', command = '', ...names] = process.argv.slice(2)

const problems: string[] = []
const onStorageError = (error: unknown): void => {
  problems.push(error instanceof Error ? error.message : String(error))
}
const app = new App({ id: 'test-aaaaa', baseUrl, baseFilePath, onStorageError })

const logIn = (name: string) => app.logIn(Credentials.emailPassword(name, 'password'))

switch (command) {
  case 'log-in':
    await Promise.all(names.map(logIn))
    break
  case 'refresh':
    for (let round = 0; round < 20; round++) await app.currentUser?.refreshCustomData()
    break
  case 'log-in-and-out':
    for (const name of names) await (await logIn(name)).logOut()
    break
  case 'log-out':
    await app.currentUser?.logOut()
    break
  case 'open':
    break
  default:
    throw new Error(`no such command: ${command}`)
}

const users = Object.values(app.allUsers).map(({ id, state, refreshToken }) => ({
  id,
  state,
  refreshToken,
}))
console.log(JSON.stringify({ users, current: app.currentUser?.id ?? null, problems }))
