import { systemClock } from '../domain/clock.ts'
import type { ScreenParts } from '../observability/display/live-screen.ts'
import type { Host } from './host.ts'

/** The terminal that something can be shown live on; null where stderr goes elsewhere, or to one that cannot. */
export function screenOf({ dumbTerminal }: Host): Omit<ScreenParts, 'frame'> | null {
  const { stderr, stdout } = process
  if (stderr.isTTY !== true || dumbTerminal) return null
  return { stream: stderr, others: stdout.isTTY === true ? [stdout] : [], process, clock: systemClock }
}
