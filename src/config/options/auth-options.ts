/**
 * How the vendor knows who calls; sent with every request, the one for the balance too. What is secret here is never
 * printed, and a config error where it is missing.
 */
export type AuthOptions = HeaderAuth | BearerAuth | QueryAuth | BasicAuth | OauthAuth

interface HeaderAuth {
  readonly type: 'header'
  /** Such as 'x-api-key'. */
  readonly name: string
  readonly value: string | undefined
}

/** `Authorization: Bearer …` with a token that does not change. */
interface BearerAuth {
  readonly type: 'bearer'
  /** Without "Bearer ". */
  readonly token: string | undefined
}

/** A parameter of the query, such as '?api_key=…', or several. */
type QueryAuth =
  | { readonly type: 'query'; readonly name: string; readonly value: string | undefined }
  | { readonly type: 'query'; readonly params: Readonly<Record<string, string | undefined>> }

/** `Authorization: Basic …` */
interface BasicAuth {
  readonly type: 'basic'
  readonly username: string | undefined
  readonly password: string | undefined
}

/** OAuth 2.0, client credentials: an access token is fetched, used by all calls, and renewed before it expires. */
interface OauthAuth {
  readonly type: 'oauth'
  /** Absolute http(s) URL of the token endpoint. */
  readonly tokenUrl: string
  readonly clientId: string | undefined
  readonly clientSecret: string | undefined
  /** Several are separated by spaces. */
  readonly scope?: string
  /** For servers that ask for it, such as Auth0's. */
  readonly audience?: string
  /** Whether id and secret go in the form or in an Authorization header. Default 'body'. */
  readonly clientAuthentication?: 'body' | 'basic'
}
