import { messageOf } from '../domain/errors/errors.ts'

/** How a message over the web is tried. */
export interface Tries {
  /** The waits between tries, ms: one try more than there are waits. */
  readonly waitsMs: readonly number[]
  /** How long one try may take, ms. */
  readonly timeoutMs: number
  readonly sleep: (ms: number) => Promise<void>
  readonly signal?: AbortSignal
}

/** Statuses for which another try may help. */
const PASSING = new Set([408, 425, 429])

/** Sends a request, a few times if need be. Resolves to null, or to why it did not arrive; never throws. */
export async function arrives(url: string, init: () => RequestInit, tries: Tries): Promise<string | null> {
  for (let tried = 0; ; tried++) {
    const failure = await once(url, init(), tries)
    const waitMs = tries.waitsMs[tried]
    if (failure === null || !failure.passes || waitMs === undefined || tries.signal?.aborted)
      return failure?.reason ?? null
    await tries.sleep(waitMs)
  }
}

async function once(url: string, init: RequestInit, { timeoutMs, signal }: Tries) {
  try {
    const timeout = AbortSignal.timeout(timeoutMs)
    const until = signal === undefined ? timeout : AbortSignal.any([timeout, signal])
    const headers = { 'user-agent': 'spenddown', ...init.headers }
    const reply = await fetch(url, { ...init, headers, redirect: 'manual', signal: until })
    await reply.body?.cancel()
    const passes = reply.status >= 500 || PASSING.has(reply.status)
    return reply.ok ? null : { reason: `status ${reply.status}`, passes }
  } catch (error) {
    return { reason: reasonOf(error), passes: true }
  }
}

/** fetch hides what happened in the cause; neither names the URL. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  const code = cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : undefined
  return code ?? messageOf(error)
}
