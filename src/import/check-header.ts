import { nearestName, type Problem } from '../domain/errors/problem.ts'
import type { Source } from './row-mapper.ts'

/** What is wrong with a CSV file's column names, for the columns that are mapped. */
export function checkHeader(header: readonly string[], columns: Readonly<Record<string, Source>>): Problem[] {
  const twice = new Set(header.filter((name, at) => header.indexOf(name) !== at))
  const sources = Object.entries(columns)
  const problems = sources.flatMap(([column, source]) => {
    if (typeof source === 'function') return []
    const path = `records.import.columns.${column}`
    if (twice.has(source))
      return [{ path, found: `"${source}", which the file's header has twice`, allowed: 'one column' }]
    return header.includes(source) ? [] : [missing(header, source, path)]
  })
  // Which columns a function reads is not known.
  if (problems.length > 0 || twice.size === 0 || sources.every(([, source]) => typeof source === 'string'))
    return problems
  const found = `${[...twice].map((name) => `"${name}"`).join(', ')} twice`
  return [{ path: "the file's header", found, allowed: 'each name once, where a function reads the line' }]
}

function missing(header: readonly string[], source: string, path: string): Problem {
  const found = `"${source}", which the file's header does not have`
  const allowed = header.length <= 12 ? `a column of the file: ${header.join(', ')}` : 'a column of the file'
  const near = nearestName(source, header)
  if (near !== undefined) return { path, found, allowed, hint: `Did you mean \`${near}\`?` }
  const other = [';', '\t', '|', ','].find((sign) => header.length === 1 && header[0]?.includes(sign))
  const hint = `The file's columns seem to be separated by ${JSON.stringify(other)}: set records.import.delimiter.`
  return other === undefined ? { path, found, allowed } : { path, found, allowed, hint }
}
