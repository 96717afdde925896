import { hostname, userInfo } from 'node:os'
import { systemClock } from '../domain/time/clock.ts'
import type { ScreenParts } from '../observability/display/live-screen.ts'

/** The process that a command runs in, as far as it needs to know. */
export interface Host {
  /** Without the interpreter and the script. */
  readonly argv: readonly string[]
  /** NO_COLOR is set (no-color.org). */
  readonly noColor: boolean
  /** TERM says that the terminal can do nothing but write on. */
  readonly dumbTerminal: boolean
  /** Calls `stop` at the first SIGINT or SIGTERM. */
  onSignals(stop: () => void): void
}

export function abortedBySignals(host: Host): AbortSignal {
  const stop = new AbortController()
  host.onSignals(() => stop.abort())
  return stop.signal
}

/** The terminal that something can be shown live on; null where stderr goes elsewhere, or to one that cannot. */
export function screenOf({ dumbTerminal }: Host): Omit<ScreenParts, 'frame'> | null {
  const { stderr, stdout } = process
  if (stderr.isTTY !== true || dumbTerminal) return null
  return { stream: stderr, others: stdout.isTTY === true ? [stdout] : [], process, clock: systemClock }
}

/** True if somebody can be asked: all three streams are a terminal. */
export function isAttended(): boolean {
  return [process.stdin, process.stdout, process.stderr].every(({ isTTY }) => isTTY === true)
}

/** Who the operating system says is at work: user@host. A container may have no name for its user. */
export function whoIsHere(): string {
  try {
    return `${userInfo().username}@${hostname()}`
  } catch {
    return `uid ${process.getuid?.() ?? '?'}@${hostname()}`
  }
}
