import { existsSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The clock of a world's processes: a file that libfaketime reads at each look at the time. Waiting is not faked. */
export class Clock {
  private readonly file: string
  private offset = 0

  constructor(folder: string) {
    this.file = join(folder, 'clock')
    this.write()
  }

  get environment(): Record<string, string> {
    return {
      LD_PRELOAD: library(),
      FAKETIME_TIMESTAMP_FILE: this.file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    }
  }

  move(seconds: number): void {
    this.offset += seconds
    this.write()
  }

  private write(): void {
    // Whole or not at all: it is read at any moment.
    writeFileSync(`${this.file}.new`, `${this.offset < 0 ? '-' : '+'}${Math.abs(this.offset)}\n`)
    renameSync(`${this.file}.new`, this.file)
  }
}

export function hasFakeClock(): boolean {
  return existsSync(library())
}

function library(): string {
  const folders = [
    '/usr/lib',
    ...readdirSync('/usr/lib')
      .filter((name) => name.endsWith('-linux-gnu'))
      .map((name) => `/usr/lib/${name}`),
  ]
  const files = folders.map((folder) => join(folder, 'faketime', 'libfaketimeMT.so.1'))
  return files.find((file) => existsSync(file)) ?? '/usr/lib/faketime/libfaketimeMT.so.1'
}
