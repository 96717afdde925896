import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../../', import.meta.url))
let packed: string[] = []

beforeAll(() => {
  const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--ignore-scripts', '--json'], {
    cwd: root,
    encoding: 'utf8',
  })
  packed = JSON.parse(stdout)[0].files.map(({ path }: { path: string }) => path)
})

test('the package holds what running needs: the program, the clients, every migration', () => {
  const migrations = ['sqlite', 'postgresql', 'mysql'].flatMap((dialect) =>
    readdirSync(`${root}/prisma/${dialect}/migrations`).map(
      (name) => `prisma/${dialect}/migrations/${name}/migration.sql`,
    ),
  )
  expect(migrations.length).toBeGreaterThan(0)
  expect(packed).toEqual(
    expect.arrayContaining([
      'dist/main.js',
      'dist/index.js',
      'dist/index.d.ts',
      'dist/presets.js',
      ...readdirSync(`${root}/src/dashboard/assets`).map((name) => `dist/dashboard/assets/${name}`),
      'dist/presets.d.ts',
      ...readdirSync(`${root}/dist`)
        .filter((name) => name.endsWith('.js'))
        .map((name) => `dist/${name}`),
      'LICENSE',
      'README.md',
      'docs/import.md',
      'docs/deploy/compose.yaml',
      'CHANGELOG.md',
      ...migrations,
    ]),
  )
})

test('the package holds no sources, no tests, no state of the build', () => {
  const strays = packed.filter((path) =>
    /^(src|test|scripts|bench)\/|\.test\.|tsbuildinfo|\.env|schema\.prisma/.test(path),
  )
  expect(strays).toEqual([])
})
