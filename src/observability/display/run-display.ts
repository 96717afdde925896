import type { RunEvent } from '../../refresh/events/events.ts'
import { LiveScreen, type ScreenParts } from './live-screen.ts'
import { runFrame } from './run-frame.ts'
import { type Heard, heard, type RunView } from './run-view.ts'
import { timesIn } from './times.ts'

/** A run on a terminal, live: what is done and left, how fast and why, when it will be done, what has happened. */
export class RunDisplay {
  readonly #screen: LiveScreen
  readonly #now: () => number
  #view: RunView | null = null

  constructor(parts: Omit<ScreenParts, 'frame'> & { readonly color: boolean; readonly timeZone?: string }) {
    const { color, clock } = parts
    const times = timesIn(parts.timeZone)
    this.#now = () => clock.now()
    this.#screen = new LiveScreen({
      ...parts,
      frame: (size) => (this.#view === null ? [] : runFrame(this.#view, clock.now(), { size, color, times })),
    })
  }

  show(event: RunEvent): void {
    this.#hear(event)
  }

  /** It was told to stop, and finishes what is in flight. */
  stopping(): void {
    // Before there is anything to show, it is said.
    if (this.#view === null) this.above('stopping: a second signal ends it at once\n')
    this.#hear({ type: 'stopping' })
  }

  /** Others' lines. */
  above(text: string): void {
    this.#screen.above(text)
  }

  end(): void {
    this.#screen.end()
  }

  #hear(event: Heard): void {
    const before = this.#view
    this.#view = heard(before, event, this.#now())
    if (this.#view !== before) this.#screen.changed()
  }
}
