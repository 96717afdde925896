import { isSecretName } from '../domain/secret-name.ts'
import { authSecrets } from './auth-secrets.ts'
import { HIDDEN } from './describe-value.ts'
import { isPlainObject } from './plain-object.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** What is shorter hides nothing worth hiding, and would black out half of every message. */
const SHORTEST = 4
/** An environment variable that nobody mentioned must look more like a secret than one in the config. */
const SHORTEST_IN_ENVIRONMENT = 8

/**
 * Everything in the config that must never be printed, the longest first: all header values (with and without their
 * "Bearer "), what is secret in `auth`, the password in the database URL,
 * where messages are posted and what signs them, what the dashboard asks for, and the values of environment variables that are named like secrets
 * (a key that the config puts into a query, say). Reads the config as it was written, valid or not.
 */
export function secretsOf(raw: unknown, env: Environment): string[] {
  const config = isPlainObject(raw) ? raw : {}
  const vendor = isPlainObject(config.vendor) ? config.vendor : {}
  const headers = isPlainObject(vendor.headers) ? Object.values(vendor.headers) : []
  const auth = isPlainObject(vendor.auth) ? vendor.auth : {}
  const database = isPlainObject(config.database) ? config.database : {}
  const service = isPlainObject(config.service) ? config.service : {}
  const told = [config.notify, config.heartbeat].flat().filter(isPlainObject)
  const found = [
    ...headers.flatMap(headerSecrets),
    ...authSecrets(auth),
    ...passwordsIn(database.url),
    ...passwordsIn(vendor.baseUrl),
    ...passwordsIn(auth.tokenUrl),
    ...(typeof service.token === 'string' ? [service.token] : []),
    ...told.flatMap(({ url, secret }) => [url, secret]).filter((text) => typeof text === 'string'),
  ].filter((secret) => secret.length >= SHORTEST)
  return longestFirst([...found, ...environmentSecrets(env)])
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

function headerSecrets(value: unknown): string[] {
  if (typeof value !== 'string') return []
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
  return found.flatMap((password) => (password ? [password, decoded(password)] : []))
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function longestFirst(secrets: readonly string[]): string[] {
  return [...new Set(secrets)].sort((a, b) => b.length - a.length)
}
