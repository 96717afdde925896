import { type SimulatedVendor, startVendor, type VendorOptions } from '../../../src/simulator/vendor.ts'

/** A reply as a client sees it; `broken` where the connection failed before the whole of it came. */
export type Seen = {
  status: number
  headers: Record<string, string>
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: a body may be anything
  json: any
  broken: boolean
}

const BROKEN: Seen = { status: 0, headers: {}, text: '', json: undefined, broken: true }

/** The vendors of a test file; `afterEach(() => vendors.closeAll())`. */
export class VendorsUnderTest {
  readonly #running: SimulatedVendor[] = []

  async start(options?: VendorOptions): Promise<SimulatedVendor> {
    const vendor = await startVendor(options)
    this.#running.push(vendor)
    return vendor
  }

  async closeAll(): Promise<void> {
    for (const vendor of this.#running.splice(0)) await vendor.close()
  }
}

/** Any request. */
export async function request(vendor: SimulatedVendor, path: string, init: RequestInit = {}): Promise<Seen> {
  try {
    const response = await fetch(vendor.url + path, init)
    const text = await response.text()
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      text,
      json: parsed(text),
      broken: false,
    }
  } catch {
    return BROKEN
  }
}

/** One lookup. */
export function enrich(vendor: SimulatedVendor, key: string, init: RequestInit = {}): Promise<Seen> {
  return request(vendor, `/v1/enrich?email=${encodeURIComponent(key)}`, init)
}

/** One lookup under an idempotency key. */
export function enrichOnce(vendor: SimulatedVendor, key: string, idempotencyKey: string): Promise<Seen> {
  return enrich(vendor, key, { headers: { 'Idempotency-Key': idempotencyKey } })
}

/** Many records in one call. */
export function bulk(
  vendor: SimulatedVendor,
  keys: readonly string[],
  headers: Record<string, string> = {},
): Promise<Seen> {
  const body = JSON.stringify({ requests: keys.map((email) => ({ email })) })
  return request(vendor, '/v1/bulk', { method: 'POST', body, headers })
}

/** A control request. */
export function control(vendor: SimulatedVendor, method: string, path: string, body?: unknown): Promise<Seen> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return request(vendor, `/_simulator/${path}`, body === undefined ? { method } : { method, body: text })
}

/** A lookup by a client that leaves once it has arrived and nothing has been answered; the vendor must be otherwise idle. */
export async function enrichAndLeave(
  vendor: SimulatedVendor,
  key: string,
  headers: Record<string, string> = {},
): Promise<void> {
  const leaving = new AbortController()
  const call = enrich(vendor, key, { headers, signal: leaving.signal })
  await until(() => vendor.stats.concurrent === 1)
  leaving.abort()
  await call
  await until(() => vendor.stats.concurrent === 0)
}

/** Waits, in real milliseconds and not many, for something to become true. */
export async function until(isTrue: () => boolean, withinMs = 2_000): Promise<void> {
  const endAt = Date.now() + withinMs
  while (!isTrue()) {
    if (Date.now() > endAt) throw new Error(`Still not so after ${withinMs} ms: ${isTrue}`)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
