import { type Secrets, secretForms } from './secrets.ts'

/** Where a secret stood that is not known any more. */
export const LOST_SECRET = '(hidden)'

/** No JSON text has this character in it; where a text does, it is marked itself. */
const MARK = '\u0001'
const MARK_ITSELF = `${MARK}_${MARK}`
const MARKED = new RegExp(`${MARK}(?:_|[0-9a-z]+)${MARK}`, 'g')

/**
 * Takes secrets out of a text that is kept, so that they can be put back: what goes to the log as "(hidden)" would be
 * written to people's records here, where a header's value ("2026-01-01", "acme") also stands in the data. A secret
 * leaves a mark that tells it from the few others of the config, and gives away 16 bits of it.
 */
export function reversibleRedactor(secrets: Pick<Secrets, 'all'>): (text: string) => string {
  let known: readonly string[] | null = null
  let seal = sealerOf([])
  return (text) => {
    if (secrets.all !== known) {
      known = secrets.all
      seal = sealerOf(secretForms(known))
    }
    return seal(text)
  }
}

function sealerOf(forms: readonly string[]): (text: string) => string {
  const all = [MARK, ...forms]
  const pattern = new RegExp(all.map((form) => form.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'), 'g')
  // Hardly a reply holds one, and looking for a text is many times faster than looking for a pattern.
  return (text) => (all.some((form) => text.includes(form)) ? text.replace(pattern, markOf) : text)
}

/** Puts them back; `lost`: some are no longer known, and LOST_SECRET stands in their place. */
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
