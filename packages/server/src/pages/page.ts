import type { FastifyReply } from 'fastify'
import { escapeHtml } from '../mail/template.ts'
import { pagePolicy, style } from './style.ts'

export type Page = {
  readonly title: string
  /** Name of the app, shown above the title. */
  readonly app?: string
  /** HTML; whatever came from outside is escaped by who writes it. */
  readonly body: string
}

const toHtml = ({ title, app, body }: Page): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
${app === undefined ? '' : `<p class="app">${escapeHtml(app)}</p>\n`}<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>
`

export const sendPage = (reply: FastifyReply, status: number, page: Page): FastifyReply =>
  reply
    .code(status)
    .header('content-type', 'text/html; charset=utf-8')
    .header('content-security-policy', pagePolicy)
    .header('x-frame-options', 'DENY')
    .send(toHtml(page))

/** For a link that mail programs broke into lines, or whose app is not here. */
export const brokenLink: Page = {
  title: 'This link is not complete',
  body: '<p class="bad">Open the link from the message again, or copy all of it into the address bar.</p>',
}

/** Fields that the browser sends back with the form. */
export const hiddenFields = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`)
    .join('\n')
