/** The apps of the servers that are killed. */
export const automatic = 'automatic-aaaaa'
export const byMail = 'mail-aaaaa'

export const apps = [
  { clientAppId: automatic, providers: ['anon-user', 'local-userpass', 'api-key'] },
  {
    clientAppId: byMail,
    providers: ['anon-user', { type: 'local-userpass', config: { autoConfirm: false } }],
  },
] as const
