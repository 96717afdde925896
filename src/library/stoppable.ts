/** Work that can be stopped, by its caller's signal as well. A rejection that nobody awaits does not end the process. */
export function stoppable<T>(caller: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>) {
  const stopping = new AbortController()
  const summary = work(caller === undefined ? stopping.signal : AbortSignal.any([stopping.signal, caller]))
  summary.catch(() => {})
  return { summary, stop: () => stopping.abort() }
}
