import { readFile } from 'node:fs/promises'
import { serverPaths } from '@regent/protocol'
import { startTestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'

type Target = { readonly expr: string; readonly refId: string }
type Panel = {
  readonly id: number
  readonly type: string
  readonly gridPos: {
    readonly x: number
    readonly y: number
    readonly w: number
    readonly h: number
  }
  readonly targets?: readonly Target[]
}
type Dashboard = {
  readonly id: null
  readonly title: string
  readonly schemaVersion: number
  readonly panels: readonly Panel[]
  readonly templating: { readonly list: readonly { readonly name: string }[] }
}

const file = new URL('../../../../examples/grafana/regent.json', import.meta.url)

const readDashboard = async (): Promise<Dashboard> => JSON.parse(await readFile(file, 'utf8'))

const isApart = (one: Panel, other: Panel): boolean => {
  const [a, b] = [one.gridPos, other.gridPos]
  return a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y
}

describe('the dashboard of the examples', () => {
  it('asks only for series that a server tells', async () => {
    await using server = await startTestServer()
    const text = await (await server.request('GET', serverPaths.metrics())).text()
    const told = new Set([...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name))
    const { panels } = await readDashboard()

    const asked = panels
      .flatMap(({ targets = [] }) => targets)
      .flatMap(({ expr }) => expr.match(/regent_\w+/g) ?? [])
      .map(name => name.replace(/_bucket$/, ''))

    expect(asked.length).toBeGreaterThan(25)
    const embedded = server.deps.config.store === undefined
    for (const name of asked) {
      if (embedded || !name.startsWith('regent_store_')) expect(told, name).toContain(name)
    }
  })

  it('has what an import needs: ids of their own, places apart, variables that exist', async () => {
    const { id, title, schemaVersion, panels, templating } = await readDashboard()

    expect([id, title]).toEqual([null, 'Regent'])
    expect(schemaVersion).toBeGreaterThanOrEqual(36)
    expect(new Set(panels.map(panel => panel.id)).size).toBe(panels.length)
    for (const [at, panel] of panels.entries()) {
      expect(panel.gridPos.x + panel.gridPos.w).toBeLessThanOrEqual(24)
      expect(panels.slice(at + 1).every(other => isApart(panel, other))).toBe(true)
    }
    const variables = templating.list.map(({ name }) => name)
    const used = JSON.stringify(panels).match(/\$\{?[a-z]\w*/g) ?? []
    const names = new Set(used.map(name => name.replace(/^\$\{?/, '')))
    expect(variables).toEqual(expect.arrayContaining([...names]))
  })
})
