import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { CHART_STYLE } from '../report/page/style.ts'

export interface Asset {
  readonly type: string
  readonly body: string
}

export interface Assets {
  readonly files: ReadonlyMap<string, Asset>
  /** A fingerprint of all of them. */
  readonly version: string
}

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
}

const OWN = ['dashboard.css', 'live.js', 'icon.svg']

/** The dashboard's own files, which stand beside this one, and the style of charts, as reports have it. */
export function readAssets(): Assets {
  const folder = new URL('./assets/', import.meta.url)
  const texts: [string, string][] = [
    ...OWN.map((name): [string, string] => [name, readFileSync(new URL(name, folder), 'utf8')]),
    ['charts.css', CHART_STYLE],
  ]
  const hash = createHash('sha256')
  for (const [, text] of texts) hash.update(text)
  const files = texts.map(([name, body]) => [name, { type: typeOf(name), body }] as const)
  return { files: new Map(files), version: hash.digest('hex').slice(0, 12) }
}

function typeOf(name: string): string {
  return TYPES[name.split('.').at(-1) ?? ''] ?? 'text/plain; charset=utf-8'
}
