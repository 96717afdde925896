import { type Context, Hono } from 'hono'
import { isForeignName, isForwarded, isLoopback } from '../domain/values/hosts.ts'
import type { Answers } from './listen.ts'

export interface HealthParts {
  /** Where it answers. */
  readonly host: string
  /** Why the process should be ended; null: it is alive. */
  readonly lost: () => string | null
  /** Why nothing would be started just now; null: it would. */
  readonly unready: () => Promise<Unready | null>
  /** Nothing is measured without it. */
  readonly metrics?: () => Promise<{ readonly contentType: string; readonly text: string }>
  /** What answers for all other paths; nothing without it. */
  readonly others?: Answers | undefined
}

/** `reason` is one of a few words, for scripts; `detail` is for people. */
export interface Unready {
  readonly reason: 'starting' | 'stopping' | 'config' | 'database'
  readonly detail: string
}

/** What the server has of a request. */
type Incoming = { readonly httpVersion?: string; readonly socket: { readonly remoteAddress?: string } }

type Answer = (c: Context) => Response | Promise<Response>

/** Answers /healthz, /readyz and /metrics, and has the rest answered. */
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
      const { contentType, text } = await metrics()
      return c.body(text, 200, { ...HEADERS, 'content-type': contentType })
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

/** No page of another site takes an answer for a script, a style or a picture. */
const HEADERS = {
  'cache-control': 'no-store',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
}
const UNAVAILABLE = { status: 'unavailable' } as const
const ELSEWHERE = 'the log says more, and so does this path on the machine itself'
/** A page of another site can make a browser resolve that site's name to 127.0.0.1, and read what is answered. */
const FOREIGN = { status: 'error', detail: 'this answers to localhost and to addresses alone' } as const

/** Errors name the database's host, user and path: they are for whoever asks on this machine, through no proxy. */
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
