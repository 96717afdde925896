import { handleCall } from './calls.ts'
import { CONTROL_PREFIX, control, failure } from './control.ts'
import { balanceSaid } from './credit-headers.ts'
import { type Exchange, send } from './delivery.ts'
import { errorReply } from './replies.ts'
import { BadRequest, keyOfQuery, keysOfBulk, readJson, splitTarget } from './requests.ts'
import type { Simulation } from './simulation.ts'

type Route = {
  method: string
  handle: (sim: Simulation, exchange: Exchange, query: string) => undefined | Promise<void>
}

const vendorRoutes: Record<string, Route> = {
  '/v1/enrich': { method: 'GET', handle: enrich },
  '/v1/bulk': { method: 'POST', handle: bulk },
  '/v1/account': { method: 'GET', handle: account },
}

/** Sends a request to what answers it. Nothing that a client does throws out of here. */
export function route(sim: Simulation, exchange: Exchange): void {
  const { path, query } = splitTarget(exchange.req.url ?? '')
  try {
    const working = path.startsWith(CONTROL_PREFIX)
      ? answerControl(sim, exchange, path.slice(CONTROL_PREFIX.length), query)
      : answerVendor(sim, exchange, path, query)
    working?.catch((error) => answerError(exchange, error))
  } catch (error) {
    answerError(exchange, error)
  }
}

function answerVendor(sim: Simulation, exchange: Exchange, path: string, query: string): undefined | Promise<void> {
  const { req } = exchange
  const found = Object.hasOwn(vendorRoutes, path) ? vendorRoutes[path] : undefined
  if (!found) refuse(exchange, 404, 'no_such_endpoint', `There is no ${path}`)
  else if (req.method !== found.method) refuse(exchange, 405, 'method_not_allowed', `${path} takes ${found.method}`)
  else if (!isKeyRight(sim, req)) refuse(exchange, 401, 'unauthorized', 'The API key is missing or wrong.')
  else return found.handle(sim, exchange, query)
  return undefined
}

function isKeyRight(sim: Simulation, req: Exchange['req']): boolean {
  const { apiKey } = sim.behaviour
  return apiKey === null || req.headers['x-api-key'] === apiKey
}

function enrich(sim: Simulation, { req, res }: Exchange, query: string): undefined {
  const keys = [keyOfQuery(query, sim.behaviour.keyNames)]
  handleCall(sim, { keys, bulk: false, idempotencyKey: idempotencyKeyOf(sim, req), req, res })
}

async function bulk(sim: Simulation, exchange: Exchange): Promise<void> {
  const { req, res } = exchange
  const body = await readJson(req)
  const { maxBulkBytes } = sim.behaviour
  if (maxBulkBytes !== null && Number(req.headers['content-length']) > maxBulkBytes) {
    refuse(exchange, 413, 'payload_too_large', `More than ${maxBulkBytes} bytes.`)
    return
  }
  const keys = keysOfBulk(body, sim.behaviour.keyNames, sim.behaviour.maxBulkRecords)
  handleCall(sim, { keys, bulk: true, idempotencyKey: idempotencyKeyOf(sim, req), req, res })
}

function account(sim: Simulation, exchange: Exchange): undefined {
  sim.stats.count('accountReads')
  const { accountStatus } = sim.behaviour
  if (accountStatus !== 200) {
    refuse(exchange, accountStatus, 'account_unavailable', 'No account today.')
    return
  }
  const credits = { remaining: balanceSaid(sim, 'account', []), allotment: sim.account.allotment }
  const body = JSON.stringify({ credits, asOf: new Date(sim.clock.now()).toISOString() })
  send(exchange, { status: 200, type: 'json', body, headers: [] })
}

async function answerControl(sim: Simulation, exchange: Exchange, path: string, query: string): Promise<void> {
  const { status, body } = control(sim, exchange.req.method ?? '', path, query, await readJson(exchange.req))
  send(exchange, { status, type: 'json', body: JSON.stringify(body), headers: [] })
}

function idempotencyKeyOf(sim: Simulation, req: Exchange['req']): string | undefined {
  const value = req.headers[sim.behaviour.idempotencyHeader.toLowerCase()]
  return typeof value === 'string' && value !== '' ? value : undefined
}

function refuse(exchange: Exchange, status: number, error: string, message: string): void {
  send(exchange, errorReply(status, error, message))
}

/** A client's mistake is told to it; a client that has left hears nothing; anything else is a bug of ours, and said so. */
function answerError(exchange: Exchange, error: unknown): void {
  const status = error instanceof BadRequest ? 400 : 500
  const { body } = failure(status, error instanceof Error ? error.message : String(error))
  send(exchange, { status, type: 'json', body: JSON.stringify(body), headers: [] })
}
