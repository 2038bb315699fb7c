import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Provider } from 'oidc-provider'
import { findPerson, type Person } from './person.ts'

const toHtml = (value: string): string =>
  value.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)

const button = ({ sub, name = sub, email = '' }: Person): string =>
  `<p><button name="person" value="${toHtml(sub)}">${toHtml(name)} <small>${toHtml(email)}</small></button></p>`

const style = `body { font: 1rem system-ui, sans-serif; max-width: 24rem; margin: 15vh auto; padding: 0 1rem }
button { font: inherit; width: 100%; padding: .7rem 1rem; text-align: left; cursor: pointer;
  border: 1px solid #bbb; border-radius: .5rem; background: none; color: inherit }
button:hover, button:focus { border-color: #2563eb }
small, .why { opacity: .65 }
:root { color-scheme: light dark }`

const page = (people: Iterable<Person>): string => `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Sign in</title>
<style>${style}</style>
<h1>Who are you?</h1>
<p class="why">This provider is for development: it asks nobody for a password.</p>
<form method="post">
${Array.from(people, button).join('\n')}
<p><button name="person" value="">Nobody: go back</button></p>
</form></html>
`

type Asked = {
  readonly provider: Provider
  readonly people: ReadonlyMap<string, Person>
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

const finish = ({ provider, request, response }: Asked, person: Person | undefined) => {
  const result = person
    ? { login: { accountId: person.sub } }
    : { error: 'access_denied', error_description: 'nobody signed in' }
  return provider.interactionFinished(request, response, result)
}

/**
 * Signs in the person whom `login_hint` names, or lets a person pick one on a page.
 *
 * @throws Error for an interaction that is over or was begun in another browser
 */
export const interact = async (asked: Asked): Promise<void> => {
  const { provider, people, request, response } = asked
  const { params } = await provider.interactionDetails(request, response)
  const hinted = findPerson(people.values(), params.login_hint)
  if (request.method === 'POST') {
    const form = new URLSearchParams(await text(request))
    return finish(asked, findPerson(people.values(), form.get('person') ?? ''))
  }
  if (hinted) return finish(asked, hinted)
  response.setHeader('content-type', 'text/html; charset=utf-8')
  response.end(page(people.values()))
}
