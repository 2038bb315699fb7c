import type { MailTemplate } from '../domain/app.ts'

type Words = {
  readonly subject: string
  readonly title: string
  readonly body: string
  readonly button: string
  readonly ignore: string
}

const toText = ({ title, body, ignore }: Words): string => `${title}

${body}

{{link}}

The link works once and for 30 minutes.

${ignore}
`

const toHtml = ({ subject, title, body, button, ignore }: Words): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${subject}</title>
</head>
<body style="margin:0;padding:32px 16px;background:#f4f5f7;font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;color:#1c2330">
<div style="max-width:480px;margin:0 auto;padding:32px;background:#ffffff;border-radius:12px;line-height:1.5">
<h1 style="margin:0 0 16px;font-size:22px;line-height:1.3">${title}</h1>
<p style="margin:0 0 24px">${body}</p>
<p style="margin:0 0 24px"><a href="{{link}}" style="display:inline-block;padding:12px 24px;border-radius:8px;background:#1f4fd8;color:#ffffff;text-decoration:none;font-weight:600">${button}</a></p>
<p style="margin:0 0 8px;font-size:14px;color:#566073">Or open this address:<br><a href="{{link}}" style="color:#1f4fd8;word-break:break-all">{{link}}</a></p>
<p style="margin:0;font-size:14px;color:#566073">The link works once and for 30 minutes. ${ignore}</p>
</div>
</body>
</html>
`

const toTemplate = (words: Words): Required<MailTemplate> => ({
  subject: words.subject,
  text: toText(words),
  html: toHtml(words),
})

/** Letters of an app that has none of its own. */
export const builtInLetters = {
  confirm: toTemplate({
    subject: 'Confirm your e-mail address',
    title: 'Welcome to {{app}}',
    body: 'Please confirm that {{email}} is your e-mail address.',
    button: 'Confirm e-mail address',
    ignore: 'If you did not sign up, ignore this message: nothing happens.',
  }),
  reset: toTemplate({
    subject: 'Reset your password',
    title: 'A new password for {{app}}',
    body: 'Somebody asked to reset the password of {{email}}.',
    button: 'Choose a new password',
    ignore: 'If it was not you, ignore this message: your password stays as it is.',
  }),
} as const
