import { existsSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

// The library for several threads: Node looks at the clock from all of its own.
const PLACES = [
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1',
  '/usr/lib/faketime/libfaketimeMT.so.1',
]

export const NO_FAKETIME = 'no libfaketime is installed (`apt-get install faketime`)'

/** libfaketime of this machine; null: there is none. */
export function findFaketime(): string | null {
  return PLACES.find((place) => existsSync(place)) ?? null
}

/** A clock on the wall that a test sets while a process runs by it; its monotonic clock stays as it is. */
export interface WallClock {
  readonly env: Readonly<Record<string, string>>
  /** So many seconds beside the true time, from now on. */
  set(seconds: number): void
}

export function wallClock(library: string, folder: string): WallClock {
  const file = join(folder, 'faketime')
  const set = (seconds: number) => {
    // Whole or not at all: it is read at each look at the time.
    writeFileSync(`${file}.new`, `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}\n`)
    renameSync(`${file}.new`, file)
  }
  set(0)
  const env = {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  }
  return { env, set }
}
