import cliProgress from 'cli-progress'
import type { ImportState } from '../import/state.ts'

const FORMAT = '{bar} {share}{read} lines · {rate}/s · {inserted} new · {changed} changed · {trouble}{left}'

/** One live line on a terminal for an import: how far in the file, what became of its lines, time to go. */
export class ImportLine {
  readonly #stream: NodeJS.WriteStream
  readonly #bar: cliProgress.SingleBar
  #began: { readonly at: number; readonly read: number; readonly position: number } | null = null
  #shown = false

  constructor(stream: NodeJS.WriteStream, color: boolean) {
    this.#stream = stream
    const paint = (text: string) => (color ? `\u001b[36m${text}\u001b[0m` : text)
    this.#bar = new cliProgress.SingleBar({
      stream,
      format: FORMAT.replace('{bar}', paint('{bar}')),
      barsize: 20,
      barCompleteChar: '█',
      barIncompleteChar: '░',
      hideCursor: true,
      linewrap: false,
      clearOnComplete: true,
      fps: 10,
    })
  }

  show({ counts, position, size }: ImportState): void {
    const now = performance.now()
    this.#began ??= { at: now, read: counts.read, position }
    const { at, read, position: from } = this.#began
    const ms = Math.max(1, now - at)
    const share = size === null || size === 0 ? 0 : Math.min(1, position / size)
    const leftMs = size === null || position <= from ? null : ((size - position) * ms) / (position - from)
    const values = {
      share: size === null ? '' : `${Math.floor(share * 100)} % · `,
      read: format(counts.read),
      rate: format(Math.round(((counts.read - read) * 1000) / ms)),
      inserted: format(counts.inserted),
      changed: format(counts.changed),
      trouble: counts.rejected > 0 ? `${format(counts.rejected)} rejected · ` : '',
      left: leftMs === null ? '' : `ETA ${duration(leftMs)}`,
    }
    if (this.#shown) this.#bar.update(share, values)
    else this.#bar.start(1, share, values)
    this.#shown = true
  }

  /** Writes a line above the live one. */
  above(text: string): void {
    if (this.#shown) this.#stream.write('\r\u001b[K')
    this.#stream.write(text)
  }

  end(): void {
    if (this.#shown) this.#bar.stop()
    this.#shown = false
  }
}

function format(value: number): string {
  return value.toLocaleString('en-US')
}

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}
