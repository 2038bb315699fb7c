import type { MailTemplate } from '../../domain/app.ts'
import type { Report } from './check.ts'
import type { DirectoryFiles } from './directory-files.ts'

const folder = 'mail'
const parts = { subject: 'subject', text: 'txt', html: 'html' } as const
const letters = ['confirm', 'reset'] as const
const maxSubject = 256

export type MailTemplates = {
  readonly mail: { readonly confirm?: MailTemplate; readonly reset?: MailTemplate }
  /** Files of the folder that are no part of a letter. */
  readonly ignoredFiles: readonly string[]
}

/** Reads `mail/{confirm,reset}.{subject,txt,html}`, each of them optional. A body must hold `{{link}}`. */
export const readMailTemplates = async (
  files: DirectoryFiles,
  report: Report,
): Promise<MailTemplates> => {
  const names = await files.list(folder)
  const expected = letters.flatMap(letter => Object.values(parts).map(part => `${letter}.${part}`))
  const mail: { confirm?: MailTemplate; reset?: MailTemplate } = {}
  for (const letter of letters) {
    const template = await readTemplate(files, letter, report)
    if (template) mail[letter] = template
  }
  return {
    mail,
    ignoredFiles: names.filter(name => !expected.includes(name)).map(name => `${folder}/${name}`),
  }
}

const readTemplate = async (
  files: DirectoryFiles,
  letter: string,
  report: Report,
): Promise<MailTemplate | undefined> => {
  const template: { subject?: string; text?: string; html?: string } = {}
  for (const [part, ending] of Object.entries(parts)) {
    const file = `${folder}/${letter}.${ending}`
    const content = await files.readText(file)
    if (content === undefined) continue
    const message = part === 'subject' ? subjectProblem(content) : bodyProblem(content)
    if (message) report({ file, message })
    template[part as keyof typeof parts] = part === 'subject' ? content.trim() : content
  }
  return Object.keys(template).length > 0 ? template : undefined
}

const subjectProblem = (content: string): string | undefined => {
  const subject = content.trim()
  if (subject === '') return 'is empty; it must hold the subject in one line'
  if (/\p{Cc}/u.test(subject)) return 'must be one line without control characters'
  return subject.length > maxSubject ? `must be at most ${maxSubject} characters` : undefined
}

const bodyProblem = (content: string): string | undefined =>
  /\{\{\s*link\s*\}\}/.test(content) ? undefined : 'must hold {{link}}, where the link goes'
