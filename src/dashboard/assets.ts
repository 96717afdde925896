import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Hono } from 'hono'
import { CHART_STYLE } from '../report/page/style.ts'
import type { Env } from './access/access.ts'

const OWN = {
  'dashboard.css': 'text/css; charset=utf-8',
  'live.js': 'text/javascript; charset=utf-8',
  'icon.svg': 'image/svg+xml',
}

const ICON_COLOURS = { look: '#b26a00', act: '#a4161f', unsure: '#55626f' } as const

/** The files in the folder beside this file, and the style of charts; `version` is a fingerprint of all of them. */
export function readAssets() {
  const folder = new URL('./assets/', import.meta.url)
  const files = new Map([['charts.css', { type: OWN['dashboard.css'], body: CHART_STYLE }]])
  for (const [name, type] of Object.entries(OWN))
    files.set(name, { type, body: readFileSync(new URL(name, folder), 'utf8') })
  // The verdict, in the tab.
  const icon = files.get('icon.svg')
  for (const [tone, colour] of Object.entries(ICON_COLOURS))
    if (icon !== undefined) files.set(`icon-${tone}.svg`, { ...icon, body: icon.body.replace('#0b6e63', colour) })
  const hash = createHash('sha256')
  for (const { body } of files.values()) hash.update(body)
  return { files, version: hash.digest('hex').slice(0, 12) }
}

/** Browsers may keep an asset whose URL has its version. */
export function assetRoutes(app: Hono<Env>, { files, version }: ReturnType<typeof readAssets>): void {
  app.get('/assets/:name', (c) => {
    const asset = files.get(c.req.param('name'))
    if (asset === undefined) return c.notFound()
    const kept = c.req.query('v') === version ? 'public, max-age=31536000, immutable' : 'no-cache'
    return c.body(asset.body, 200, { 'content-type': asset.type, 'cache-control': kept })
  })
}
