const [QUOTE, BACKSLASH, OPEN_LIST, OPEN_OBJECT, CLOSE_OBJECT, COMMA, COLON, POINT] = [...'"\\[{},:.'].map((c) =>
  c.charCodeAt(0),
) as [number, number, number, number, number, number, number, number]
/** Bytes of memory that V8 takes (measured with Node 20 and 22), rounded up. */
const OBJECT = 72
const LIST = 60
const SLOT = 8
const STRING = 24
const NUMBER = 16
/** Objects share a description of their keys: this is what the first object with a key in that place costs. */
const SHAPE = 240
/** Keys that are numbers are kept in a table of the object's own. */
const NUMBERED = 200
/** Shapes are distinguished by a hash of this many bits. */
const SHAPE_BITS = 18

/**
 * Whether JSON.parse would make more than `most` bytes of this text: 30 KB packed may be 16 MiB of `[[],[],`, and these a
 * gigabyte. One pass, which ends where the bound is exceeded. Text that is not JSON may be either.
 */
export function isHeavy(json: Uint8Array, most: number): boolean {
  const shapes = new Uint8Array(2 ** (SHAPE_BITS - 3))
  /** By level, the shape of the object so far. */
  const open: number[] = [0]
  let [weight, name, isNumbered] = [json.length, 0, false]
  for (let at = 0; at < json.length && weight <= most; at++) {
    const byte = json[at] as number
    if (byte === QUOTE) {
      isNumbered = isDigit(json[at + 1])
      name = 0
      for (at += 1; at < json.length && json[at] !== QUOTE; at++) {
        if (json[at] === BACKSLASH) at += 1
        name = Math.imul(name ^ (json[at] as number), 0x01000193)
      }
      weight += STRING
    } else if (byte === COMMA) weight += SLOT
    else if (byte === POINT) weight += NUMBER
    else if (byte === OPEN_LIST) weight += LIST
    else if (byte === OPEN_OBJECT) {
      weight += OBJECT
      open.push(0)
    } else if (byte === CLOSE_OBJECT) {
      if (open.length > 1) open.pop()
    } else if (byte === COLON) {
      const shape = Math.imul((open.at(-1) as number) ^ name, 0x9e3779b1) + 1
      open[open.length - 1] = shape
      const bit = shape >>> (32 - SHAPE_BITS)
      const [place, mask] = [bit >> 3, 1 << (bit & 7)]
      weight += (isNumbered ? NUMBERED : 0) + (((shapes[place] as number) & mask) === 0 ? SHAPE : -STRING)
      shapes[place] = (shapes[place] as number) | mask
    }
  }
  return weight > most
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39
}
