import { type Context, Hono } from 'hono'
import { isForeignName, isForwarded, isLoopback } from '../domain/values/hosts.ts'
import type { Answers } from './listen.ts'

export interface HealthParts {
  /** The address that it listens on. */
  readonly host: string
  /** Why the process should be ended; null: it is alive. */
  readonly lost: () => string | null
  /** Why no run would be started now; null: it would. */
  readonly unready: () => Promise<Unready | null>
  /** `account`: of that one alone (`?account=`); resolves to null where there is no such account. */
  readonly metrics?: (account: string | null) => Promise<{ readonly contentType: string; readonly text: string } | null>
  /** Answers all other paths. */
  readonly others?: Answers | undefined
}

/** `reason` is for scripts, `detail` for people. */
export interface Unready {
  readonly reason: 'starting' | 'stopping' | 'config' | 'database'
  readonly detail: string
}

type Incoming = { readonly httpVersion?: string; readonly socket: { readonly remoteAddress?: string } }

type Answer = (c: Context) => Response | Promise<Response>

export function healthApp({ host, lost, unready, metrics, others }: HealthParts): Hono {
  const routes: Record<string, Answer> = {
    '/healthz': (c) => {
      const detail = lost()
      return detail === null ? said(c, 200, { status: 'ok' }) : said(c, 503, { ...UNAVAILABLE, reason: 'lost', detail })
    },
    '/readyz': async (c) => {
      const why = await unready()
      return why === null
        ? said(c, 200, { status: 'ok' })
        : said(c, 503, { ...UNAVAILABLE, reason: why.reason, detail: isNear(c) ? why.detail : ELSEWHERE })
    },
  }
  if (metrics !== undefined)
    routes['/metrics'] = async (c) => {
      const read = await metrics(c.req.query('account') ?? null)
      if (read === null) return said(c, 404, { status: 'error', detail: 'there is no account of this name' })
      return c.body(read.text, 200, { ...HEADERS, 'content-type': read.contentType })
    }
  const app = new Hono()
  const foreign = (c: Context) =>
    isLoopback(host) && isForeignName(c.req.header('host')) ? said(c, 421, FOREIGN) : null
  for (const [path, answer] of Object.entries(routes)) app.all(path, (c) => foreign(c) ?? reading(c, answer))
  const nothing = { status: 'error', detail: `there are ${Object.keys(routes).join(', ')}` }
  app.notFound((c) => others?.(c.req.raw, c.env as object) ?? foreign(c) ?? said(c, 404, nothing))
  app.onError((error, c) => said(c, 500, { status: 'error', detail: isNear(c) ? String(error) : ELSEWHERE }))
  return app
}

/** A page of another site cannot load an answer as a script, a style or an image. */
const HEADERS = {
  'cache-control': 'no-store',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
}
const UNAVAILABLE = { status: 'unavailable' } as const
const ELSEWHERE = 'the log says more, and so does this path on the machine itself'
/** Another site can make a browser resolve the site's name to 127.0.0.1, and read the answer. */
const FOREIGN = { status: 'error', detail: 'this answers to localhost and to addresses alone' } as const

/** Errors name the database's host, user and path: only requests from this machine, without a proxy, get them. */
function isNear(c: Context): boolean {
  const { incoming } = (c.env ?? {}) as { readonly incoming?: Incoming }
  const peer = incoming?.socket.remoteAddress?.replace(/^::ffff:/, '') ?? ''
  return isLoopback(peer) && !isForwarded(c.req.header(), incoming?.httpVersion)
}

function reading(c: Context, answer: Answer): Response | Promise<Response> {
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return answer(c)
  c.header('allow', 'GET, HEAD')
  return said(c, 405, { status: 'error', detail: 'GET or HEAD' })
}

function said(c: Context, status: 200 | 404 | 405 | 421 | 500 | 503, document: object): Response {
  const headers = { ...HEADERS, 'content-type': 'application/json; charset=utf-8' }
  return c.body(`${JSON.stringify(document)}\n`, status, headers)
}
