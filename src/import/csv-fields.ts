import { CsvError, parse } from 'csv-parse/sync'

export type Fields = { readonly fields: readonly string[] } | { readonly problem: string }

/**
 * Takes CSV records apart, each as `csvRecordEnd` cut it, none of them blank. Most have no quotes, and then a split
 * says the same, thirty times as fast; the others go to the parser together, which is six times as fast as one by one.
 */
export function csvFields(records: readonly string[], delimiter: string): Fields[] {
  const quoted = records.filter((record) => record.includes('"'))
  const parsed = together(quoted, delimiter)
  let at = 0
  return records.map((record) => {
    if (!record.includes('"')) return { fields: record.split(delimiter) }
    at += 1
    const fields = parsed?.[at - 1]
    return fields === undefined ? alone(record, delimiter) : { fields }
  })
}

/** Null where one of them is malformed: nobody knows then where the others begin. */
function together(records: readonly string[], delimiter: string): string[][] | null {
  if (records.length === 0) return []
  try {
    const parsed: string[][] = parse(records.join('\n'), options(delimiter))
    return parsed.length === records.length ? parsed : null
  } catch (error) {
    if (error instanceof CsvError) return null
    throw error
  }
}

function alone(record: string, delimiter: string): Fields {
  try {
    const [fields, more] = parse(record, options(delimiter)) as string[][]
    return fields === undefined || more !== undefined ? { problem: 'it is no CSV record' } : { fields }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    return { problem: REASONS[error.code] ?? 'it is no CSV record' }
  }
}

function options(delimiter: string) {
  return { delimiter, relax_column_count: true, record_delimiter: '\n' } as const
}

const REASONS: Readonly<Record<string, string>> = {
  CSV_INVALID_CLOSING_QUOTE: 'text follows a closing quote; a quote within quotes is written twice',
  INVALID_OPENING_QUOTE: 'a quote stands within a field that does not begin with one',
  CSV_QUOTE_NOT_CLOSED: 'a quote that it opens is not closed',
}
