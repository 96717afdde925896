import { type Html, html, ours } from '../../report/html.ts'

export interface Frame {
  readonly vendor: string
  /** The billing cycle's time zone (IANA). */
  readonly zone: string
  readonly now: number
  readonly signedIn: boolean
  /** Whether it is possible to sign in. */
  readonly mayAct: boolean
  /** With the query. */
  readonly path: string
  /** What the paths of the account's pages begin with: '' where it is the only one. */
  readonly base: string
  /** What a form must send back. */
  readonly formToken: string
  /** Changes with the assets, so that browsers may keep them. */
  readonly version: string
}

interface Page {
  readonly title: string
  /** The part of the navigation that it belongs to. */
  readonly at?: 'account' | 'accounts' | 'runs' | 'unknown'
  readonly body: Html
  /**
   * The event stream that keeps it up to date, the state that it was made in, and after how many seconds it is loaded
   * again in any case.
   */
  readonly events?: { readonly from: string; readonly state: string; readonly renewS?: number } | undefined
  /** What the icon in the tab says. */
  readonly tone?: string
  /** It has charts, or the report's tables. */
  readonly charts?: boolean
}

const NAVIGATION = [
  ['account', '/', 'Account'],
  ['runs', '/runs', 'Runs'],
  ['unknown', '/unknown', 'Unknown calls'],
] as const

const TONES: readonly string[] = ['look', 'act', 'unsure']

/** Written in a template, it would make the bundler ask for a package that only developers have. */
const SCRIPT_ENDS = ours('</script>')

/** The path of a run's page. */
export function runPath({ base }: Pick<Frame, 'base'>, runId: string): string {
  return `${base}/runs/${encodeURIComponent(runId)}`
}

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
<link rel="icon" href="${asset(TONES.includes(page.tone ?? '') ? `icon-${page.tone}.svg` : 'icon.svg')}" type="image/svg+xml">
${page.charts ? html`<link rel="stylesheet" href="${asset('charts.css')}">` : ''}
<link rel="stylesheet" href="${asset('dashboard.css')}">
${events === undefined ? '' : html`<noscript><meta http-equiv="refresh" content="30"></noscript>`}
${events === undefined ? '' : html`<script src="${asset('live.js')}" defer>${SCRIPT_ENDS}`}
</head>
<body${events === undefined ? '' : html` data-events="${events.from}" data-state="${events.state}"${events.renewS === undefined ? '' : html` data-renew="${events.renewS}"`}`}>
<a class="skip" href="#main">Skip to the content</a>
${header(page, frame)}
<main id="main" tabindex="-1">
${body}
</main>
${frame === null ? '' : html`<footer><p>Times are in ${page.at === 'accounts' ? '' : "the billing cycle's zone, "}${frame.zone}. No page asks the vendor for anything.</p></footer>`}
</body>
</html>`
}

function header({ at }: Page, frame: Frame | null): Html {
  const base = frame?.base ?? ''
  const links = NAVIGATION.map(
    ([name, path, label]) =>
      html`<li><a href="${base}${path}"${name === at ? html` aria-current="page"` : ''}>${label}</a></li>`,
  )
  const all = base === '' ? '' : html`<li><a href="/">All accounts</a></li>`
  const account = frame === null ? '' : html`<span class="vendor" title="the vendor account">${frame.vendor}</span>`
  return html`<header class="top"><div class="inner">
<a class="brand" href="/">spenddown</a>${account}
${frame === null || at === 'accounts' ? '' : html`<nav aria-label="Main"><ul>${all}${links}</ul></nav>`}
${frame?.signedIn ? html`<form method="post" action="/logout"><input type="hidden" name="form" value="${frame.formToken}"><button class="quiet">Sign out</button></form>` : ''}
</div></header>`
}
