import { handleCall } from './calls.ts'
import { CONTROL_PREFIX, control, failure } from './control.ts'
import { balanceSaid } from './credits-said.ts'
import { type Exchange, send } from './delivery.ts'
import type { DialectRequest, DialectRoute } from './dialects/dialect.ts'
import { answerPoll } from './jobs.ts'
import { errorReply } from './replies.ts'
import { BadRequest, readJson, splitTarget } from './requests.ts'
import type { Simulation } from './simulation.ts'

/** Sends a request to what answers it. Nothing that a client does throws out of here. */
export function route(sim: Simulation, exchange: Exchange): void {
  const { path, query } = splitTarget(exchange.req.url ?? '')
  const isControl = path.startsWith(CONTROL_PREFIX)
  const failed = (error: unknown) =>
    isControl ? answerControlError(exchange, error) : answerError(sim, exchange, error)
  try {
    const working = isControl
      ? answerControl(sim, exchange, path.slice(CONTROL_PREFIX.length), query)
      : answerVendor(sim, exchange, path, query)
    working?.catch(failed)
  } catch (error) {
    failed(error)
  }
}

function answerVendor(sim: Simulation, exchange: Exchange, path: string, query: string): undefined | Promise<void> {
  const { req } = exchange
  const found = sim.dialect.routes.find((each) => leadsTo(each, path))
  if (!found) refuse(sim, exchange, 404, 'no_such_endpoint', `There is no ${path}`)
  else if (req.method !== found.method)
    refuse(sim, exchange, 405, 'method_not_allowed', `${path} takes ${found.method}`)
  else if (!isKeyRight(sim, req, query)) refuse(sim, exchange, 401, 'unauthorized', 'The API key is missing or wrong.')
  else if (found.does === 'account') account(sim, exchange)
  else if (!('asked' in found)) answerPoll(sim, exchange, restOf(found, path), found.does === 'job')
  else return lookUp(sim, exchange, found, { rest: restOf(found, path), query: new URLSearchParams(query) })
  return undefined
}

function leadsTo({ path }: DialectRoute, asked: string): boolean {
  return path.endsWith('/') ? asked.startsWith(path) && asked.length > path.length : path === asked
}

function restOf({ path }: DialectRoute, asked: string): string {
  try {
    return decodeURIComponent(asked.slice(path.length))
  } catch {
    throw new BadRequest('The path is not encoded as a URL is')
  }
}

function isKeyRight(sim: Simulation, req: Exchange['req'], query: string): boolean {
  const { apiKey } = sim.behaviour
  return apiKey === null || sim.dialect.apiKey(req.headers, new URLSearchParams(query)) === apiKey
}

type LookupRoute = Extract<DialectRoute, { asked: unknown }>

/** At once where the request has no body. */
function lookUp(
  sim: Simulation,
  exchange: Exchange,
  found: LookupRoute,
  request: Omit<DialectRequest, 'body'>,
): undefined | Promise<void> {
  if (found.method === 'POST') return lookUpByBody(sim, exchange, found, request)
  call(sim, exchange, found, { ...request, body: undefined })
  return undefined
}

async function lookUpByBody(
  sim: Simulation,
  exchange: Exchange,
  found: LookupRoute,
  request: Omit<DialectRequest, 'body'>,
): Promise<void> {
  const body = await readJson(exchange.req)
  const { maxBulkBytes } = sim.behaviour
  if (maxBulkBytes !== null && Number(exchange.req.headers['content-length']) > maxBulkBytes)
    refuse(sim, exchange, 413, 'payload_too_large', `More than ${maxBulkBytes} bytes.`)
  else call(sim, exchange, found, { ...request, body })
}

function call(sim: Simulation, { req, res }: Exchange, found: LookupRoute, request: DialectRequest): void {
  const { keys, references } = found.asked(request, sim.behaviour)
  const idempotencyKey = idempotencyKeyOf(sim, req)
  const [bulk, job] = [found.does !== 'single', found.does === 'submit']
  handleCall(sim, { keys, references, bulk, job, idempotencyKey, req, res })
}

function account(sim: Simulation, exchange: Exchange): void {
  sim.stats.count('accountReads')
  const { accountStatus } = sim.behaviour
  if (accountStatus !== 200) {
    refuse(sim, exchange, accountStatus, 'account_unavailable', 'No account today.')
    return
  }
  const remaining = balanceSaid(sim, 'account', [])
  const { purchased, balanceLagMs } = sim.behaviour
  const atMs = sim.clock.now() - balanceLagMs
  const said = sim.dialect.account?.({ remaining, allotment: sim.account.allotment, purchased, atMs })
  send(exchange, { status: 200, type: 'json', body: JSON.stringify(said), headers: [] })
}

async function answerControl(sim: Simulation, exchange: Exchange, path: string, query: string): Promise<void> {
  const { status, body } = control(sim, exchange.req.method ?? '', path, query, await readJson(exchange.req))
  send(exchange, { status, type: 'json', body: JSON.stringify(body), headers: [] })
}

function idempotencyKeyOf(sim: Simulation, req: Exchange['req']): string | undefined {
  const value = req.headers[sim.behaviour.idempotencyHeader.toLowerCase()]
  return typeof value === 'string' && value !== '' ? value : undefined
}

function refuse(sim: Simulation, exchange: Exchange, status: number, error: string, message: string): void {
  send(exchange, errorReply(sim, status, error, message))
}

/** A client's mistake is told to it; a client that has left hears nothing; anything else is a bug of ours, and said so. */
function answerError(sim: Simulation, exchange: Exchange, error: unknown): void {
  refuse(sim, exchange, statusOf(error), 'not_understood', messageOf(error))
}

function answerControlError(exchange: Exchange, error: unknown): void {
  const { status, body } = failure(statusOf(error), messageOf(error))
  send(exchange, { status, type: 'json', body: JSON.stringify(body), headers: [] })
}

function statusOf(error: unknown): number {
  return error instanceof BadRequest ? 400 : 500
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
