import type { TokenAsked } from './dialect.ts'
import { Refusal } from './dialect.ts'

/** Sources say 3,600 s, about 1,000 s and 24 h: it is `expires_in` that counts. */
const LIVES: Record<string, number> = { 'token-1000-seconds': 1_000, 'token-24-hours': 86_400 }

/**
 * https://docs.zoominfo.com/docs/client-credentials-flow, and the vendor's n8n node, read in November 2026. The API key of
 * the simulated vendor is `client_id:client_secret`; the header goes before the form. The words of errors are OAuth's.
 */
export function tokenFor({ header, form, apiKey, nowAt, variants }: TokenAsked): object {
  const basic = /^Basic (.+)$/.exec(header('authorization') ?? '')?.[1]
  const key = basic === undefined ? `${form.get('client_id')}:${form.get('client_secret')}` : decoded(basic)
  if (form.get('grant_type') !== 'client_credentials') throw refused(400, 'unsupported_grant_type')
  if (apiKey !== null && key !== apiKey) throw refused(401, 'invalid_client')
  if (variants.includes('app-without-grant')) throw refused(400, 'unauthorized_client')
  // Without a scope it is all that the app has; one that it lacks fails the whole request.
  if ((form.get('scope') ?? 'api:data:contact') !== 'api:data:contact') throw refused(400, 'invalid_scope')
  const expires_in = LIVES[variants.find((variant) => LIVES[variant]) ?? ''] ?? 3_600
  const access_token = `${Buffer.from(key).toString('base64url')}.${nowAt + expires_in * 1_000}`
  return { access_token, token_type: 'Bearer', expires_in, scope: 'api:data:contact' }
}

/** The key that a token was given for, while it lives. */
export function keyOfToken(authorization: string | undefined, nowAt: number): string | undefined {
  const [, key, expiresAt] = /^Bearer ([^.]+)\.(\d+)$/.exec(authorization ?? '') ?? []
  return key !== undefined && Number(expiresAt) > nowAt ? decoded(key) : undefined
}

function decoded(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8')
}

function refused(status: number, error: string): Refusal {
  return new Refusal(status, { error, error_description: `Refused: ${error}` })
}
