/** How the vendor knows who calls; sent with every request. Secrets are never printed; a missing one is refused. */
export type AuthOptions =
  /** `name`: such as 'x-api-key'. */
  | { readonly type: 'header'; readonly name: string; readonly value: string | undefined }
  /** `Authorization: Bearer …` with a token that does not change, given without "Bearer ". */
  | { readonly type: 'bearer'; readonly token: string | undefined }
  /** A parameter of the query, such as '?api_key=…', or several. */
  | { readonly type: 'query'; readonly name: string; readonly value: string | undefined }
  | { readonly type: 'query'; readonly params: Readonly<Record<string, string | undefined>> }
  /** `Authorization: Basic …` */
  | { readonly type: 'basic'; readonly username: string | undefined; readonly password: string | undefined }
  | OauthAuth

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
