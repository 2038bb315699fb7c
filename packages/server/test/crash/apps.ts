import type { TestApp } from '@regent/server/testing'

/** The apps of the servers that are killed. */
export const automatic = 'automatic-aaaaa'
export const byMail = 'mail-aaaaa'
export const withTriggers = 'triggers-aaaaa'
export const byFunctions = 'functions-aaaaa'
export const withGrace = 'grace-aaaaa'

export const apps = [
  { clientAppId: automatic, providers: ['anon-user', 'local-userpass', 'api-key'] },
  {
    clientAppId: byMail,
    providers: ['anon-user', { type: 'local-userpass', config: { autoConfirm: false } }],
  },
] as const

const remember = `exports = async ({ operationType, user }) => {
  const line = operationType + ' ' + user.id + '\\n'
  require('node:fs').appendFileSync(context.values.get('file'), line)
}`

const trigger = (operationType: 'CREATE' | 'LOGIN' | 'DELETE') => ({
  name: operationType,
  disabled: false,
  operationTypes: [operationType],
  providers: ['anon-user', 'local-userpass'] as const,
  functionName: 'remember',
})

/** What the function `decide` does with a name that begins so. */
const decide = `exports = ({ username }) => ({ status: username.split('@')[0].split('-')[0] })`

/** The apps, with one whose triggers write what they are told into the file. */
export const appsWith = (file: string): readonly TestApp[] => [
  ...apps,
  {
    clientAppId: withTriggers,
    functions: { remember },
    values: { file },
    triggers: [trigger('CREATE'), trigger('LOGIN'), trigger('DELETE')],
  },
  {
    clientAppId: withGrace,
    deletionGraceDays: 30,
    functions: { remember },
    values: { file },
    triggers: [trigger('DELETE')],
  },
  {
    clientAppId: byFunctions,
    functions: { decide },
    providers: [
      {
        type: 'local-userpass',
        config: {
          autoConfirm: false,
          confirmationFunctionName: 'decide',
          resetFunctionName: 'decide',
        },
      },
    ],
  },
]
