import { benchApiKey } from './api-key-log-in.ts'
import { benchCustomToken } from './custom-token.ts'
import { benchData } from './data.ts'
import { benchDataSource } from './data-source.ts'
import { benchDeploy } from './deploy.ts'
import { benchFunctions } from './functions.ts'
import { benchLogIn } from './log-in.ts'
import { benchMillion } from './million.ts'
import { benchMoving } from './moving.ts'
import { benchUsers } from './operator/users.ts'
import { benchCustomData, benchRefresh } from './refresh.ts'
import { type Row, toTable, toVerdict } from './report.ts'
import { benchSdk } from './sdk.ts'
import { benchSignUp } from './sign-up.ts'
import { benchStart } from './start.ts'
import { benchWatch } from './watch.ts'
import { benchWorkers } from './workers.ts'

const durationMs = 5_000
const questions: Record<string, () => Promise<Row[]>> = {
  refresh: () => benchRefresh(durationMs),
  'custom-data': () => benchCustomData(durationMs),
  'log-in': () => benchLogIn(durationMs),
  'custom-token': () => benchCustomToken(durationMs),
  'api-key': () => benchApiKey(durationMs),
  'sign-up': () => benchSignUp(durationMs),
  million: () => benchMillion(durationMs),
  users: () => benchUsers(),
  data: () => benchData(durationMs),
  'data-source': () => benchDataSource(durationMs),
  functions: () => benchFunctions(durationMs),
  watch: () => benchWatch(durationMs),
  deploy: () => benchDeploy(),
  moving: () => benchMoving(),
  workers: () => benchWorkers(durationMs),
  start: () => benchStart(),
  sdk: () => benchSdk(),
}
const wanted = process.argv.slice(2)
const rows: Row[] = []

for (const [name, ask] of Object.entries(questions)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  process.stderr.write(`${name} …\n`)
  rows.push(...(await ask()))
}
process.stdout.write(`${toTable(rows)}\n${toVerdict(rows)}\n`)
if (rows.some(row => row.missed > 0)) process.exitCode = 1
