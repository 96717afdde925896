import * as z from 'zod'
import type { NotifyConfig } from './config.ts'
import { HIDDEN } from './describe-value.ts'
import { isMissing, MISSING } from './headers.ts'
import { choose, leaf, together } from './leaf.ts'
import type { NotifyEvent } from './notify-options.ts'
import { oneOf } from './rules.ts'
import { section } from './section.ts'

const EVENTS: readonly NotifyEvent[] = ['completed', 'stopped', 'failed']

/** One to be told, or several. */
export function notifySchema(): z.ZodType<readonly NotifyConfig[]> {
  return choose((value) =>
    Array.isArray(value) ? z.array(target()) : target().transform((one): readonly NotifyConfig[] => [one]),
  )
}

function target(): z.ZodType<NotifyConfig> {
  const parts = section({
    url: secretUrl(),
    format: oneOf('json', 'slack').optional(),
    secret: signingKey().optional(),
    on: events().default(EVENTS),
  })
  return together(parts, ({ url, format, ...rest }): NotifyConfig => {
    return { ...rest, url, format: format ?? (new URL(url).hostname === 'hooks.slack.com' ? 'slack' : 'json') }
  })
}

function events(): z.ZodType<readonly NotifyEvent[]> {
  return choose((value) =>
    Array.isArray(value) ? z.array(oneOf(...EVENTS)) : leaf(`a list of ${EVENTS.join(', ')}`, (_, refuse) => refuse()),
  )
}

/** Whoever knows such a URL may post to it: no problem shows it. */
export function secretUrl(): z.ZodType<string> {
  return leaf('an absolute http(s) URL', (value, refuse) => {
    if (isMissing(value)) return refuse(MISSING)
    const isUrl = typeof value === 'string' && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)
    return isUrl ? value : refuse({ found: HIDDEN })
  })
}

function signingKey(): z.ZodType<Buffer> {
  return leaf("'whsec_' and the key in base64, 24 bytes of it or more", (value, refuse) => {
    if (isMissing(value)) return refuse(MISSING)
    const text = typeof value === 'string' ? value.trim() : ''
    const base64 = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1]
    const key = Buffer.from(base64 ?? '', 'base64')
    return key.length >= 24 ? key : refuse({ found: HIDDEN })
  })
}
