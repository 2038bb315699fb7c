import { once } from 'node:events'
import { createWriteStream } from 'node:fs'

const signer =
  'jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA=='

/** Hashes of other systems, each with the password it is of. */
export const kinds: readonly { readonly hash: string; readonly password: string }[] = [
  {
    hash: '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
    password: 'password',
  },
  {
    hash: '$2b$04$0UTLLR51BfKh41QhlzhOUuHjruXbBcx/Y9TzTWg1bEuUZrOApx0r.',
    password: 'password',
  },
  {
    hash: `$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=${signer}$42xEC+ixf3L2lw==$lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==`,
    password: 'user1password',
  },
  {
    hash: '$pbkdf2-sha256$29000$N2YMIWQsBWBMae09x1jrPQ$1t8iyB2A.WF/Z5JZv.lfCIhXXN33N23OSgQYThBYRfk',
    password: 'toomanysecrets',
  },
  {
    hash: '{SSHA256}eje4XIkY6sGakInA+loqtNzj+QUo3N7sEIsj3fNge5lzYWx0',
    password: 'password',
  },
]

const hex = (head: string, at: number): string => head + at.toString(16).padStart(23, '0')

export const emailOf = (at: number): string => `user-${at}@example.com`

/** A user as the original listed them, with a hash of one of the kinds in turn. */
const lineOf = (at: number): string =>
  JSON.stringify({
    _id: hex('5', at),
    identities: [
      {
        id: hex('6', at),
        provider_type: 'local-userpass',
        provider_id: '5f3c1b2a9d8e7f6a5b4c3d20',
        provider_data: { email: emailOf(at) },
      },
    ],
    type: 'normal',
    creation_date: 1_500_000_000 + at,
    last_authentication_date: 1_700_000_000 + at,
    disabled: false,
    data: { email: emailOf(at) },
    password_hash: kinds[at % kinds.length]?.hash,
  })

/** Writes so many users, one a line. */
export const writeMovedUsers = async (path: string, count: number): Promise<void> => {
  const file = createWriteStream(path)
  for (let from = 0; from < count; from += 1_000) {
    const lines = Array.from({ length: Math.min(1_000, count - from) }, (_, at) =>
      lineOf(from + at),
    )
    if (!file.write(`${lines.join('\n')}\n`)) await once(file, 'drain')
  }
  file.end()
  await once(file, 'finish')
}
