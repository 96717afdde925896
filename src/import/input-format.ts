import { extname } from 'node:path'

export type InputFormat = { readonly kind: 'jsonl' } | { readonly kind: 'csv'; readonly delimiter: string }

export const FORMATS = ['jsonl', 'csv'] as const

const BY_EXTENSION: Readonly<Record<string, InputFormat>> = {
  '.jsonl': { kind: 'jsonl' },
  '.ndjson': { kind: 'jsonl' },
  '.csv': { kind: 'csv', delimiter: ',' },
  '.tsv': { kind: 'csv', delimiter: '\t' },
}

interface Asked {
  readonly format?: InputFormat['kind'] | undefined
  readonly delimiter?: string | undefined
}

/** What the file is: as asked for, else by its name, else by how its text begins. */
export function inputFormat({ format, delimiter }: Asked, name: string, head: string): InputFormat {
  const named = BY_EXTENSION[extname(name.replace(/\.gz$/i, '')).toLowerCase()]
  const begins: InputFormat = /^\s*[[{]/.test(head) ? { kind: 'jsonl' } : { kind: 'csv', delimiter: ',' }
  const found = named !== undefined && (format === undefined || format === named.kind) ? named : begins
  const kind = format ?? found.kind
  if (kind === 'jsonl') return { kind }
  return { kind, delimiter: delimiter ?? (found.kind === 'csv' ? found.delimiter : ',') }
}

/** Why the text cannot be read as lines, in words; null: it can. */
export function unreadableText(head: Buffer, format: InputFormat): string | null {
  if (head.subarray(0, 2).equals(Buffer.from([0xff, 0xfe])) || head.subarray(0, 2).equals(Buffer.from([0xfe, 0xff])))
    return 'text in UTF-16; `iconv -f UTF-16 -t UTF-8` makes it readable'
  const known = SIGNATURES.find(([bytes]) => head.subarray(0, bytes.length).equals(bytes))
  if (known !== undefined) return known[1]
  if (format.kind === 'jsonl' && /^\s*\[/.test(textOf(head, 64))) return 'one JSON list; `jq -c .[]` makes lines of it'
  return null
}

/** So many characters at the beginning, without the mark. */
export function textOf(head: Buffer, characters: number): string {
  return head.subarray(hasMark(head) ? MARK.length : 0).toString('utf8', 0, characters)
}

const SIGNATURES: readonly (readonly [Buffer, string])[] = [
  [Buffer.from('PK\x03\x04', 'latin1'), 'a zip archive (or a spreadsheet)'],
  [Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), 'zstd-compressed data'],
  [Buffer.from('BZh', 'latin1'), 'bzip2-compressed data'],
  [Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]), 'xz-compressed data'],
  [Buffer.from([0x1f, 0x8b]), 'gzip within gzip'],
]

const MARK = Buffer.from([0xef, 0xbb, 0xbf])
export const MARK_BYTES = MARK.length

/** Whether the text begins with the byte order mark that some programs put before UTF-8. */
export function hasMark(head: Buffer): boolean {
  return head.subarray(0, MARK.length).equals(MARK)
}
