import * as z from 'zod'
import { oneOf, text } from './rules.ts'
import { choose, isPlainObject, named, type Refuse, section, together } from './values/leaf.ts'
import { HEADER_NAME, HEADER_VALUE, secret, tokenUrl } from './values/secret-text.ts'

/** No control characters: a line break at a secret's end often comes from the file that it was read from. */
const ONE_LINE = /^\P{Cc}*$/u
/** RFC 7617, section 2 (https://www.rfc-editor.org/rfc/rfc7617#section-2): a colon would end it. */
const USERNAME = /^[^\p{Cc}:]*$/u
/** RFC 6750, section 2.1 (https://www.rfc-editor.org/rfc/rfc6750#section-2.1), and what vendors make of it. */
const TOKEN = /^[\x21-\x7e]+$/

type AuthConfig = { [Type in keyof Schemas]: z.output<Schemas[Type]> }[keyof Schemas]
type Schemas = ReturnType<typeof authSchemas>

/** How the vendor knows who calls. No problem shows a secret. */
export function auth(): z.ZodType<AuthConfig> {
  const schemas = authSchemas()
  const types = Object.keys(schemas) as (keyof Schemas)[]
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

function authSchemas() {
  const oneLine = 'text without line breaks and control characters'
  return {
    header: section({
      type: z.literal('header'),
      name: text("the name of an HTTP header, such as 'x-api-key'", HEADER_NAME),
      value: secretOf(`${oneLine}, all of it Latin-1`, HEADER_VALUE),
    }),
    bearer: section({
      type: z.literal('bearer'),
      token: secretOf("the token alone: ASCII without spaces; 'Bearer ' is added", TOKEN),
    }),
    query: queryAuth(secretOf(oneLine, ONE_LINE)),
    basic: section({
      type: z.literal('basic'),
      username: secretOf(`${oneLine}, without ':'`, USERNAME),
      password: secretOf(oneLine, ONE_LINE),
    }),
    oauth: section({
      type: z.literal('oauth'),
      tokenUrl: tokenUrl(),
      clientId: secretOf(oneLine, ONE_LINE),
      clientSecret: secretOf(oneLine, ONE_LINE),
      scope: text("text, such as 'people.read companies.read'").optional(),
      audience: text("text, such as 'https://api.acme.example'").optional(),
      clientAuthentication: oneOf('body', 'basic').default('body'),
    }),
  }
}

/** One parameter of the query by `name` and `value`, or several as `params`. */
function queryAuth(value: z.ZodType<string>) {
  const type = z.literal('query')
  const name = text("the name of a query parameter, such as 'api_key'", /^[^\p{Cc}\s]+$/u)
  const one = together(section({ type, name, value }), ({ type, name, value }) => ({ type, params: { [name]: value } }))
  const several = section({ type, params: named('an object: the name of a query parameter to its value', () => value) })
  return choose((given) => (isPlainObject(given) && given.params !== undefined ? several : one))
}

function secretOf(allowed: string, shape: RegExp): z.ZodType<string> {
  return secret(allowed, (text) => (shape.test(text) ? text : null), { allowed: 'text that is not empty' })
}
