import type { Look, Watchers } from './watchers.ts'

/** A client that reads so much less than it is sent is let go, characters. */
const MOST_WAITING = 64_000

const HEADERS = { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' } as const

/** What HEAD is answered: a stream that nobody reads would never be left. */
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
