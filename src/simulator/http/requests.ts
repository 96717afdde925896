import type { IncomingMessage } from 'node:http'

const MAX_BODY_BYTES = 16 * 1024 * 1024

/** An invalid request; answered with 400 and its message. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest'
  readonly code = 'SIMULATOR_BAD_REQUEST'
}

/** A request's path and its query, without the cost of a URL object. */
export function splitTarget(target: string): { path: string; query: string } {
  const mark = target.indexOf('?')
  return mark < 0 ? { path: target, query: '' } : { path: target.slice(0, mark), query: target.slice(mark + 1) }
}

/** The lookup key of a query: the first of the known names, or else the only parameter. */
export function keyOfQuery(params: URLSearchParams, keyNames: readonly string[]): string {
  for (const name of keyNames) {
    const value = params.get(name)
    if (value) return value
  }
  const values = [...params.values()]
  if (values.length === 1 && values[0]) return values[0]
  throw new BadRequest(`No lookup key: give one of ${keyNames.join(', ')}`)
}

/** The lookup keys of `{ requests: [{ email }, …] }`; PDL's `{ requests: [{ params: { email } }] }` and plain texts too. */
export function keysOfBulk(
  body: unknown,
  keyNames: readonly string[],
  maxRecords: number,
  list = 'requests',
): string[] {
  const requests = itemsOfBulk(body, maxRecords, list)
  return requests.map((request, i) => keyOfItem(request, keyNames, `${list}[${i}]`))
}

/** What a bulk request lists under this name. @throws BadRequest where that is nothing, or too much. */
export function itemsOfBulk(body: unknown, maxRecords: number, list: string): readonly unknown[] {
  const requests = isObject(body) ? body[list] : undefined
  if (!Array.isArray(requests) || requests.length === 0) {
    throw new BadRequest(`Give { ${list}: [ … ] } with at least one request`)
  }
  if (requests.length > maxRecords) {
    throw new BadRequest(`${requests.length} requests are more than the ${maxRecords} that one bulk call may have`)
  }
  return requests
}

export function keyOfItem(item: unknown, keyNames: readonly string[], path: string): string {
  if (isKey(item)) return String(item)
  const params = isObject(item) && isObject(item.params) ? item.params : item
  if (isObject(params)) {
    const named = keyNames.map((name) => params[name]).find(isKey)
    if (named !== undefined) return String(named)
    const values = Object.values(params).filter(isKey)
    if (values.length === 1) return String(values[0])
  }
  throw new BadRequest(`${path} has no lookup key: give one of ${keyNames.join(', ')}`)
}

/** `undefined` where the body is empty. @throws BadRequest where it is not JSON, over 16 MiB, or incomplete. */
export async function readJson(req: IncomingMessage): Promise<unknown> {
  const body = await readText(req)
  if (body === '') return undefined
  try {
    return JSON.parse(body)
  } catch (cause) {
    throw new BadRequest(`The body is not JSON: ${(cause as Error).message}`)
  }
}

export function readText(req: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    req.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > MAX_BODY_BYTES) reject(new BadRequest('The body is over 16 MiB'))
      else chunks.push(chunk)
    })
    req.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    const left = () => reject(new BadRequest('The client has left'))
    req.on('error', left)
    req.on('close', left)
  })
}

function isKey(value: unknown): value is string | number {
  return (typeof value === 'string' && value !== '') || typeof value === 'number'
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
