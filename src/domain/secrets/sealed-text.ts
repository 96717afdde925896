import { type Secrets, secretForms } from './secrets.ts'

/** In place of a secret that is no longer in the config. */
export const LOST_SECRET = '(hidden)'

/** Delimits marks. JSON text cannot contain this character; in other text it is escaped by a mark of its own. */
const MARK = '\u0001'
const MARK_ITSELF = `${MARK}_${MARK}`
const MARKED = new RegExp(`${MARK}(?:_|[0-9a-z]+)${MARK}`, 'g')

/**
 * Replaces the secrets in a stored text by marks, so that they can be restored. With "(hidden)" as in logs, a replay would
 * write that to records whose data happens to contain a secret such as a header's value ("2026-01-01", "acme"). A mark
 * distinguishes the few secrets of a config, and reveals 16 bits of one.
 */
export function reversibleRedactor(secrets: Pick<Secrets, 'all'>): (text: string) => string {
  let known: readonly string[] | null = null
  let seal = redactorOf([])
  return (text) => {
    if (secrets.all !== known) {
      known = secrets.all
      seal = redactorOf(secretForms(known))
    }
    return seal(text)
  }
}

function redactorOf(forms: readonly string[]): (text: string) => string {
  const all = [MARK, ...forms]
  const pattern = new RegExp(all.map((form) => form.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'), 'g')
  // Most replies contain no secret, and `includes` is many times faster than a regular expression.
  return (text) => (all.some((form) => text.includes(form)) ? text.replace(pattern, markOf) : text)
}

/** Restores the secrets; `lost`: some are no longer known, and are replaced by LOST_SECRET. */
export function unsealer(secrets: Pick<Secrets, 'all'>): (sealed: string) => { text: string; lost: boolean } {
  const forms = new Map([MARK, ...secretForms(secrets.all)].map((form) => [markOf(form), form]))
  return (sealed) => {
    if (!sealed.includes(MARK)) return { text: sealed, lost: false }
    let lost = false
    const text = sealed.replace(MARKED, (mark) => {
      const form = forms.get(mark)
      if (form === undefined) lost = true
      return form ?? LOST_SECRET
    })
    return { text, lost }
  }
}

/** FNV-1a, folded to 16 bits. */
function markOf(form: string): string {
  if (form === MARK) return MARK_ITSELF
  let hash = 0x811c9dc5
  for (let at = 0; at < form.length; at++) hash = Math.imul(hash ^ form.charCodeAt(at), 0x01000193)
  return `${MARK}${(((hash >>> 16) ^ hash) & 0xffff).toString(36)}${MARK}`
}
