/**
 * Whether a form was sent by a page of ours. Browsers say where a request comes from, and no page can make them say
 * otherwise (https://developer.mozilla.org/docs/Web/HTTP/Headers/Sec-Fetch-Site); who says nothing, is none.
 */
export function isOurForm(headers: {
  readonly site: string | undefined
  readonly origin: string | undefined
  readonly host: string | undefined
}): boolean {
  const { site, origin, host } = headers
  if (site !== undefined && site !== 'same-origin') return false
  if (origin === undefined) return site === 'same-origin'
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase()
}

/** Whether the browser speaks TLS, to a proxy in front of us: the proxy says so, or the form's origin. */
export function isOverTls(said: (name: string) => string | undefined): boolean {
  const proto = said('x-forwarded-proto') ?? /\bproto="?(\w+)/i.exec(said('forwarded') ?? '')?.[1] ?? ''
  return /^\s*https\b/i.test(proto) || said('origin')?.startsWith('https:') === true
}

/** Whether another site's page asks for something that is no page to go to: an image, a script, a frame. */
export function isForeignEmbed({
  site,
  mode,
}: {
  readonly site: string | undefined
  readonly mode: string | undefined
}): boolean {
  return (site === 'cross-site' || site === 'same-site') && mode !== 'navigate'
}
