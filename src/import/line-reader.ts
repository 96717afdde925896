import { messageOf } from '../domain/errors/errors.ts'
import { csvFields } from './csv-fields.ts'
import type { InputFormat } from './input-format.ts'
import type { FileLine } from './line-splitter.ts'

/** A line as the config's functions see it: a JSON object, or a CSV record by column name. */
export type LineData = Readonly<Record<string, unknown>>

export type ParsedLine =
  | { readonly line: FileLine; readonly data: LineData }
  | { readonly line: FileLine; readonly problem: string }

/** Parses lines, none of them blank, each for itself. */
export type ParseLines = (lines: readonly FileLine[]) => ParsedLine[]

export function lineParser(format: InputFormat, header: readonly string[] | null): ParseLines {
  return format.kind === 'jsonl' ? parseJsonLines : csvParser(header ?? [], format.delimiter)
}

function parseJsonLines(lines: readonly FileLine[]): ParsedLine[] {
  return lines.map((line) => {
    if (line.problem !== null) return { line, problem: line.problem }
    let data: unknown
    try {
      data = JSON.parse(line.text)
    } catch {
      return { line, problem: 'it is not JSON' }
    }
    return typeof data === 'object' && data !== null && !Array.isArray(data)
      ? { line, data: data as LineData }
      : { line, problem: 'it is JSON, but not an object' }
  })
}

function csvParser(header: readonly string[], delimiter: string): ParseLines {
  return (lines) => {
    const readable = lines.flatMap(({ problem, text }) => (problem === null ? [text] : []))
    const fields = csvFields(readable, delimiter)
    let at = 0
    return lines.map((line): ParsedLine => {
      if (line.problem !== null) return { line, problem: line.problem }
      const found = fields[at] ?? { problem: 'it is no CSV record' }
      at += 1
      if ('problem' in found) return { line, problem: found.problem }
      if (found.fields.length !== header.length)
        return { line, problem: `it has ${found.fields.length} fields, the header ${header.length}` }
      return { line, data: record(header, found.fields) }
    })
  }
}

/** Of a name that the header has twice the first counts; where that could matter, the header was refused. */
function record(header: readonly string[], fields: readonly string[]): LineData {
  const data: Record<string, unknown> = Object.create(null)
  for (let at = header.length - 1; at >= 0; at--) data[header[at] as string] = fields[at]
  return data
}

/** Which lines can matter: the config's `where`. */
export type LineTest = ((text: string) => boolean) | { readonly includes: readonly string[] }

/** Whether a line can matter, or what is wrong with the test. */
export function lineTest(test: LineTest | undefined): (text: string) => boolean | { readonly problem: string } {
  if (test === undefined) return () => true
  if (typeof test === 'object') return (text) => test.includes.some((each) => text.includes(each))
  return (text) => {
    try {
      return Boolean(test(text))
    } catch (error) {
      return { problem: `records.import.where threw: ${messageOf(error)}` }
    }
  }
}
