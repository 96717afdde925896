export interface ParsedEnv {
  readonly values: Readonly<Record<string, string>>
  /** What is wrong, by line from 1; never with the line's content. */
  readonly errors: readonly { readonly line: number; readonly found: string }[]
}

const ASSIGNMENT = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*=[^\S\n]*/
const QUOTES = ['"', "'", '`']

/**
 * `.env` as dotenv and Node read it (https://www.npmjs.com/package/dotenv#rules): NAME=value, optional `export`,
 * three kinds of quotes, values over several lines within them, `\n` within double quotes, comments. Unlike them it
 * says which lines it cannot read.
 */
export function parseEnv(text: string): ParsedEnv {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)
  const values: Record<string, string> = {}
  const errors: { line: number; found: string }[] = []
  for (let at = 0; at < lines.length; ) {
    const entry = readEntry(lines, at)
    if ('found' in entry) errors.push({ line: at + 1, found: entry.found })
    else if (entry.name !== undefined) values[entry.name] = entry.value
    at += entry.lines
  }
  return { values, errors }
}

type Entry =
  | { readonly lines: number; readonly name?: undefined }
  | { readonly lines: number; readonly name: string; readonly value: string }
  | { readonly lines: number; readonly found: string }

function readEntry(lines: readonly string[], at: number): Entry {
  const line = lines[at] ?? ''
  if (/^\s*(#|$)/.test(line)) return { lines: 1 }
  const [whole, name] = ASSIGNMENT.exec(line) ?? []
  if (whole === undefined || name === undefined) return { lines: 1, found: 'a line that is not NAME=value' }
  const rest = line.slice(whole.length)
  const quote = QUOTES.find((each) => rest.startsWith(each))
  if (quote === undefined) return { lines: 1, name, value: rest.replace(/#.*$/, '').trim() }
  return readQuoted(name, quote, [rest.slice(1), ...lines.slice(at + 1)])
}

/** From behind the opening quote to the closing one, which may stand some lines below; a backslash guards a quote. */
function readQuoted(name: string, quote: string, lines: readonly string[]): Entry {
  const closing = new RegExp(`(?<!\\\\)${quote}`)
  const last = lines.findIndex((line) => closing.test(line))
  const lastLine = lines[last]
  if (lastLine === undefined) return { lines: 1, found: `an opening ${quote} without a closing one` }
  const end = lastLine.search(closing)
  if (!/^\s*(#|$)/.test(lastLine.slice(end + 1))) return { lines: last + 1, found: `text after the closing ${quote}` }
  const value = [...lines.slice(0, last), lastLine.slice(0, end)].join('\n')
  return { lines: last + 1, name, value: quote === '"' ? value.replaceAll('\\n', '\n') : value }
}
