import type * as z from 'zod'
import type { AccountsTools } from '../options/accounts-options.ts'
import { sharedParts } from './config-schema.ts'
import { leaf, section } from './leaf.ts'
import { text, wholeNumber } from './rules.ts'

/** Of accounts at work each has its connections and its records in memory. */
const MOST_AT_ONCE = 500

export type ReadAccounts = (tools: AccountsTools) => unknown

/** A config of many accounts, but for what may be a function of the account: that is checked with each of them. */
export function fleetSchema(cwd: string) {
  return section({
    ...sharedParts(cwd),
    accounts: accountsSource(),
    fleet: section({
      name: text("1 to 40 letters, digits, '_', '-'", /^[\w-]{1,40}$/).default('accounts'),
      accountsAtOnce: wholeNumber(1, MOST_AT_ONCE).default(10),
    }).prefault({}),
    vendor: whatever(),
    records: whatever(),
    jobs: whatever(),
  })
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
