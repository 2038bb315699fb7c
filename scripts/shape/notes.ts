import type { Finding, Rule } from './project.ts'

const rules: readonly { pattern: RegExp; message: string }[] = [
  {
    pattern: /@ts-(ignore|nocheck)/,
    message: 'silences the compiler: fix it or say @ts-expect-error why',
  },
  { pattern: /@ts-expect-error\s*(\*\/)?$/, message: 'silences the compiler without a reason' },
  { pattern: /\b(TODO|FIXME|XXX)\b/, message: 'leaves a note of work to do: do it, or file it' },
  { pattern: /^\s*(\/\/|\*|\/\*)\s*[-=*#─]{4,}/, message: 'has a section banner' },
]

/** Comments tell why; they do not silence, postpone or decorate. */
export const noteRule: Rule = ({ sources }) =>
  sources
    .filter(({ path }) => !path.startsWith('scripts/shape/'))
    .flatMap(({ path, text }) =>
      text.split('\n').flatMap((row, index): Finding[] => {
        const rule = rules.find(({ pattern }) => pattern.test(row))
        return rule === undefined ? [] : [{ path, line: index + 1, message: rule.message }]
      }),
    )
