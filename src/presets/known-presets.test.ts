import { readFileSync } from 'node:fs'
import { describe, expect, test, vi } from 'vitest'
import type { VendorOptions } from '../config/options/vendor-options.ts'
import * as presets from '../presets.ts'
import { KNOWN_PRESETS } from './known-presets.ts'

const all = presets as unknown as Readonly<Record<string, () => VendorOptions>>

test('every preset is known, by its exported name in kebab case', () => {
  expect(KNOWN_PRESETS.map(({ exported }) => exported).sort()).toEqual(Object.keys(presets).sort())
  const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  for (const { name, exported } of KNOWN_PRESETS) expect(name).toBe(kebab(exported))
})

describe.each(KNOWN_PRESETS)('$name', ({ exported, name, apiKey, clientId = apiKey, reads, paths }) => {
  const preset = () => all[exported]?.() as VendorOptions

  test('has the name, the key and the balance that are said of it', () => {
    vi.stubEnv(apiKey, 'a-key-of-the-vendor')
    expect(preset().name).toBe(name)
    vi.stubEnv(clientId, 'a-key-of-the-vendor')
    expect(JSON.stringify([preset().headers, preset().auth])).toContain('a-key-of-the-vendor')
    const { credits } = preset()
    expect(credits?.balance ?? credits?.remaining).toBeDefined()
    vi.unstubAllEnvs()
  })

  test.each(Object.entries(reads))('reads %s, and sends it as %s', (column, part) => {
    const record = { [column]: 'someone' }
    const sent = preset().single?.request(record) ?? preset().bulk?.request([record])
    const said = JSON.stringify(sent)
    const isNamed = !sent?.path.endsWith('/someone') && !Array.isArray(sent?.json)
    expect(said).toContain(isNamed ? `"${part}":"someone"` : 'someone')
  })

  test.each(Object.values(paths))('has %s on the page that was read of it', (path) => {
    const page = readFileSync(new URL(`../../docs/vendors/${name}.md`, import.meta.url), 'utf8')
    const known = path.split('.').filter((part) => !/^\d+$/.test(part))
    for (const part of known) expect(page).toMatch(new RegExp(`\\b${part}\\b`))
  })
})
