import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

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

const OWN = ['dashboard.css', 'live.js', 'charts.js', 'icon.svg']

/** The dashboard's own files, which stand beside this one, and uPlot's, as its package has them. */
export function readAssets(): Assets {
  const folder = new URL('./assets/', import.meta.url)
  const uplot = dirname(createRequire(import.meta.url).resolve('uplot'))
  const texts: [string, string][] = [
    ...OWN.map((name): [string, string] => [name, readFileSync(new URL(name, folder), 'utf8')]),
    ['uplot.js', readFileSync(join(uplot, 'uPlot.iife.min.js'), 'utf8')],
    ['uplot.css', readFileSync(join(uplot, 'uPlot.min.css'), 'utf8')],
  ]
  const hash = createHash('sha256')
  for (const [, text] of texts) hash.update(text)
  const files = texts.map(([name, body]) => [name, { type: typeOf(name), body }] as const)
  return { files: new Map(files), version: hash.digest('hex').slice(0, 12) }
}

function typeOf(name: string): string {
  return TYPES[name.split('.').at(-1) ?? ''] ?? 'text/plain; charset=utf-8'
}
