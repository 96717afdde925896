import type { Config } from '../../config/config.ts'
import { systemClock } from '../../domain/time/clock.ts'
import type { Log } from '../../refresh/ports/log.ts'
import type { VendorClient, VendorRequest } from '../../refresh/ports/vendor.ts'
import { vendorClient } from '../../vendors/vendor-client.ts'
import { type WireRequest, type WireTerms, wireRequest } from '../../vendors/wire-request.ts'

/** The vendor's HTTP client, with at most `maxSockets` connections. */
export function clientFor({ vendor, secrets }: Config, log: Log, maxSockets: number): VendorClient {
  const client = (terms: WireTerms, sockets: number) =>
    vendorClient({
      ...terms,
      timeoutMs: vendor.timeoutMs,
      maxSockets: sockets,
      clock: systemClock,
      obtained: (token) => secrets.add(token),
      missed: ({ kind, reason }) => log.warn({ kind, reason }, 'no access token'),
    })
  const main = client(wireTerms(vendor), maxSockets)
  const { balance } = vendor.credits
  return balance === undefined || !balance.hasOwnTerms
    ? main
    : withBalanceClient(
        main,
        client(wireTerms({ ...vendor, ...balance, baseUrl: balance.baseUrl ?? vendor.baseUrl }), 1),
      )
}

/** The balance is asked for by a client of its own. */
function withBalanceClient(main: VendorClient, balance: VendorClient): VendorClient {
  return {
    send: (request, ...rest) => (request.forBalance === true ? balance : main).send(request, ...rest),
    close() {
      main.close()
      balance.close()
    },
  }
}

function wireTerms({
  baseUrl,
  headers,
  auth,
  idempotencyHeader,
}: Pick<Config['vendor'], 'baseUrl' | 'headers' | 'auth' | 'idempotencyHeader'>): WireTerms {
  return { baseUrl, headers, auth: auth ?? null, idempotencyHeader: idempotencyHeader ?? null }
}

/** A request of the config's as the client sends it; without a key, words stand in its place. */
export function requestAsSent({ vendor }: Config, request: VendorRequest, key: string | null): WireRequest {
  return wireRequest(wireTerms(vendor), request, { idempotencyKey: key ?? '(its own)', token: '(hidden)' })
}
