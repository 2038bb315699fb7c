import { createHash } from 'node:crypto'

/** The one style sheet of the built-in pages, inline because they load nothing. */
export const style = `
:root{color-scheme:light dark;--ink:#1c2330;--soft:#566073;--line:#c9ced8;--paper:#fff;--back:#f4f5f7;--go:#1f4fd8;--on-go:#fff;--bad:#b3261e;--good:#14713d}
@media (prefers-color-scheme:dark){:root{--ink:#eef1f6;--soft:#a5afc0;--line:#3d4656;--paper:#1b212c;--back:#11151c;--go:#8fb0ff;--on-go:#0b1430;--bad:#ff9d94;--good:#7fdca4}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:24px 16px;background:var(--back);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{width:100%;max-width:420px;padding:32px;background:var(--paper);border-radius:16px;box-shadow:0 1px 2px #0002,0 8px 32px #0001}
.app{margin:0 0 8px;color:var(--soft);font-size:14px;overflow-wrap:anywhere}
h1{margin:0 0 12px;font-size:24px;line-height:1.25}
p{margin:0 0 20px}
p:last-child{margin-bottom:0}
.bad{color:var(--bad)}
.good{color:var(--good)}
label{display:block;margin:0 0 4px;font-weight:600;font-size:14px}
input{display:block;width:100%;margin:0 0 16px;padding:12px;border:1px solid var(--line);border-radius:8px;background:transparent;color:inherit;font:inherit}
button{display:block;width:100%;padding:14px;border:0;border-radius:8px;background:var(--go);color:var(--on-go);font:inherit;font-weight:600;cursor:pointer}
button:hover{filter:brightness(1.08)}
input:focus-visible,button:focus-visible{outline:3px solid var(--go);outline-offset:2px}
`

const hash = createHash('sha256').update(style).digest('base64')

/** Nothing is loaded, nothing runs, forms stay here, and no other page may frame it. */
export const pagePolicy = `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`
