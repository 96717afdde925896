import type { ImportState } from '../../import/ports.ts'
import { type ImportView, importFrame, reached } from './import-frame.ts'
import { LiveScreen, type ScreenParts } from './live-screen.ts'

/** An import on a terminal, live: how far in the file, what became of its lines, time to go. */
export class ImportDisplay {
  readonly #screen: LiveScreen
  readonly #monotonic: () => number
  #view: ImportView | null = null

  constructor(parts: Omit<ScreenParts, 'frame'> & { readonly color: boolean }) {
    const { color, clock } = parts
    this.#monotonic = () => clock.monotonic()
    this.#screen = new LiveScreen({
      ...parts,
      frame: (size) => (this.#view === null ? [] : importFrame(this.#view, clock.monotonic(), { size, color })),
    })
  }

  show(state: ImportState): void {
    this.#view = reached(this.#view, state, this.#monotonic())
    this.#screen.changed()
  }

  /** Others' lines. */
  above(text: string): void {
    this.#screen.above(text)
  }

  end(): void {
    this.#screen.end()
  }
}
