import { type Exchange, send } from '../call.ts'
import { accountSaid, balanceSaid } from '../credits-said.ts'
import { type DialectRequest, type DialectRoute, Refusal } from '../dialects/dialect.ts'
import { answerPoll } from '../jobs/jobs.ts'
import { SlidingLimit } from '../limits/rate-windows.ts'
import type { Simulation } from '../simulation.ts'
import { CONTROL_PREFIX, control, failure } from './control.ts'
import { errorReply, jsonOf, refusalReply } from './replies.ts'
import { BadRequest, readJson, readText, splitTarget } from './requests.ts'
import { handleCall } from './service.ts'

/** Never throws, whatever a client sends. */
export function route(sim: Simulation, exchange: Exchange): void {
  const { path, query } = splitTarget(exchange.req.url ?? '')
  const isControl = path.startsWith(CONTROL_PREFIX)
  // A 500 is a bug of the simulator.
  const failed = (error: unknown) => {
    const status = error instanceof BadRequest ? 400 : 500
    const message = error instanceof Error ? error.message : String(error)
    if (isControl) sendJson(exchange, status, failure(status, message).body)
    else if (error instanceof Refusal) refuseInItsWords(sim, exchange, error)
    else refuse(sim, exchange, status, 'not_understood', message)
  }
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
  const there = sim.dialect.routes.filter((each) => leadsTo(each, path))
  const found = there.find(({ method }) => method === req.method) ?? there[0]
  if (!found) refuse(sim, exchange, 404, 'no_such_endpoint', `There is no ${path}`)
  else if (req.method !== found.method && !(req.method === 'HEAD' && found.method === 'GET'))
    refuse(sim, exchange, 405, 'method_not_allowed', `${path} takes ${found.method}`)
  else if (found.does === 'token') return grant(sim, exchange, found)
  else if (!isKeyRight(sim, req, query)) refuse(sim, exchange, 401, 'unauthorized', 'The API key is missing or wrong.')
  else return answerKnown(sim, exchange, found, path, new URLSearchParams(query))
  return undefined
}

/** To a client whose key is right. */
function answerKnown(
  sim: Simulation,
  exchange: Exchange,
  found: Exclude<DialectRoute, TokenRoute>,
  path: string,
  query: URLSearchParams,
): undefined | Promise<void> {
  sim.dialect.accepts?.((name) => headerOf(exchange.req, name), sim.behaviour.variants)
  if ('asked' in found) return lookUp(sim, exchange, found, { rest: restOf(found, path), query })
  if (found.does === 'account') account(sim, exchange, found, query)
  else {
    const ids = found.ids?.(query)
    const asked = { whole: found.does === 'job', listed: ids !== undefined, query }
    answerPoll(sim, exchange, { ids: ids ?? [restOf(found, path)], ...asked })
  }
  return undefined
}

type TokenRoute = Extract<DialectRoute, { does: 'token' }>

async function grant(sim: Simulation, exchange: Exchange, { grants }: TokenRoute): Promise<void> {
  const form = new URLSearchParams(await readText(exchange.req))
  const { apiKey, variants } = sim.behaviour
  const header = (name: string) => headerOf(exchange.req, name)
  const token = grants({ header, form, apiKey, nowAt: sim.clock.now(), variants })
  sim.stats.count('tokens')
  sendJson(exchange, 200, token)
}

function leadsTo({ path, does }: DialectRoute, asked: string): boolean {
  if (does === 'account') return path === asked
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
  const header = (name: string) => headerOf(req, name)
  return apiKey === null || sim.dialect.apiKey(header, new URLSearchParams(query), sim.clock.now()) === apiKey
}

type LookupRoute = Extract<DialectRoute, { asked: unknown }>

/** Synchronous where the request has no body. */
function lookUp(
  sim: Simulation,
  exchange: Exchange,
  found: LookupRoute,
  request: Omit<DialectRequest, 'body'>,
): undefined | Promise<void> {
  if (found.method === 'POST') {
    return readJson(exchange.req).then((body) => {
      const { maxBulkBytes } = sim.behaviour
      if (maxBulkBytes !== null && Number(exchange.req.headers['content-length']) > maxBulkBytes)
        refuse(sim, exchange, 413, 'payload_too_large', `More than ${maxBulkBytes} bytes.`)
      else call(sim, exchange, found, { ...request, body })
    })
  }
  call(sim, exchange, found, { ...request, body: undefined })
  return undefined
}

function call(sim: Simulation, { req, res }: Exchange, found: LookupRoute, request: DialectRequest): void {
  const { atOnce, ...asked } = found.asked(request, sim.behaviour)
  const idempotencyKey = headerOf(req, sim.behaviour.idempotencyHeader.toLowerCase()) || undefined
  const job = found.does === 'submit' && !atOnce
  const bulk = job || found.does === 'bulk'
  const askedAt = job ? sim.clock.now() : undefined
  handleCall(sim, { ...asked, bulk, job, askedAt, idempotencyKey, req, res })
}

function headerOf(req: Exchange['req'], name: string): string | undefined {
  const value = req.headers[name]
  return typeof value === 'string' ? value : undefined
}

type AccountRoute = Extract<DialectRoute, { does: 'account' }>

function account(sim: Simulation, exchange: Exchange, route: AccountRoute, query: URLSearchParams): void {
  sim.stats.count('accountReads')
  const { accountStatus } = sim.behaviour
  if (isTooOften(sim, route)) {
    refuse(sim, exchange, 429, 'too_many_requests', 'The account was asked too often.')
    return
  }
  if (accountStatus !== 200) {
    refuse(sim, exchange, accountStatus, 'account_unavailable', 'No account today.')
    return
  }
  const said = accountSaid(sim, balanceSaid(sim, 'account', []))
  sendJson(exchange, 200, (route.tells ?? sim.dialect.account)?.(said, query), sim.dialect.jsonType)
}

/** Whether the route has a limit of its own that this request exceeds. */
function isTooOften({ routeLimits, clock }: Simulation, { path, perMinute }: AccountRoute): boolean {
  if (perMinute === undefined) return false
  const limit = routeLimits.get(path) ?? new SlidingLimit(perMinute, 60_000)
  routeLimits.set(path, limit)
  const isOver = limit.waitMs(clock.now()) > 0
  if (!isOver) limit.admit(clock.now())
  return isOver
}

async function answerControl(sim: Simulation, exchange: Exchange, path: string, query: string): Promise<void> {
  const { status, body } = control(sim, exchange.req.method ?? '', path, query, await readJson(exchange.req))
  sendJson(exchange, status, body)
}

function sendJson(exchange: Exchange, status: number, body: unknown, jsonType?: string): void {
  send(exchange, { status, type: 'json', body: jsonOf(body), headers: [] }, jsonType)
}

function refuseInItsWords(sim: Simulation, exchange: Exchange, { status, body, headers }: Refusal): void {
  sim.stats.count('refusals')
  if (send(exchange, refusalReply(sim, status, body, headers), sim.dialect.jsonType)) sim.stats.replied(status)
}

function refuse(sim: Simulation, exchange: Exchange, status: number, error: string, message: string): void {
  send(exchange, errorReply(sim, status, error, message), sim.dialect.jsonType)
}
