/** Names of secrets, as the last word of a name or, where a vendor writes all in one, at its end. */
const WORDS =
  /(token|secret|password|passwd|passphrase|passcode|credentials?)$|^(auth|authorization|cookie|jwt|bearer|sig|signature|hmac|pass|set-cookie)$/
/** Only after another word: PWD alone is a folder, and "pat" is part of many words. */
const AFTER_ANOTHER = /^(pwd|pat|pin|otp)$/
/** A key is a secret where it opens something: MONKEY is none, and a body's `key` is as often that of a record. */
const KEY =
  /(api|app|access|account|auth|client|encryption|license|master|private|secret|service|session|shared|signing|ssh|storage|subscription)keys?$/
const RUN_TOGETHER =
  /(db|pg|sql|user|smtp|mail|imap|ftp|ldap|root|admin|redis|amqp|proxy|my|http|login)(pwd|pass|pat|auth)$/
/** Words that distinguish secrets of one kind. */
const QUALIFIER = /^(v?\d+|base|b64|base64|old|new|prev|previous|next|prod|production|dev|test|live|staging|value)$/

/** Whether what has this name (a variable, a header, a parameter, a field) is a secret, by the name alone. */
export function isSecretName(name: string, { loneKey = false }: { readonly loneKey?: boolean } = {}): boolean {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '')
  while (words.length > 1 && QUALIFIER.test(words.at(-1) ?? '')) words.pop()
  const last = words.at(-1)?.replace(/\d+$/, '') ?? ''
  if (WORDS.test(last) || KEY.test(words.join('').replace(/\d+$/, '')) || RUN_TOGETHER.test(last)) return true
  if (last === 'key') return loneKey && words.at(-2) !== 'idempotency'
  return words.length > 1 && AFTER_ANOTHER.test(last)
}
