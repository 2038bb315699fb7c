import { join } from 'node:path'
import { readKeyFile } from '../../src/security/key-file.ts'

/** Makes one key file after the other, and says so before the first. */
const [folder = ''] = process.argv.slice(2)
process.stdout.write('begun\n')
for (let count = 0; ; count += 1) await readKeyFile(join(folder, `${count}.key`))
