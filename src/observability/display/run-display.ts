import { LiveScreen, type ScreenParts } from './live-screen.ts'
import { runFrame } from './run-frame.ts'
import { type Heard, heard, type RunView } from './run-view.ts'
import { timesIn } from './times.ts'

/** Shows a run live on a terminal. */
export class RunDisplay extends LiveScreen {
  readonly #now: () => number
  #view: RunView | null = null

  constructor({ color, ...parts }: Omit<ScreenParts, 'frame'> & { readonly color: boolean }) {
    const now = () => parts.clock.now()
    const times = timesIn()
    super({
      ...parts,
      frame: (size) => (this.#view === null ? [] : runFrame(this.#view, now(), { size, color, times })),
    })
    this.#now = now
  }

  show(event: Heard): void {
    const before = this.#view
    this.#view = heard(before, event, this.#now())
    if (this.#view !== before) this.changed()
  }

  /** The process was asked to stop, and finishes the calls in flight. */
  stopping(): void {
    if (this.#view === null) this.above('stopping: a second signal ends it at once\n')
    this.show({ type: 'stopping' })
  }
}
