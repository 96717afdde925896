import { type Html, html, ours } from '../../report/html.ts'

/** What every page knows of where it is shown. */
export interface Frame {
  readonly vendor: string
  /** The billing cycle's time zone (IANA). */
  readonly zone: string
  readonly now: number
  /** Someone has signed in, may do something, and may sign out. */
  readonly signedIn: boolean
  /** There is something to sign in with. */
  readonly mayAct: boolean
  /** Where the page is, with its query. */
  readonly path: string
  /** What a form must send back; bound to the session. */
  readonly formToken: string
  /** Changes with the assets, so that browsers may keep them. */
  readonly version: string
}

export interface Page {
  readonly title: string
  /** The part of the navigation that it belongs to. */
  readonly at?: 'account' | 'runs' | 'unknown'
  readonly body: Html
  /** The event stream that keeps it up to date, and the state in which it was made. */
  readonly events?: Events | undefined
  /** It has charts, or the report's tables. */
  readonly charts?: boolean
}

interface Events {
  readonly from: string
  readonly state: string
  /** The page is loaded again so often, whatever has changed, s; never without it. */
  readonly renew?: number
}

const NAVIGATION = [
  ['account', '/', 'Account'],
  ['runs', '/runs', 'Runs'],
  ['unknown', '/unknown', 'Unknown calls'],
] as const

/** Written out in a template, it makes the bundler ask for a package that only developers have. */
const SCRIPT_ENDS = ours('</script>')

/** A whole page. Without script it is the same, and loads itself again now and then where it is live. */
export function layout(page: Page, frame: Frame): Html {
  return whole(page, frame.version, frame)
}

/** A page for whoever has not signed in: it names nothing of the account. */
export function bareLayout(page: Page, version: string): Html {
  return whole(page, version, null)
}

function whole(page: Page, version: string, frame: Frame | null): Html {
  const { title, events, body } = page
  const asset = (name: string) => `/assets/${name}?v=${version}`
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · spenddown</title>
<link rel="icon" href="${asset('icon.svg')}" type="image/svg+xml">
${page.charts ? html`<link rel="stylesheet" href="${asset('charts.css')}">` : ''}
<link rel="stylesheet" href="${asset('dashboard.css')}">
${events === undefined ? '' : html`<noscript><meta http-equiv="refresh" content="30"></noscript>`}
${events === undefined ? '' : html`<script src="${asset('live.js')}" defer>${SCRIPT_ENDS}`}
</head>
<body${events === undefined ? '' : html` data-events="${events.from}" data-state="${events.state}"${events.renew === undefined ? '' : html` data-renew="${events.renew}"`}`}>
<a class="skip" href="#main">Skip to the content</a>
${header(page, frame)}
<main id="main" tabindex="-1">
${body}
</main>
${frame === null ? '' : footer(frame)}
</body>
</html>`
}

function header({ at }: Page, frame: Frame | null): Html {
  const links = NAVIGATION.map(
    ([name, href, label]) =>
      html`<li><a href="${href}"${name === at ? html` aria-current="page"` : ''}>${label}</a></li>`,
  )
  const account = frame === null ? '' : html`<span class="vendor" title="the vendor account">${frame.vendor}</span>`
  return html`<header class="top"><div class="inner">
<a class="brand" href="/">spenddown</a>${account}
${frame === null ? '' : html`<nav aria-label="Main"><ul>${links}</ul></nav>`}
${frame?.signedIn ? html`<form method="post" action="/logout"><input type="hidden" name="form" value="${frame.formToken}"><button class="quiet">Sign out</button></form>` : ''}
</div></header>`
}

function footer({ zone }: Frame): Html {
  return html`<footer><p>Times are in the billing cycle's zone, ${zone}. No page asks the vendor for anything.</p></footer>`
}
