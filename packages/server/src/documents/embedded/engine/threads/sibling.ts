/**
 * The address of a module that is started as a thread: `.ts` beside sources, `.js` beside built files.
 *
 * @param module path without its ending, relative to the caller (`./write/thread`)
 */
export const siblingModule = (module: string, importMetaUrl: string): URL =>
  new URL(`${module}${importMetaUrl.endsWith('.ts') ? '.ts' : '.js'}`, importMetaUrl)
