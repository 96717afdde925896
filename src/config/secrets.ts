import { isSecretName } from '../domain/secrets/secret-name.ts'
import { HIDDEN } from './schema/problems.ts'
import { isPlainObject, type PlainObject } from './schema/values/leaf.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Hiding shorter ones would black out half of every message. */
const SHORTEST = 4
const SHORTEST_IN_ENVIRONMENT = 8
const SHORTEST_WITHOUT_NAME = 16

/** Everything in the config, valid or not, and in the environment that must never be printed; the longest first. */
export function secretsOf(raw: unknown, env: Environment): string[] {
  const config = isPlainObject(raw) ? raw : {}
  const vendor = objectIn(config.vendor)
  const balance = objectIn(objectIn(vendor.credits).balance)
  const database = objectIn(config.database)
  const service = objectIn(config.service)
  const told = [config.notify, config.heartbeat].flat().filter(isPlainObject)
  const found = [
    ...[vendor, balance, { headers: secretHeaders(objectIn(balance.request)) }].flatMap(sentSecrets),
    ...[database.url, objectIn(config.fleet).redis].flatMap(passwordsIn),
    ...[service.token, ...told.flatMap(({ url, secret }) => [url, secret])].filter(isText),
  ].filter((secret) => secret.length >= SHORTEST)
  return longestFirst([...found, ...environmentSecrets(env)])
}

/**
 * What of an account may be a secret, whether or not a request carries it: what is named like one, or looks like one. Its
 * name is none, and what a request carries in its headers is known from there.
 */
export function accountSecrets({ name: _, ...rest }: PlainObject): string[] {
  const secrets = textsIn('', rest).filter(({ name, text }) =>
    isSecretName(name, { loneKey: true }) ? text.length >= SHORTEST : looksSecret(text),
  )
  return longestFirst(secrets.map(({ text }) => text))
}

/** Long, of letters and digits, and neither an address of mail nor of a server: words and numbers alone are seldom keys. */
function looksSecret(text: string): boolean {
  if (text.length < SHORTEST_WITHOUT_NAME || !/^\S*\d\S*$/.test(text) || /^[^@\s]+@[^@\s]+\.\w+$/.test(text))
    return false
  return !URL.canParse(text) || new URL(text).origin !== text.replace(/\/$/, '')
}

/** All texts in a value, each with the name that it stands under. */
function textsIn(name: string, value: unknown): { readonly name: string; readonly text: string }[] {
  if (isText(value)) return [{ name, text: value }]
  if (Array.isArray(value)) return value.flatMap((each) => textsIn(name, each))
  return Object.entries(objectIn(value)).flatMap(([own, each]) => textsIn(own, each))
}

/** The values of environment variables that are named like secrets, the longest first. */
export function environmentSecrets(env: Environment): string[] {
  const values = Object.entries(env)
    .filter(([name]) => isSecretName(name, { loneKey: true }))
    .map(([, value]) => value ?? '')
  return longestFirst(values.filter((value) => value.length >= SHORTEST_IN_ENVIRONMENT))
}

/** The text with each of the secrets, the longest first, replaced. */
export function hideSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((hidden, secret) => hidden.replaceAll(secret, HIDDEN), text)
}

/** Of what requests carry: all headers, what is secret in `auth`, passwords in URLs. */
function sentSecrets({ headers, auth: given, baseUrl }: PlainObject): string[] {
  const auth = objectIn(given)
  return [
    ...Object.values(objectIn(headers)).flatMap(tokensIn),
    ...authSecrets(auth),
    ...passwordsIn(baseUrl),
    ...passwordsIn(auth.tokenUrl),
  ]
}

/** A request's own headers are mostly no secrets: `Accept` and the like. */
function secretHeaders({ headers }: PlainObject): PlainObject {
  return Object.fromEntries(Object.entries(objectIn(headers)).filter(([name]) => isSecretName(name, { loneKey: true })))
}

function objectIn(value: unknown): PlainObject {
  return isPlainObject(value) ? value : {}
}

/** As written, and without a scheme before it. */
function tokensIn(value: unknown): string[] {
  if (!isText(value)) return []
  const text = value.trim()
  const token = /^[a-z]+\s+(\S+)$/i.exec(text)?.[1]
  return token === undefined ? [text] : [text, token]
}

/** As written and decoded; also of a URL that is not one, because its password was not encoded. */
function passwordsIn(url: unknown): string[] {
  if (typeof url !== 'string') return []
  const written = /^[a-z][a-z0-9+.-]*:\/\/[^:@/?#]*:(.*)@/i.exec(url)?.[1]
  const parameters = [...url.matchAll(/[?&]([^=&#]+)=([^&#]*)/g)].filter(([, name = '']) => isSecretName(name))
  const found = [written, ...parameters.map(([, , value]) => value)]
  if (URL.canParse(url)) found.push(new URL(url).password)
  return found.flatMap((password) => (password ? [password, coded(password, decodeURIComponent)] : []))
}

/** The text as it is, where it cannot be coded: it has no UTF-8 form. */
function coded(text: string, by: typeof encodeURIComponent | typeof decodeURIComponent): string {
  try {
    return by(text)
  } catch {
    return text
  }
}

function longestFirst(secrets: readonly string[]): string[] {
  return [...new Set(secrets)].sort((a, b) => b.length - a.length)
}

/** The secrets in `vendor.auth`, in each form in which they travel. */
function authSecrets(auth: PlainObject): string[] {
  const { value, token } = auth
  const written = [value, token, auth.password, auth.clientSecret, ...Object.values(objectIn(auth.params))].filter(
    isText,
  )
  const { username, password, clientId, clientSecret } = auth
  const basics = [
    ...(isText(username) && isText(password) ? [`${username}:${password}`] : []),
    ...(isText(clientId) && isText(clientSecret) ? [`${formEncoded(clientId)}:${formEncoded(clientSecret)}`] : []),
  ].map((pair) => Buffer.from(pair).toString('base64'))
  return [...written.flatMap(forms), ...keyAsUsername(auth), ...basics].filter((secret) => secret !== '')
}

/** Where a vendor wants its key as the username, the password is empty or a stopgap. */
function keyAsUsername({ username, password }: PlainObject): string[] {
  return isText(username) && (!isText(password) || password.length < 4) ? forms(username) : []
}

/** As written, without a scheme before it, form-encoded, and percent-encoded. */
function forms(secret: string): string[] {
  const text = secret.trim()
  const encoded = formEncoded(text)
  return [...tokensIn(text), encoded, encoded.replaceAll('+', '%20'), coded(text, encodeURIComponent)]
}

function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}
