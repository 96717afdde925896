export interface Rhythm {
  /** How often to look at what is watched. */
  readonly everyMs: number
  /** How long a stream is silent before it is sent a sign of life. */
  readonly heartbeatMs: number
}

interface Viewer {
  /** Null: a sign of life. */
  readonly send: (text: string | null) => void
  readonly end: () => void
}

interface Watch {
  readonly viewers: Set<Viewer>
  readonly timer: NodeJS.Timeout
  last: string | null
  silentMs: number
  looking: boolean
}

/** What is to be shown now; null, or `over`: it will not change any more. */
export type Look = () => Promise<{ readonly text: string; readonly over: boolean } | null>

/** Looks regularly at each thing that is watched, once for all its viewers, and sends them what has changed. */
export class Watchers {
  readonly #rhythm: Rhythm
  readonly #most: number
  readonly #watches = new Map<string, Watch>()
  #closed = false

  constructor(rhythm: Rhythm, most: number) {
    this.#rhythm = rhythm
    this.#most = most
  }

  get viewers(): number {
    return [...this.#watches.values()].reduce((sum, { viewers }) => sum + viewers.size, 0)
  }

  get hasRoom(): boolean {
    return !this.#closed && this.viewers < this.#most
  }

  /** Returns a function that ends it. */
  watch(name: string, look: Look, viewer: Viewer): () => void {
    const watch = this.#watches.get(name) ?? this.#begin(name, look)
    watch.viewers.add(viewer)
    if (watch.last !== null) viewer.send(watch.last)
    else void this.#look(name, watch, look)
    return () => this.#leave(name, watch, viewer)
  }

  close(): void {
    this.#closed = true
    for (const [name, watch] of this.#watches) this.#over(name, watch)
  }

  #begin(name: string, look: Look): Watch {
    const timer = setInterval(() => void this.#look(name, watch, look), this.#rhythm.everyMs)
    const watch: Watch = { viewers: new Set(), timer, last: null, silentMs: 0, looking: false }
    this.#watches.set(name, watch)
    return watch
  }

  async #look(name: string, watch: Watch, look: Look): Promise<void> {
    if (watch.looking) return
    watch.looking = true
    try {
      const seen = await look()
      if (seen !== null) this.#tell(watch, seen.text)
      if (seen === null || seen.over) this.#over(name, watch)
    } catch {
      // The next look may succeed.
      this.#beat(watch)
    } finally {
      watch.looking = false
    }
  }

  #tell(watch: Watch, text: string): void {
    if (text === watch.last) {
      this.#beat(watch)
      return
    }
    watch.last = text
    watch.silentMs = 0
    for (const viewer of watch.viewers) viewer.send(text)
  }

  #beat(watch: Watch): void {
    watch.silentMs += this.#rhythm.everyMs
    if (watch.silentMs < this.#rhythm.heartbeatMs) return
    watch.silentMs = 0
    for (const viewer of watch.viewers) viewer.send(null)
  }

  #leave(name: string, watch: Watch, viewer: Viewer): void {
    if (watch.viewers.delete(viewer) && watch.viewers.size === 0) this.#over(name, watch)
  }

  #over(name: string, watch: Watch): void {
    clearInterval(watch.timer)
    if (this.#watches.get(name) === watch) this.#watches.delete(name)
    const viewers = [...watch.viewers]
    watch.viewers.clear()
    for (const viewer of viewers) viewer.end()
  }
}

/** A client that has so many bytes still to read is disconnected. */
const MOST_WAITING = 64_000

const HEADERS = { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' } as const

/** The answer to HEAD: nobody would read, or end, a stream. */
export function eventStreamHead(): Response {
  return new Response(null, { headers: HEADERS })
}

/** The answer of an event stream (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
export function eventStream(watchers: Watchers, name: string, look: Look): Response {
  let leave = () => {}
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        let over = false
        const end = () => {
          if (over) return
          over = true
          leave()
          controller.close()
        }
        const send = (text: string | null) => {
          if (over) return
          if ((controller.desiredSize ?? 0) < 0) return end()
          controller.enqueue(encoder.encode(text === null ? ':\n\n' : `data: ${text}\n\n`))
        }
        controller.enqueue(encoder.encode('retry: 3000\n\n'))
        leave = watchers.watch(name, look, { send, end })
      },
      cancel: () => leave(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: MOST_WAITING }),
  )
  return new Response(body, { headers: HEADERS })
}
