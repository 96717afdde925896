/** As much of the process as its terminal needs to be left in order. */
export interface TerminalProcess {
  readonly pid: number
  on(event: string, then: () => void): unknown
  off(event: string, then: () => void): unknown
  kill(pid: number, signal: string): unknown
}

export interface Leaving {
  /** The process ends. */
  readonly end: () => void
  /** It is put to sleep (Ctrl-Z), and woken again. */
  readonly sleep: () => void
  readonly wake: () => void
}

/** The terminal is left in order however the process leaves it, but for SIGKILL. Returns what calls it off. */
export function onLeaving(process: TerminalProcess, { end, sleep, wake }: Leaving): () => void {
  const ending = (signal: string) => () => {
    end()
    process.kill(process.pid, signal)
  }
  const suspend = () => {
    sleep()
    process.kill(process.pid, 'SIGSTOP')
  }
  const listeners = [
    ['exit', end],
    ['SIGQUIT', ending('SIGQUIT')],
    ['SIGHUP', ending('SIGHUP')],
    ['SIGTSTP', suspend],
    ['SIGCONT', wake],
  ] as const
  for (const [event, then] of listeners) process.on(event, then)
  return () => {
    for (const [event, then] of listeners) process.off(event, then)
  }
}
