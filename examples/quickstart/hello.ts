import { App, Credentials, RegentError } from '@regent/sdk'

const baseUrl = process.argv[2] ?? 'http://127.0.0.1:9090'
const app = new App({ id: 'quickstart-aaaaa', baseUrl })

const guest = await app.logIn(Credentials.anonymous())
console.log(`a guest: ${guest.id}, ${guest.state}`)
console.log(await guest.callFunction('greet', 'Ada'))

const invitation = { name: 'Grace', code: 'open sesame' }
const grace = await app.logIn(Credentials.function(invitation))
console.log(`invited: ${grace.identities[0]?.id}`)
await grace.logOut()

const email = `ada.${guest.id}@example.com`
await app.emailPasswordAuth.registerUser({ email, password: 'correct horse' })
console.log(`registered ${email}: a letter with a link is on its way`)

try {
  await app.logIn(Credentials.emailPassword(email, 'correct horse'))
} catch (error) {
  if (!(error instanceof RegentError)) throw error
  console.log(`not confirmed yet, so logging in is refused: ${error.errorCode}`)
}

await guest.logOut()
console.log(`the guest is ${guest.state}`)
