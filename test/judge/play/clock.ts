import { findFaketime, NO_FAKETIME, wallClock } from '../../support/machine/faketime.ts'

/** The clock of a world's processes. Waiting is not faked. */
export class Clock {
  private readonly clock
  private offset = 0

  constructor(folder: string) {
    const library = findFaketime()
    if (library === null) throw new Error(NO_FAKETIME)
    this.clock = wallClock(library, folder)
  }

  get environment(): Record<string, string> {
    return { ...this.clock.env }
  }

  move(seconds: number): void {
    this.offset += seconds
    this.clock.set(this.offset)
  }
}
