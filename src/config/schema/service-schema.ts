import type * as z from 'zod'
import type { Credits } from '../../domain/credits/credits.ts'
import type { NotifyEvent } from '../options/spenddown-config.ts'
import { credits, duration, isNumber, oneOf, text, wholeNumber, yesOrNo } from './rules.ts'
import { choose, isPlainObject, leaf, listOf, only, type Refuse, section, together } from './values/leaf.ts'
import { folderUrl, secret, secretUrl } from './values/secret-text.ts'

// Who is informed about the jobs: notices, the heartbeat, the daemon's service, reports.

/** Without a forecast, which counts the whole table: it has to be asked for. */
const ENDS: readonly NotifyEvent[] = ['completed', 'stopped', 'failed']
const EVENTS: readonly NotifyEvent[] = [...ENDS, 'forecast']
const FORECAST_ABOVE: Threshold = { percent: 5 }

/** So many credits, or such a share of them. */
type Threshold = { readonly credits: Credits } | { readonly percent: number }

export function notifySchema() {
  const one = target()
  const several = listOf('a list', one)
  return choose((value) => (Array.isArray(value) ? several : one.transform((each) => [each])))
}

function target() {
  const parts = section({
    url: secretUrl(),
    format: oneOf('json', 'slack').optional(),
    secret: signingKey().optional(),
    on: listOf(`a list of ${EVENTS.join(', ')}`, oneOf(...EVENTS)).optional(),
    forecastAbove: threshold().optional(),
  })
  return together(parts, ({ url, format, on, forecastAbove, ...rest }, refuse) => {
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

function threshold(): z.ZodType<Threshold> {
  const share = leaf<Threshold>("a number of credits, 0 or more, or a share such as '5%'", (value, refuse) => {
    const percent = typeof value === 'string' ? Number(/^(\d+(?:\.\d+)?)\s*%$/.exec(value.trim())?.[1]) : Number.NaN
    return percent <= 100 ? { percent } : refuse()
  })
  return choose((value) => (typeof value === 'number' ? credits().transform((amount) => ({ credits: amount })) : share))
}

function signingKey(): z.ZodType<Buffer> {
  return secret("'whsec_' and the key in base64, 24 bytes of it or more", (text) => {
    const base64 = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text.trim())?.[1]
    const key = Buffer.from(base64 ?? '', 'base64')
    return key.length >= 24 ? key : null
  })
}

export interface ServiceConfig {
  readonly port: number
  readonly host: string
  readonly dashboard?: boolean | undefined
  readonly token?: string | undefined
}

export const SERVICE_DEFAULTS: ServiceConfig = { port: 9464, host: '127.0.0.1' }

/** What a dashboard's token may be: too long to be guessed, if it is random. */
export const TOKEN = '20 to 500 visible ASCII characters'

const HOST = "an address of this machine, such as '127.0.0.1', '0.0.0.0' or '::'"

export function serviceSchema(): z.ZodType<ServiceConfig> {
  const token = secret(TOKEN, (text) => (/^[\x21-\x7e]{20,500}$/.test(text) ? text : null))
  // A token that is named but missing must not become a dashboard without authentication.
  const named = (value: unknown) => isPlainObject(value) && 'token' in value
  return choose((value) =>
    section({
      port: wholeNumber(0, 65_535).default(SERVICE_DEFAULTS.port),
      host: text(HOST, /^[\w.:%-]+$/).default(SERVICE_DEFAULTS.host),
      dashboard: yesOrNo().default(false),
      token: named(value) ? token : token.optional(),
    }),
  )
}

export function heartbeatSchema() {
  return section({ url: secretUrl(), every: duration({ leastMs: 1_000 }).prefault('5m') }).transform(
    ({ url, every }) => ({ url, everyMs: every }),
  )
}

export function reportSchema() {
  const parts = section({
    dir: text('the path of a folder').optional(),
    keep: wholeNumber(1, 10_000).default(100),
    baseUrl: folderUrl().optional(),
    pricePerCredit: section({
      amount: only('a number above 0, such as 0.03', (value): value is number => isNumber(value) && value > 0),
      currency: only("the code of a currency, such as 'EUR'", isCurrency),
    }).optional(),
  })
  const none = leaf('false, or an object', (value, refuse) => (value === false ? null : refuse()))
  return choose<z.output<typeof parts> | null>((value) => (isPlainObject(value) ? parts : none))
}

function isCurrency(value: unknown): value is string {
  return typeof value === 'string' && Intl.supportedValuesOf('currency').includes(value)
}
