import { type CommandInput, optionTexts } from './command.ts'
import { CliError } from './errors.ts'

/**
 * The variables that `--data-source <name=address>` stands for.
 *
 * @throws CliError `settingsWrong`, which tells no address
 */
export const readDataSources = (
  input: CommandInput,
  linkVariable: (source: string) => string,
): Record<string, string> => {
  const links = optionTexts(input, 'dataSource').map((text): [string, string] => {
    const [, name, address] = /^([\w-]{1,64})=(.+)$/s.exec(text) ?? []
    if (name === undefined || address === undefined) {
      throw new CliError('settingsWrong', {
        detail: '  --data-source must be <name>=<address>, as in mongodb-atlas=mongodb://127.0.0.1',
      })
    }
    return [linkVariable(name), address]
  })
  return Object.fromEntries(links)
}
