export type Authentication =
  | { readonly type: 'header'; readonly name: string; readonly value: string }
  | { readonly type: 'bearer'; readonly token: string }
  | { readonly type: 'query'; readonly params: Readonly<Record<string, string>> }
  | { readonly type: 'basic'; readonly username: string; readonly password: string }
  | (ClientCredentials & { readonly type: 'oauth' })

/** RFC 6749, section 4.4: the client credentials grant (https://www.rfc-editor.org/rfc/rfc6749#section-4.4). */
export interface ClientCredentials {
  /** Absolute http(s) URL. */
  readonly tokenUrl: string
  readonly clientId: string
  readonly clientSecret: string
  readonly scope?: string | undefined
  /** Not in the RFC; some servers require it to know which API the token is for. */
  readonly audience?: string | undefined
  /** Whether the client's credentials go in the form or in the header (RFC 6749, section 2.3.1). */
  readonly clientAuthentication: 'body' | 'basic'
}

/** Headers and query parameters of every request. */
export interface Carried {
  readonly headers: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
}

/** The constant part; an OAuth token is not in it, since it changes. */
export function carriedFor(auth: Authentication): Carried {
  switch (auth.type) {
    case 'header':
      return { headers: { [auth.name.toLowerCase()]: auth.value }, query: {} }
    case 'bearer':
      return { headers: { authorization: `Bearer ${auth.token}` }, query: {} }
    case 'query':
      return { headers: {}, query: auth.params }
    case 'basic':
      return { headers: { authorization: basicHeader(auth.username, auth.password) }, query: {} }
    case 'oauth':
      return { headers: {}, query: {} }
  }
}

/** RFC 7617, section 2 (https://www.rfc-editor.org/rfc/rfc7617#section-2), in UTF-8. */
export function basicHeader(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}
