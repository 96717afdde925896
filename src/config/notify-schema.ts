import * as z from 'zod'
import { credits } from './amounts.ts'
import type { NotifyConfig, Threshold } from './config.ts'
import { HIDDEN } from './describe-value.ts'
import { isMissing, MISSING } from './headers.ts'
import { choose, leaf, type Refuse, together } from './leaf.ts'
import type { NotifyEvent } from './notify-options.ts'
import { oneOf } from './rules.ts'
import { section } from './section.ts'

/** How runs end. A forecast costs a count of the table: it is made where someone asks for it. */
const ENDS: readonly NotifyEvent[] = ['completed', 'stopped', 'failed']
const EVENTS: readonly NotifyEvent[] = [...ENDS, 'forecast']
const FORECAST_ABOVE: Threshold = { percent: 5 }

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
    on: events().optional(),
    forecastAbove: threshold().optional(),
  })
  return together(parts, ({ url, format, on, forecastAbove, ...rest }, refuse): NotifyConfig => {
    const wanted = on ?? (forecastAbove === undefined ? ENDS : EVENTS)
    const forecast = forecastOf(wanted, forecastAbove, refuse)
    const form = format ?? (new URL(url).hostname === 'hooks.slack.com' ? 'slack' : 'json')
    return { ...rest, url, format: form, on: wanted, ...(forecast === null ? {} : { forecastAbove: forecast }) }
  })
}

function forecastOf(on: readonly NotifyEvent[], above: Threshold | undefined, refuse: Refuse): Threshold | null {
  if (on.includes('forecast')) return above ?? FORECAST_ABOVE
  if (above === undefined) return null
  const hint = "Add 'forecast' to `on`, or leave `on` out."
  return refuse({ path: ['on'], value: on, allowed: "a list with 'forecast', where `forecastAbove` is given", hint })
}

const THRESHOLD = "a number of credits, 0 or more, or a share such as '5%'"

function threshold(): z.ZodType<Threshold> {
  const share = leaf<Threshold>(THRESHOLD, (value, refuse) => {
    const percent = typeof value === 'string' ? Number(/^(\d+(?:\.\d+)?)\s*%$/.exec(value.trim())?.[1]) : Number.NaN
    return percent <= 100 ? { percent } : refuse()
  })
  return choose((value) => (typeof value === 'number' ? credits().transform((amount) => ({ credits: amount })) : share))
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
