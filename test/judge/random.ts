/** A generator of random numbers that a seed fixes (mulberry32), and what worlds draw with it. */
export interface Random {
  /** From 0 up to, but not including, 1. */
  fraction(): number
  /** A whole number, both ends included. */
  between(least: number, most: number): number
  chance(share: number): boolean
  pick<T>(choices: readonly T[]): T
}

export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  const fraction = () => {
    state = (state + 0x6d2b79f5) >>> 0
    return scramble(state)
  }
  return {
    fraction,
    between: (least, most) => least + Math.floor(fraction() * (most - least + 1)),
    chance: (share) => fraction() < share,
    pick: (choices) => {
      const chosen = choices[Math.floor(fraction() * choices.length)]
      if (chosen === undefined) throw new RangeError('nothing to pick from')
      return chosen
    },
  }
}

/** A fraction that depends on the seed and the words alone: the same record's third attempt always meets the same fault. */
export function fractionOf(seed: number, ...words: readonly (string | number)[]): number {
  let state = seed >>> 0
  for (const character of words.join('\u0000')) {
    state = Math.imul(state ^ character.charCodeAt(0), 0x01000193) >>> 0
  }
  return scramble(state)
}

function scramble(state: number): number {
  let mixed = Math.imul(state ^ (state >>> 15), state | 1)
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
}
