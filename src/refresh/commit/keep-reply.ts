import type { CallItem } from '../ports/calls.ts'
import type { KeepReply } from '../ports/run-parts.ts'
import type { BulkRules, Headers } from '../ports/vendor.ts'

/** Headers about transport and caching, which do not matter for a replay; and cookies, which are secrets. */
const LEFT_OUT = new Set(
  `connection keep-alive transfer-encoding content-length content-encoding date server vary via set-cookie
  strict-transport-security cache-control etag age expires pragma alt-svc accept-ranges x-powered-by`.split(/\s+/),
)

/** Keeps replies for `keepMs`; `seal` redacts secrets in a text. */
export function replyKeeper(keepMs: number, seal: (text: string) => string): KeepReply {
  return (exchange, items, bulk, at) => {
    if (exchange.kind !== 'reply') return undefined
    return {
      at,
      until: at + keepMs,
      status: exchange.status,
      via: bulk === null ? 'single' : 'bulk',
      headers: seal(meaningful(exchange.headers)),
      text: seal(exchange.text),
      partKeys: bulk === null || bulk.key === null ? null : partKeysOf(bulk.key, items),
    }
  }
}

function meaningful(headers: Headers): string {
  const kept: Record<string, Headers[string]> = {}
  for (const name of Object.keys(headers)) if (!LEFT_OUT.has(name)) kept[name] = headers[name]
  return JSON.stringify(kept)
}

/** The key function is the user's and may throw: then the key is empty. */
function partKeysOf(key: NonNullable<BulkRules['key']>, items: readonly CallItem[]): string[] {
  return items.map(({ row }, at) => {
    try {
      return String(key(row, at))
    } catch {
      return ''
    }
  })
}
