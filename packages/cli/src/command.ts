import type { Terminal } from './terminal.ts'

/** What was typed: arguments in their order, options by their camel-cased long name. */
export type CommandInput = {
  readonly args: readonly string[]
  readonly options: Readonly<Record<string, string | boolean | readonly string[] | undefined>>
}

/** Does what the command says; resolves when it is done. */
export type Run = (input: CommandInput, terminal: Terminal) => Promise<void>

/** One row of the table of commands; help is printed from it. */
export type Command = {
  /** As typed after `regent`; a space leads into a group. */
  readonly name: string
  readonly about: string
  /** `<needed>`, `[optional]`, `[many...]`, with what it is. */
  readonly args?: readonly (readonly [name: string, about: string])[]
  readonly options?: readonly (readonly [flags: string, about: string, often?: 'repeated'])[]
  readonly examples: readonly (readonly [line: string, about: string])[]
  /** Printed at the end of its help. */
  readonly notes?: () => Promise<string>
  /** Loaded when the command is run, and not before. */
  readonly load: () => Promise<{ readonly run: Run }>
}

/** The text of an option that takes a value. */
export const optionText = ({ options }: CommandInput, name: string): string | undefined => {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}

/** The texts of an option that may be given several times. */
export const optionTexts = ({ options }: CommandInput, name: string): readonly string[] => {
  const value = options[name]
  return Array.isArray(value) ? value : []
}
