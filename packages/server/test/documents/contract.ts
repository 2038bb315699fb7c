import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, it, type TestContext } from 'vitest'
import type { ContractCase } from '../../src/doctor/contract/case.ts'
import { contractCases } from '../../src/doctor/contract/contract.ts'
import { openScratch, runCase, type Scratch } from '../../src/doctor/run-cases.ts'
import type { Documents, Offers } from '../../src/documents/documents.ts'

/** What a server is known to answer otherwise, by `group: name`. Each must still be so. */
export type Differences = () => Promise<Readonly<Record<string, string>>>

type Opened = { readonly documents: Documents; readonly scratch: Scratch; readonly offers: Offers }

const judge = async (
  test: ContractCase,
  { scratch, offers }: Opened,
  { known, context }: { known: string | undefined; context: TestContext },
): Promise<void> => {
  const { outcome, reason } = await runCase(test, scratch, offers)
  if (outcome === 'skipped') context.skip(reason)
  if (known === undefined) {
    if (outcome === 'failed') throw new Error(reason)
    return
  }
  if (outcome === 'passed') throw new Error('this is no difference any more: take it off the list')
  context.skip(`this server differs: ${known}`)
}

/** The one suite that every engine passes. Each group has a store of its own, each case a fresh database. */
export const describeDocuments = (
  name: string,
  open: () => Promise<Documents>,
  differences: Differences = async () => ({}),
): void => {
  describe(name, () => {
    for (const [group, tests] of Map.groupBy(contractCases(), each => each.group)) {
      describe(group, () => {
        let opened: Opened
        let known: Readonly<Record<string, string>> = {}
        beforeAll(async () => {
          const documents = await open()
          known = await differences()
          const scratch = openScratch(documents, `regent_t${randomBytes(6).toString('hex')}`)
          opened = { documents, scratch, offers: await documents.offers() }
        })
        afterAll(() => opened.documents.close())

        for (const test of tests) {
          it(test.name, context =>
            judge(test, opened, { known: known[`${group}: ${test.name}`], context }),
          )
        }
      })
    }
  })
}
