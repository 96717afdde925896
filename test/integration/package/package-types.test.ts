import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { reachedTypes } from '../../support/reached-types.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const DIST = join(root, 'dist')
const BUILD = join(root, 'build')

/** All that a declaration file leads to: the declarations of ours, and the names of packages. */
function reachedFrom(file: string, reached = new Set<string>()): Set<string> {
  if (reached.has(file)) return reached
  reached.add(file)
  for (const { fileName: target } of ts.preProcessFile(readFileSync(file, 'utf8')).importedFiles) {
    if (target.startsWith('.')) reachedFrom(join(dirname(file), target.replace(/\.[jt]s$/, '.d.ts')), reached)
    else reached.add(target)
  }
  return reached
}

/** What is installed with the package, and whose types a user's project has. zod is a part of the bundle, and has none there. */
const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies: object }
const installed = Object.keys(dependencies).filter((name) => !name.startsWith('@prisma/'))

test.each(['index.d.ts', 'presets.d.ts'])(
  'the types of %s reach no Prisma, and no package that is not installed',
  (entry) => {
    const reached = [...reachedFrom(join(DIST, entry))]
    const ours = reached.filter((path) => path.startsWith(DIST)).map((path) => relative(DIST, path))
    expect(ours.length).toBeGreaterThan(5)
    expect(ours.filter((path) => path.startsWith('generated/'))).toEqual([])
    const packages = reached.filter((path) => !path.startsWith(DIST) && !path.startsWith('node:'))
    expect(packages.filter((name) => !installed.includes(name))).toEqual([])
  },
)

/** What a run is made of inside: the row of the database, the checked config, the wire, the switches. */
const INTERNAL = [
  'Run',
  'RunSpec',
  'RunSnapshot',
  'RunParts',
  'StartedRun',
  'Config',
  'Credits',
  'Exchange',
  'Due',
  'Decision',
]
const INSIDE = [
  'app/compose/',
  'dashboard/',
  'observability/',
  'pacing/',
  'refresh/control/',
  'store/',
  'vendors/',
  'web/',
]

test.each(['index.d.ts', 'presets.d.ts'])('no type of %s leads to the inside of a run', (entry) => {
  const reached = reachedTypes(join(DIST, entry), DIST)
  expect(reached.length).toBeGreaterThan(20)
  expect(reached.map(({ name }) => name).filter((name) => INTERNAL.includes(name))).toEqual([])
  const files = reached.map(({ file }) => relative(DIST, file))
  expect(files.filter((file) => INSIDE.some((folder) => file.startsWith(folder)))).toEqual([])
  const hidden = /^(preempt|hasPreempted|open|exchanged|mayBegin|giveWay)$/
  expect(reached.flatMap(({ members }) => members).filter((member) => hidden.test(member))).toEqual([])
})

test('it finds what one type leads to, and its members', () => {
  const reached = reachedTypes(join(BUILD, 'app/run/run.d.ts'), BUILD)
  expect(reached.map(({ name }) => name)).toEqual(expect.arrayContaining(['StartedRun', 'Config', 'Due']))
  expect(reached.flatMap(({ members }) => members)).toContain('preempt')
})
