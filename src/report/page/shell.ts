import { createHash } from 'node:crypto'
import { type Html, html, ours } from '../html.ts'
import { STYLE } from './style.ts'

export interface ShellParts {
  readonly title: string
  readonly heading: string
  /** One line below the heading. */
  readonly sub: string
  readonly body: Html
  /** As people read it. */
  readonly madeAt: string
}

/** A page without scripts or network, which its policy forbids. */
export function htmlShell({ title, heading, sub, body, madeAt }: ShellParts): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${ours(STYLE)}</style>
</head>
<body><main>
<header><h1>${heading}</h1><p class="sub">${sub}</p></header>
${body}
<footer>Made by spenddown on ${madeAt}.</footer>
</main></body>
</html>
`
  return String(page)
}

function policy(): string {
  const hash = createHash('sha256').update(STYLE).digest('base64')
  return `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`
}
