/** What a document of YAML holds. */
export type Yaml = string | number | boolean | null | Yaml[] | { [key: string]: Yaml }

interface Line {
  readonly indent: number
  readonly text: string
  readonly number: number
}

/**
 * Reads the part of YAML that docs/deploy is written in: blocks of maps and lists, lists and maps in brackets, quoted
 * and plain scalars, comments. Whatever else there is, it refuses, so that no mistake passes for a text.
 */
export function parseYaml(text: string): Yaml {
  const lines = text.split('\n').flatMap(lineOf)
  const [value, rest] = block(lines, lines[0]?.indent ?? 0)
  if (rest.length > 0) throw wrong(rest[0] as Line, 'does not belong to what stands above it')
  return value
}

function lineOf(raw: string, at: number): Line[] {
  if (raw.includes('\t')) throw new Error(`line ${at + 1}: a tab`)
  const text = raw.replace(/(^|\s)#(?=([^'"]|'[^']*'|"[^"]*")*$).*$/, '').trimEnd()
  return text === '' ? [] : [{ indent: text.search(/\S/), text: text.trim(), number: at + 1 }]
}

function block(lines: readonly Line[], indent: number): [Yaml, readonly Line[]] {
  const [first] = lines
  if (first === undefined || first.indent < indent) return [null, lines]
  return first.text.startsWith('- ') ? list(lines, first.indent) : map(lines, first.indent)
}

function list(lines: readonly Line[], indent: number): [Yaml[], readonly Line[]] {
  const items: Yaml[] = []
  let rest = lines
  for (;;) {
    const [line] = rest
    if (line === undefined || line.indent < indent) return [items, rest]
    if (line.indent > indent || !line.text.startsWith('- ')) throw wrong(line, 'is no item of the list')
    const inside = { ...line, indent: indent + 2, text: line.text.slice(2).trim() }
    if (KEY.test(inside.text)) {
      const [item, after] = map([inside, ...rest.slice(1)], indent + 2)
      items.push(item)
      rest = after
    } else {
      items.push(scalar(inside))
      rest = rest.slice(1)
    }
  }
}

const KEY = /^([A-Za-z_][\w./-]*):(?:\s+(.*))?$/

function map(lines: readonly Line[], indent: number): [{ [key: string]: Yaml }, readonly Line[]] {
  const found: { [key: string]: Yaml } = {}
  let rest = lines
  for (;;) {
    const [line] = rest
    if (line === undefined || line.indent < indent) return [found, rest]
    const [, key, value] = KEY.exec(line.text) ?? []
    if (line.indent > indent || key === undefined) throw wrong(line, 'is no key of the map')
    if (key in found) throw wrong(line, `has the key ${key} again`)
    if (value === undefined) {
      const [inner, after] = block(rest.slice(1), indent + 1)
      found[key] = inner
      rest = after
    } else {
      found[key] = scalar({ ...line, text: value })
      rest = rest.slice(1)
    }
  }
}

function scalar(line: Line): Yaml {
  const { text } = line
  if (/^\[.*\]$/.test(text)) return parts(text.slice(1, -1)).map((part) => scalar({ ...line, text: part }))
  if (/^'([^']|'')*'$/.test(text)) return text.slice(1, -1).replaceAll("''", "'")
  if (/^"[^"\\]*"$/.test(text)) return text.slice(1, -1)
  if (/^[[\]{}'"&*!|>%@`,]/.test(text) || /:\s/.test(text) || text.endsWith(':')) throw wrong(line, 'needs quotes')
  if (/^(true|false)$/.test(text)) return text === 'true'
  if (/^(y|n|yes|no|on|off|null|~)$/i.test(text)) throw wrong(line, 'is read as something else by some')
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
}

/** Split at commas outside quotes. */
function parts(text: string): string[] {
  return [...text.matchAll(/\s*("[^"]*"|'[^']*'|[^,]+)\s*(,|$)/g)].map(([, part]) => (part as string).trim())
}

function wrong({ number, text }: Line, why: string): Error {
  return new Error(`line ${number} ${why}: ${text}`)
}
