/**
 * So many levels of lists and objects within each other are read. JSON.parse takes any number, but nearly everything that
 * is done with the result (JSON.stringify, a clone for another thread, a schema, a database's own JSON) goes down level
 * by level on a stack that ends. No vendor's data comes near.
 */
export const MOST_LEVELS = 200

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [...'"\\[]{}'].map((c) => c.charCodeAt(0))

/** How deep a JSON text is nested, 0 for a lone value. What it says of a text that is not JSON means nothing. */
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

/** How deep a value is nested. What it holds twice is looked at once, so that one that holds itself has an end. */
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
