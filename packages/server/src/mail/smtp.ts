import type { Transporter } from 'nodemailer'
import type { Mailer } from './mailer.ts'

export type SmtpOptions = {
  /** `smtp://…` or `smtps://user:password@host:port`; further parameters are nodemailer's. */
  readonly url: string
  readonly from: string
}

const timeoutMs = 15_000

const openTransport = async (url: string): Promise<Transporter> => {
  const { createTransport } = await import('nodemailer')
  return createTransport({
    url,
    pool: true,
    maxConnections: 4,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}

/**
 * Hands letters to an SMTP server. The library is loaded with the first letter; connections are kept.
 * A server that does not answer is given up after 15 seconds.
 */
export const openSmtp = ({ url, from }: SmtpOptions): Mailer => {
  let opening: Promise<Transporter> | undefined
  return {
    send: async (_appId, { to, subject, text, html }) => {
      opening ??= openTransport(url)
      const transport = await opening
      await transport.sendMail({
        from,
        to: { name: '', address: to },
        subject,
        text,
        html,
        headers: { 'Auto-Submitted': 'auto-generated' },
      })
    },
    close: async () => {
      const transport = await opening
      transport?.close()
    },
  }
}
