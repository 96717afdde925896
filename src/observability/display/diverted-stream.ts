type Write = NodeJS.WriteStream['write']

/** As much of a stream as is diverted. */
export interface Writable {
  write: Write
}

export interface Diverted {
  /** Writes to the stream itself. */
  readonly write: (text: string) => void
  /** The stream is its own again; what waited for the end of its line is written. */
  release(): void
}

/** While something is painted below, others' whole lines go to `take`; the rest of a line waits for its end. */
export function divert(stream: Writable, take: (text: string, write: (text: string) => void) => void): Diverted {
  const own = stream.write
  const write = (text: string) => void own.call(stream, text)
  const decoder = new TextDecoder()
  let rest = ''
  const diverted = (chunk: string | Uint8Array, encoding?: unknown, done?: unknown): boolean => {
    rest += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
    const end = rest.lastIndexOf('\n') + 1
    const lines = rest.slice(0, end)
    rest = rest.slice(end)
    if (lines !== '') take(lines, write)
    const written = typeof encoding === 'function' ? encoding : done
    if (typeof written === 'function') queueMicrotask(() => written())
    return true
  }
  stream.write = diverted as Write
  return {
    write,
    release: () => {
      if (stream.write === diverted) stream.write = own
      if (rest !== '') write(rest)
      rest = ''
    },
  }
}
