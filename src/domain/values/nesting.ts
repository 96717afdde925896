/**
 * The deepest nesting of lists and objects that is read. JSON.parse takes any depth, but most consumers of the result
 * (JSON.stringify, structured clone, schemas, a database's JSON) recurse and could overflow the stack. No vendor's data
 * comes near this.
 */
export const MOST_LEVELS = 200

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [...'"\\[]{}'].map((c) => c.charCodeAt(0))

/** The nesting depth of a JSON text; 0 for a scalar. Meaningless for text that is not JSON. */
export function levelsOfText(json: string): number {
  let [level, deepest] = [0, 0]
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at)
    if (code === QUOTE) at = endOfString(json, at)
    else if (code === OPEN_LIST || code === OPEN_OBJECT) deepest = Math.max(deepest, ++level)
    else if (code === CLOSE_LIST || code === CLOSE_OBJECT) level -= 1
  }
  return deepest
}

function endOfString(json: string, from: number): number {
  let at = from + 1
  while (at < json.length && json.charCodeAt(at) !== QUOTE) at += json.charCodeAt(at) === BACKSLASH ? 2 : 1
  return at
}

/** The nesting depth of a value. Each object is visited once, so cycles are safe. */
export function levelsOf(value: unknown): number {
  const seen = new Set<object>()
  let level = [value].filter(isObject)
  let levels = 0
  while (level.length > 0) {
    levels += 1
    for (const one of level) seen.add(one)
    const next = new Set(level.flatMap((one) => Object.values(one).filter(isObject)))
    level = [...next].filter((one) => !seen.has(one))
  }
  return levels
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
