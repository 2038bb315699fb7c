import type { MailTemplate } from '../domain/app.ts'

/** What `{{name}}` places of a template may be filled with. */
export type TemplateValues = {
  readonly link: string
  readonly email: string
  /** Name of the app. */
  readonly app: string
  readonly token: string
  readonly tokenId: string
}

const place = /\{\{\s*(\w+)\s*\}\}/g

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)

const fill = (template: string, values: TemplateValues, quote: (text: string) => string): string =>
  template.replace(place, (whole, name: string) =>
    Object.hasOwn(values, name) ? quote(values[name as keyof TemplateValues]) : whole,
  )

const same = (text: string): string => text

/** Values are taken as they are into subject and text, and escaped in HTML; unknown places stay. */
export const fillTemplate = (
  { subject, text, html }: Required<MailTemplate>,
  values: TemplateValues,
): Required<MailTemplate> => ({
  subject: fill(subject, values, same),
  text: fill(text, values, same),
  html: fill(html, values, escapeHtml),
})
