import type * as z from 'zod'
import type { HeartbeatConfig, ServiceConfig } from './config.ts'
import { HIDDEN } from './describe-value.ts'
import { isMissing, MISSING } from './headers.ts'
import { choose, leaf } from './leaf.ts'
import { secretUrl } from './notify-schema.ts'
import { isPlainObject } from './plain-object.ts'
import { duration, text, wholeNumber, yesOrNo } from './rules.ts'
import { section } from './section.ts'

export const SERVICE_DEFAULTS: ServiceConfig = { port: 9464, host: '127.0.0.1' }

/** What a dashboard's token may be; nobody guesses so many characters that were made at random. */
export const TOKEN = '20 to 500 visible ASCII characters'

const HOST = "an address of this machine, such as '127.0.0.1', '0.0.0.0' or '::'"

export function serviceSchema(): z.ZodType<ServiceConfig> {
  const shape = {
    port: wholeNumber(0, 65_535).default(SERVICE_DEFAULTS.port),
    host: text(HOST, /^[\w.:%-]+$/).default(SERVICE_DEFAULTS.host),
    dashboard: yesOrNo().default(false),
  }
  // A token that was meant and is not there must not become a dashboard that asks nobody.
  const named = (value: unknown) => isPlainObject(value) && 'token' in value
  return choose((value) =>
    section(named(value) ? { ...shape, token: token() } : { ...shape, token: token().optional() }),
  )
}

function token(): z.ZodType<string> {
  return leaf(TOKEN, (value, refuse) => {
    if (isMissing(value)) return refuse(MISSING)
    return typeof value === 'string' && /^[\x21-\x7e]{20,500}$/.test(value) ? value : refuse({ found: HIDDEN })
  })
}

export function heartbeatSchema(): z.ZodType<HeartbeatConfig> {
  return section({ url: secretUrl(), every: duration({ leastMs: 1_000 }).prefault('5m') }).transform(
    ({ url, every }) => ({ url, everyMs: every }),
  )
}
