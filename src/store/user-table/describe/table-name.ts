/** A table as the config names it. A part in double quotes means exactly what it says, capitals and dots included. */
export interface TableName {
  readonly schema?: NamePart
  readonly name: NamePart
}

export interface NamePart {
  readonly text: string
  readonly exact: boolean
}

const QUOTED = /^"((?:[^"]|"")+)"(?=\.|$)/
const PLAIN = /^([^."][^.]*)(?=\.|$)/

/** What `table` can mean, the likelier first: people, crm.people, "CRM"."People.2024", or a name that includes dots. */
export function readTableName(text: string): TableName[] {
  const parts = nameParts(text.trim())
  const whole: TableName = { name: { text: text.trim(), exact: true } }
  const [first, second] = parts
  if (first === undefined || parts.length > 2) return [whole]
  return second === undefined ? [{ name: first }] : [{ schema: first, name: second }, whole]
}

function nameParts(text: string): NamePart[] {
  const parts: NamePart[] = []
  for (let rest = text; ; rest = rest.slice(1)) {
    const quoted = QUOTED.exec(rest)
    const match = quoted ?? PLAIN.exec(rest)
    if (match === null) return []
    const name = match[1] as string
    parts.push(quoted ? { text: name.replaceAll('""', '"'), exact: true } : { text: name, exact: false })
    rest = rest.slice(match[0].length)
    if (rest === '') return parts
  }
}

/** How well a name in the catalog fits: 1 as written, 2 but for its capitals, 0 not at all. */
export function fit(part: NamePart, actual: string): 0 | 1 | 2 {
  if (part.text === actual) return 1
  return !part.exact && part.text.toLowerCase() === actual.toLowerCase() ? 2 : 0
}

/** The name that stands for the table in messages and in spenddown's memory. */
export function tableLabel(schema: string | undefined, name: string): string {
  return schema === undefined ? labelPart(name) : `${labelPart(schema)}.${labelPart(name)}`
}

function labelPart(name: string): string {
  return /[."]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name
}
