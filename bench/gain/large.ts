// `npx jiti bench/gain/large.ts URL [LIMIT [exact]]`: what an order by gain takes on the table `people` that `make-large.mjs` has
// made, beside a scan of the eligible records; `exact`: and beside all records ordered.
import { describeOver } from '../../src/app/compose/with-database.ts'
import type { GainOrder } from '../../src/refresh/ports/selection.ts'
import { connect } from '../../src/store/client.ts'
import { countEligible } from '../../src/store/selection/open-records.ts'
import { firstKeys } from '../../src/store/selection/selection.ts'

const [url = '', limit = '100000', exact] = process.argv.slice(2)
const connection = await connect(
  url,
  url.startsWith('file:') ? 'sqlite' : url.startsWith('postgres') ? 'postgresql' : 'mysql',
)
const { client } = connection
const described = await describeOver(connection)({ table: 'people', key: 'id', refreshedAt: 'refreshed_at' })
if (!('table' in described)) throw new Error(JSON.stringify(described.problems))
const { table } = described
const condition = { kind: 'not', of: { kind: 'null', column: 'email' } } as const
const orders: Record<string, GainOrder | undefined> = {
  'stalest first': undefined,
  'by gain': { groups: ['seniority'], weight: null, costs: 'match' },
  'by gain, weighted': { groups: ['seniority'], weight: { column: 'account_value' }, costs: 'match' },
}
const now = Date.now()
const which = (gain: GainOrder | undefined) => ({
  runNo: 0,
  vendor: 'acme',
  selection: { condition, orderBy: [], byKey: false, dedupeBy: [], ...(gain && { gain }) },
  restIfPaidAfter: null,
  youngAfter: null,
  now,
})
async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now()
  const result = await work()
  console.log(`${what}: ${((performance.now() - began) / 1_000).toFixed(1)} s`)
  return result
}
for (const round of [1, 2]) {
  console.log('round', round)
  await timed('scan of the eligible', () => countEligible(client, table, which(undefined)))
  for (const [name, gain] of Object.entries(orders)) {
    const cut = await timed(name, () => firstKeys(client, table, { ...which(gain), limit: Number(limit) }))
    if (gain === undefined || exact === undefined || round > 1) continue
    const all = await timed(`${name}, every record`, () =>
      firstKeys(client, table, { ...which(gain), limit: Number(limit) }, Infinity),
    )
    const keys = new Set(all.map(({ key }) => key))
    console.log(`  of ${all.length} the same: ${cut.filter(({ key }) => keys.has(key)).length}`)
  }
}
await connection.close()
