/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('')
}

/** Text that stays inside its cell. */
export function cell(text: string): string {
  return inCell(text).replaceAll('<', '&lt;')
}

/** The same in the type of code, where nothing but the cell's own border needs escaping. */
export function code(text: string): string {
  return `\`${inCell(text)}\``
}

const inCell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
