import type * as z from 'zod'
import type { AccountsTools } from '../options/accounts-options.ts'
import { sharedParts } from './config-schema.ts'
import { text, wholeNumber } from './rules.ts'
import { choose, isPlainObject, leaf, section } from './values/leaf.ts'
import { secret } from './values/secret-text.ts'

/** Of accounts at work each has its connections and its records in memory. */
const MOST_AT_ONCE = 500

export type ReadAccounts = (tools: AccountsTools) => unknown

/** A config of many accounts, but for what may be a function of the account: that is checked with each of them. */
export function fleetSchema(cwd: string) {
  return section({
    ...sharedParts(cwd),
    accounts: accountsSource(),
    fleet: fleetTerms().prefault({}),
    vendor: whatever(),
    records: whatever(),
    jobs: whatever(),
  })
}

function fleetTerms() {
  // A variable that is named and not set must not become limits that nobody keeps together.
  const isNamed = (value: unknown) => isPlainObject(value) && 'redis' in value
  return choose((value) =>
    section({
      name: text("1 to 40 letters, digits, '_', '-'", /^[\w-]{1,40}$/).default('accounts'),
      accountsAtOnce: wholeNumber(1, MOST_AT_ONCE).default(10),
      redis: isNamed(value) ? redisUrl() : redisUrl().optional(),
    }),
  )
}

function redisUrl(): z.ZodType<string> {
  const allowed = "a URL of Redis, such as 'redis://127.0.0.1:6379'"
  return secret(allowed, (text) => (/^rediss?:\/\/./.test(text) && URL.canParse(text) ? text : null))
}

function accountsSource(): z.ZodType<readonly unknown[] | ReadAccounts> {
  const allowed = 'a list of accounts, each with a `name`, or a function ({ query }) => a list'
  return leaf(allowed, (value, refuse) => {
    if (typeof value === 'function') return value as ReadAccounts
    if (!Array.isArray(value) || value.length === 0) return refuse()
    return value
  })
}

function whatever(): z.ZodType<unknown> {
  return leaf<unknown>('', (value) => value).optional()
}
