import * as z from 'zod'
import type { AuthOptions, BasicAuth, BearerAuth, HeaderAuth, OauthAuth, QueryAuth } from './auth-options.ts'
import { HIDDEN } from './describe-value.ts'
import { describeKind, HEADER_NAME, HEADER_VALUE, isMissing, MISSING } from './headers.ts'
import { choose, leaf, type Refuse } from './leaf.ts'
import { isPlainObject } from './plain-object.ts'
import { oneOf, text } from './rules.ts'
import { section } from './section.ts'

/** With its secrets in place. */
export type AuthConfig =
  | Filled<HeaderAuth>
  | Filled<BearerAuth>
  | Filled<QueryAuth>
  | Filled<BasicAuth>
  | (Omit<Filled<OauthAuth>, 'scope' | 'audience'> & {
      readonly scope?: string | undefined
      readonly audience?: string | undefined
    })

type Filled<T> = { readonly [Key in keyof T]-?: NonNullable<T[Key]> }

/** No control characters: a line break at a secret's end often comes from the file that it was read from. */
const ONE_LINE = /^\P{Cc}*$/u
/** RFC 7617, section 2 (https://www.rfc-editor.org/rfc/rfc7617#section-2): a colon would end it. */
const USERNAME = /^[^\p{Cc}:]*$/u
/** RFC 6750, section 2.1 (https://www.rfc-editor.org/rfc/rfc6750#section-2.1), and what vendors make of it. */
const TOKEN = /^[\x21-\x7e]+$/

/** How the vendor knows who calls. No problem shows a secret. */
export function auth(): z.ZodType<AuthConfig> {
  const schemas = authSchemas()
  const types = Object.keys(schemas) as AuthOptions['type'][]
  return choose<AuthConfig>((value) => {
    const type = isPlainObject(value) ? types.find((each) => each === value.type) : undefined
    if (type !== undefined) return schemas[type]
    const unknown = isPlainObject(value) ? z.object({ type: oneOf(...types) }) : section({ type: oneOf(...types) })
    return unknown as unknown as z.ZodType<AuthConfig>
  })
}

/** Of two headers with one name the vendor would see only one. */
export function checkHeaders(
  { headers, auth }: { readonly headers: Readonly<Record<string, string>>; readonly auth?: AuthConfig | undefined },
  refuse: Refuse,
): void {
  if (auth === undefined || auth.type === 'query') return
  const own = auth.type === 'header' ? auth.name.toLowerCase() : 'authorization'
  const twice = Object.keys(headers).find((name) => name.toLowerCase() === own)
  if (twice === undefined) return
  refuse({ path: ['headers', twice], found: 'a header that `vendor.auth` sends too', allowed: 'one of the two' })
}

function authSchemas(): Readonly<Record<AuthOptions['type'], z.ZodType<AuthConfig>>> {
  const oneLine = 'text without line breaks and control characters'
  return {
    header: section({
      type: z.literal('header'),
      name: text("the name of an HTTP header, such as 'x-api-key'", HEADER_NAME),
      value: secret(`${oneLine}, all of it Latin-1`, HEADER_VALUE),
    }),
    bearer: section({
      type: z.literal('bearer'),
      token: secret("the token alone: ASCII without spaces; 'Bearer ' is added", TOKEN),
    }),
    query: section({
      type: z.literal('query'),
      name: text("the name of a query parameter, such as 'api_key'", /^[^\p{Cc}\s]+$/u),
      value: secret(oneLine, ONE_LINE),
    }),
    basic: section({
      type: z.literal('basic'),
      username: secret(`${oneLine}, without ':'`, USERNAME),
      password: secret(oneLine, ONE_LINE),
    }),
    oauth: section({
      type: z.literal('oauth'),
      tokenUrl: tokenUrl(),
      clientId: secret(oneLine, ONE_LINE),
      clientSecret: secret(oneLine, ONE_LINE),
      scope: text("text, such as 'people.read companies.read'").optional(),
      audience: text("text, such as 'https://api.acme.example'").optional(),
      clientAuthentication: oneOf('body', 'basic').default('body'),
    }),
  }
}

/** Text that may be secret: shown in no problem, and missing where its environment variable is not set. */
function secret(allowed: string, shape: RegExp): z.ZodType<string> {
  return leaf(allowed, (value, refuse) => {
    if (isMissing(value)) return refuse({ allowed: 'text that is not empty', ...MISSING })
    if (typeof value !== 'string') return refuse({ found: describeKind(value) })
    return shape.test(value) ? value : refuse({ found: HIDDEN })
  })
}

/** RFC 6749, section 3.2 (https://www.rfc-editor.org/rfc/rfc6749#section-3.2): a query is allowed, a fragment not. */
function tokenUrl(): z.ZodType<string> {
  const allowed = "an absolute http(s) URL without fragment, such as 'https://auth.acme.example/oauth/token'"
  return leaf(allowed, (value, refuse) => {
    if (typeof value !== 'string' || !URL.canParse(value)) return refuse()
    const url = new URL(value)
    if (url.username !== '' || url.password !== '') {
      return refuse({ found: HIDDEN, hint: 'Credentials belong into `clientId` and `clientSecret`.' })
    }
    return /^https?:$/.test(url.protocol) && url.hash === '' ? url.href : refuse()
  })
}
