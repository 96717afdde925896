import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8')
const foldersOf = (path: string) =>
  readdirSync(join(root, path), { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))

test.each(['src', 'src/app', 'src/refresh'])('the page on the house names every room of %s', (path) => {
  const prefix = path === 'src' ? '' : `${path.slice('src/'.length)}/`
  const missing = foldersOf(path).filter((name) => !page.includes(`${prefix}${name}/`))
  expect(missing).toEqual([])
})

test('the page on the house names no file and no room that is not there', () => {
  const named = [...page.matchAll(/`((?:[a-z-]+\/)+(?:[a-z-]+\.(?:ts|mjs))?)`/g)].map(([, path]) => path as string)
  expect(named.length).toBeGreaterThan(25)
  const places = ['', 'src/', 'test/']
  expect(named.filter((path) => !places.some((place) => existsSync(join(root, place, path))))).toEqual([])
})

test('src/ has no loose file but the doors', () => {
  const loose = readdirSync(join(root, 'src')).filter((name) => name.endsWith('.ts'))
  expect(loose.sort()).toEqual(['index.ts', 'main.ts', 'presets.ts'])
})
