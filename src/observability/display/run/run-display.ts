import { LiveScreen, type ScreenParts } from '../live-screen.ts'
import { timesIn } from '../times.ts'
import { runFrame } from './run-frame.ts'
import { judgementOf, type Surroundings } from './run-outlook.ts'
import { type Heard, heard, type RunView } from './run-view.ts'

/** Shows a run live on a terminal. */
export class RunDisplay extends LiveScreen {
  readonly #now: () => number
  #view: RunView | null = null
  #around: Surroundings

  constructor({
    color,
    around,
    ...parts
  }: Omit<ScreenParts, 'frame'> & { readonly color: boolean; readonly around: Surroundings }) {
    const now = () => parts.clock.now()
    const { zone } = around
    const times = timesIn(zone)
    super({
      ...parts,
      frame: (size) => {
        if (this.#view === null) return []
        const judgement = judgementOf(this.#view, this.#around, now())
        return runFrame(this.#view, now(), { size, color, times, zone, judgement })
      },
    })
    this.#now = now
    this.#around = around
  }

  /** More has become known of what is around the run. */
  surround(more: Partial<Surroundings>): void {
    this.#around = { ...this.#around, ...more }
    this.changed()
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
