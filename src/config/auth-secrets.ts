import type { PlainObject } from './plain-object.ts'

/**
 * What of `vendor.auth` must never be printed, in each form in which it travels: as it is, encoded for a query or a
 * form, and as Basic's base64. Reads it as it was written, valid or not.
 */
export function authSecrets(auth: PlainObject): string[] {
  const written = [auth.value, auth.token, auth.password, auth.clientSecret].filter(isText)
  const basics = [pairOf(auth.username, auth.password), clientPair(auth.clientId, auth.clientSecret)].filter(isText)
  return [...written.flatMap(forms), ...keyAsUsername(auth), ...basics.map(base64)].filter((secret) => secret !== '')
}

/** Where a vendor wants its key as the username, the password is empty or a stopgap. */
function keyAsUsername({ username, password }: PlainObject): string[] {
  return isText(username) && (!isText(password) || password.length < 4) ? forms(username) : []
}

function pairOf(user: unknown, password: unknown): string | null {
  return isText(user) && isText(password) ? `${user}:${password}` : null
}

function clientPair(id: unknown, secret: unknown): string | null {
  return isText(id) && isText(secret) ? `${formEncoded(id)}:${formEncoded(secret)}` : null
}

/** As written, without a scheme before it, form-encoded, and percent-encoded. */
function forms(secret: string): string[] {
  const text = secret.trim()
  const token = /^[a-z]+\s+(\S+)$/i.exec(text)?.[1]
  const encoded = formEncoded(text)
  return [text, ...(token === undefined ? [] : [token]), encoded, encoded.replaceAll('+', '%20'), percentEncoded(text)]
}

function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1)
}

/** Leaves some characters alone that a form encodes. What has no UTF-8 form is left as it is. */
function percentEncoded(text: string): string {
  try {
    return encodeURIComponent(text)
  } catch {
    return text
  }
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}
