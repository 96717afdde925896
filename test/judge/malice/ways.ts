import { rulesOf } from '../../../src/app/compose/vendor-rules.ts'
import { resolveConfig } from '../../../src/config/resolve-config.ts'
import type { VendorOptions } from '../../../src/index.ts'
import { apollo, coresignal, enrichLayer, hunter, lusha, peopleDataLabs } from '../../../src/presets.ts'
import type { CallItem } from '../../../src/refresh/ports/calls.ts'
import type { Exchange, VendorRules } from '../../../src/refresh/ports/vendor.ts'
import type { DialectName } from '../../../src/simulator/dialects/dialects.ts'
import { startVendor } from '../../../src/simulator/vendor.ts'
import { httpClient } from '../../../src/vendors/http-client.ts'
import { soundConfig } from '../../support/config/sound-config.ts'

/** What a reply may have, unpacked. */
export const MOST_BYTES = 2 ** 20

export type Genuine = Exchange & { readonly kind: 'reply' }

/** A preset, and what its vendor really answers to one record and to many. */
export interface Way {
  readonly name: string
  readonly rules: VendorRules
  /** By the number of records asked for. */
  readonly replies: ReadonlyMap<number, readonly Genuine[]>
}

const PRESETS: Readonly<Partial<Record<DialectName, () => VendorOptions>>> = {
  'people-data-labs': () => peopleDataLabs({ apiKey: 'k' }),
  hunter: () => hunter({ apiKey: 'k' }),
  'enrich-layer': () => enrichLayer({ apiKey: 'k' }),
  apollo: () => apollo({ apiKey: 'k' }),
  lusha: () => lusha({ apiKey: 'k' }),
  coresignal: () => coresignal({ apiKey: 'k' }),
}

export function itemsOf(records: number): CallItem[] {
  return Array.from({ length: records }, (_, at) => ({
    item: { seq: at + 1, key: String(at), attempts: 0, selectedAt: null },
    row: { id: at, email: `p${at}@example.com`, linkedin_url: `https://www.linkedin.com/in/p${at}`, price: '1.50' },
    duplicates: [],
  }))
}

/** Every preset's way, by the simulator's real replies: found, missed, refused. */
export function allWays(): Promise<Way[]> {
  return Promise.all(Object.entries(PRESETS).map(([dialect, preset]) => wayOf(dialect as DialectName, preset())))
}

async function wayOf(dialect: DialectName, vendor: VendorOptions): Promise<Way> {
  const resolved = resolveConfig({ ...soundConfig(), vendor }, { env: {} })
  if (!('config' in resolved)) throw new Error(`${dialect}: ${JSON.stringify(resolved.problems)}`)
  const rules = rulesOf(resolved.config)
  const replies = new Map<number, Genuine[]>()
  for (const allotment of [1_000, 0]) {
    const simulated = await startVendor({ dialect, apiKey: 'k', allotment, misses: (key: string) => /3/.test(key) })
    const { headers = {} } = resolved.config.vendor
    const client = httpClient({
      baseUrl: simulated.url,
      headers,
      idempotencyHeader: null,
      timeoutMs: 5_000,
      maxSockets: 1,
    })
    for (const records of [1, 2, 5]) {
      const rows = itemsOf(records).map(({ row }) => row)
      const request = records === 1 && rules.single ? rules.single.request(rows[0] ?? {}) : rules.bulk?.request(rows)
      const exchange =
        request === undefined ? null : await client.send({ ...request, method: request.method ?? 'GET' }, null)
      if (exchange?.kind === 'reply') replies.set(records, [...(replies.get(records) ?? []), exchange])
    }
    client.close()
    await simulated.close()
  }
  return { name: dialect, rules, replies }
}
