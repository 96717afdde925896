const QUOTE = 0x22
const BACKSLASH = 0x5c
const MINUS = 0x2d

/** A JSON text in which whole numbers that JavaScript cannot hold, such as ids beyond 2^53, are texts. Takes linear time. */
export function withLongNumbersAsText(json: string): string {
  let [made, from, at] = ['', 0, 0]
  while (at < json.length) {
    const code = json.charCodeAt(at)
    if (code === QUOTE) at = afterText(json, at)
    else if (code === MINUS || isDigit(code)) {
      const end = afterNumber(json, at)
      if (isLong(json, at, end)) {
        made += `${json.slice(from, at)}"${json.slice(at, end)}"`
        from = end
      }
      at = end
    } else at += 1
  }
  return made + json.slice(from)
}

function afterText(json: string, quoteAt: number): number {
  let at = quoteAt + 1
  while (at < json.length && json.charCodeAt(at) !== QUOTE) at += json.charCodeAt(at) === BACKSLASH ? 2 : 1
  return at + 1
}

function afterNumber(json: string, beginsAt: number): number {
  let at = beginsAt + 1
  while (isDigit(json.charCodeAt(at)) || '.eE+-'.includes(json.charAt(at) || ' ')) at += 1
  return at
}

/** Fractions and exponents stay numbers: nobody writes an id so. */
function isLong(json: string, from: number, to: number): boolean {
  if (to - from < 16) return false
  for (let at = from + 1; at < to; at += 1) if (!isDigit(json.charCodeAt(at))) return false
  return !Number.isSafeInteger(Number(json.slice(from, to)))
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}
