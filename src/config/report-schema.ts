import { resolve } from 'node:path'
import type * as z from 'zod'
import type { ReportConfig } from './config.ts'
import { choose, leaf } from './leaf.ts'
import { isPlainObject } from './plain-object.ts'
import { text, wholeNumber } from './rules.ts'
import { section } from './section.ts'

/** Without a folder the report goes into one beside the journal: where a process may write at all, it may there. */
export interface ReportParts {
  readonly dir: string | undefined
  readonly keep: number
  readonly baseUrl: string | undefined
}

export function reportSchema(): z.ZodType<ReportParts | null> {
  const parts = section({
    dir: text('the path of a folder').optional(),
    keep: wholeNumber(1, 10_000).default(100),
    baseUrl: folderUrl().optional(),
  }) as unknown as z.ZodType<ReportParts | null>
  const none = leaf('false, or an object', (value, refuse) => (value === false ? null : refuse()))
  return choose((value) => (isPlainObject(value) ? parts : none))
}

export function placeReports(parts: ReportParts | null, cwd: string, journalDir: string): ReportConfig | null {
  if (parts === null) return null
  const { dir, keep, baseUrl } = parts
  const place = dir === undefined ? resolve(journalDir, 'spenddown-reports') : resolve(cwd, dir)
  return { dir: place, keep, baseUrl: baseUrl ?? null }
}

function folderUrl(): z.ZodType<string> {
  const allowed = "an absolute http(s) URL of a folder, such as 'https://intranet.example/reports/'"
  return leaf(allowed, (value, refuse) => {
    const isUrl = typeof value === 'string' && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)
    if (!isUrl) return refuse()
    const { search, hash, username } = new URL(value)
    if (search !== '' || hash !== '' || username !== '') return refuse({ found: 'a URL with more than a path' })
    return value.endsWith('/') ? value : `${value}/`
  })
}
