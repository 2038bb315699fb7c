import { describe, expect, it } from 'vitest'
import { readForeignHash } from '../../src/security/foreign-hashes/read-foreign-hash.ts'
import { openPasswords } from '../../src/security/passwords.ts'

const cheap = { memoryKib: 64, passes: 1 }

/** Of `password`, unless it says otherwise; made by the systems that they are named after. */
const made = {
  argon2id:
    '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
  argon2i: '$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA',
  'argon2 of Django':
    'argon2$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
  'scrypt of passlib':
    '$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E',
  'scrypt with two lanes':
    '$scrypt$ln=10,r=8,p=2$c2Vhc2FsdDg$OZ2ZA3nI8q/NKCpxPFMc/xbeOeI0AG3GnjCi98iOAbU',
  'pbkdf2 of Django': 'pbkdf2_sha256$1000$seasalt$YIWkt6M1JFXrHg5s0jZjBSc7C2Cz6QvchSJ0h8Y+i7c=',
  'pbkdf2 with sha512':
    '$pbkdf2-sha512$i=1000$c2Vhc2FsdDg$qX4Cf9WljMr2RPwAByO1hKX2a+RYqmo/ymPFq/nnbxpV3N/SVwrlUQI0hxqspw88YvBENKm9pRkWl7oUTxIgaQ',
  'SHA-1 of LDAP': '{SSHA}yI6cZwQadOA1e+/f+T+H3eCQQhRzYWx0',
  'SHA-256 of LDAP': '{SSHA256}eje4XIkY6sGakInA+loqtNzj+QUo3N7sEIsj3fNge5lzYWx0',
  'SHA-512 of LDAP':
    '{SSHA512}+mohhbPgqahe9B/7Z+88H7b3SYD46/lw5OcuNT7ZU31ZMIPCAd/W5D4cinqsK8jbsRnH37fUuPExEROVvXDpf3NhbHQ=',
  'SHA-256, salt first': '$salted-sha256$o=sp$c2FsdA$E2Ab2k6njlWge5iGbSvmvgdE44ZvE8AMgRyrYIoo8yI',
  'SHA-1, salt last': '$salted-sha1$o=ps$c2FsdA$yI6cZwQadOA1e+/f+T+H3eCQQhQ',
}

const signer =
  'jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA=='
/** The example of the project that publishes the algorithm. */
const firebase = `$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=${signer}$42xEC+ixf3L2lw==$lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==`
const passlib =
  '$pbkdf2-sha256$29000$N2YMIWQsBWBMae09x1jrPQ$1t8iyB2A.WF/Z5JZv.lfCIhXXN33N23OSgQYThBYRfk'
const bcrypt = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'

/** Of 72 times `x`, and whatever begins so. */
const ofLong = '$2y$04$yrsvKz9J61NGpCVCYjGEW.wpMIs0fgHsjJp8Fo9QizQxbqDkzdA26'
const ofAbc = '$2y$04$fD41BP57VMZV9X0N69Ln4OBvTeccIsQVl1SApuw4HxlsOR7tK3ArK'

describe('a hash that another system made', () => {
  it('is right for its password and for no other, whatever the format', async () => {
    const passwords = openPasswords(cheap)
    const all = [
      ...Object.entries(made).map(([name, hash]) => [name, hash, 'password'] as const),
      ['firebase', firebase, 'user1password'] as const,
      ['pbkdf2 of passlib', passlib, 'toomanysecrets'] as const,
      ['bcrypt', bcrypt, 'U*U'] as const,
      ['bcrypt 2y', bcrypt.replace('$2a', '$2y'), 'U*U'] as const,
      ['bcrypt of Django', `bcrypt$${bcrypt.replace('$2a', '$2b')}`, 'U*U'] as const,
    ]

    for (const [name, hash, password] of all) {
      expect(await passwords.verify(hash, password), name).toBe(true)
      expect(await passwords.verify(hash, `${password}x`), name).toBe(false)
      expect(passwords.isOutdated(hash), name).toBe(true)
    }
  })

  it('has a decoy of its kind that takes the same work and no password opens', async () => {
    for (const hash of [...Object.values(made), firebase, bcrypt]) {
      const read = readForeignHash(hash)
      if ('problem' in read) throw new Error(read.problem)
      const decoy = readForeignHash(read.decoy)
      if ('problem' in decoy) throw new Error(`${read.decoy}: ${decoy.problem}`)

      expect([decoy.kind, decoy.work]).toEqual([read.kind, read.work])
      expect(await decoy.verify('password')).toBe(false)
    }
  })

  it('made by bcrypt counts no password that bcrypt would cut', async () => {
    const passwords = openPasswords(cheap)
    const long = 'x'.repeat(72)

    expect(await passwords.verify(ofLong, `${long}a`)).toBe(false)
    expect(await passwords.verify(ofLong, `${long}b`)).toBe(false)
    expect(await passwords.verify(ofLong, long)).toBe(true)
    expect(await passwords.verify(ofAbc, 'abc')).toBe(true)
    expect(await passwords.verify(ofAbc, 'abc\0def')).toBe(false)
    expect(await passwords.verify(ofAbc, 'abc\0')).toBe(false)
  })

  it('is refused when it would cost too much, with what it asks for', () => {
    const salt = 'c29tZXNhbHRzYWx0'
    const digest = Buffer.alloc(32).toString('base64')
    const absurd = [
      `$argon2id$v=19$m=4194304,t=3,p=4$${salt}$${digest}`,
      `$argon2id$v=19$m=65536,t=99999,p=1$${salt}$${digest}`,
      `$argon2id$v=19$m=65536,t=2,p=4000$${salt}$${digest}`,
      `$2b$31$${'.'.repeat(53)}`,
      `$scrypt$ln=30,r=8,p=1$${salt}$${digest}`,
      `$scrypt$ln=20,r=8,p=1$${salt}$${digest}`,
      `$scrypt$ln=14,r=8,p=4000$${salt}$${digest}`,
      firebase.replace('n=14', 'n=60'),
      `$pbkdf2-sha256$i=100000000$${salt}$${digest}`,
      `pbkdf2_sha256$999999999$salt$${digest}`,
    ]

    for (const text of absurd) {
      expect(readForeignHash(text), text).toMatchObject({
        problem: expect.stringMatching(/^asks for too much work \(/),
      })
    }
  })

  it('is refused when it is cut off, malformed, unknown or endless', () => {
    const whole = [...Object.values(made), firebase, bcrypt]
    const cut = whole.map(hash => hash.slice(0, hash.lastIndexOf('$') + 12))
    for (const text of cut.filter(hash => !hash.startsWith('{'))) {
      expect(readForeignHash(text), text).toMatchObject({ problem: expect.any(String) })
    }
    expect(readForeignHash('$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW')).toEqual(
      {
        problem: 'is cut off or malformed',
      },
    )
    for (const text of ['password', '5f4dcc3b5aa765d61d8327deb882cf99', '$6$salt$hash', '']) {
      expect(readForeignHash(text)).toEqual({ problem: 'is in no format that is known' })
    }
    expect(readForeignHash(`$scrypt$ln=14,r=8,p=1$${'a'.repeat(5_000)}$a`)).toEqual({
      problem: 'is too long',
    })
  })

  it('that cannot be read opens nothing, and costs what nobody costs', async () => {
    const passwords = openPasswords(cheap)

    expect(await passwords.verify('', 'password')).toBe(false)
    expect(await passwords.verify('$2b$31$cut', 'password')).toBe(false)
    expect(await passwords.verify('constructor', '__proto__')).toBe(false)
  })
})
