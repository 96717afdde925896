/** Stands in no vendor's name, and so separates it from the account's. */
const SEPARATOR = '/'

/** The ledger's key of one of several accounts at a vendor: "acme/tenant-1". A single account's is the vendor's name. */
export function accountKey(vendor: string, account: string): string {
  return `${vendor}${SEPARATOR}${account}`
}

/** What every database keeps of a key, in characters. */
export const LONGEST_KEY = 128

/** The account's name in a key of the ledger; null: the only account of its config. */
export function accountIn(key: string): string | null {
  const at = key.indexOf(SEPARATOR)
  return at === -1 ? null : key.slice(at + SEPARATOR.length)
}

const LONGEST = 100
export const ACCOUNT_NAME = `text of 1 to ${LONGEST} printable characters, without spaces at its ends`

/** Whether an account may be called so: it is printed, kept as a key, and named on command lines. */
export function isAccountName(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > LONGEST) return false
  return /^[^\p{C}\p{Zl}\p{Zp}]+$/u.test(value) && value.trim() === value
}
