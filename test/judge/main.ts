// `npm run judge`: plays random worlds, and holds spenddown's books against the vendor's bill. See README.md beside this.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readArguments } from './arguments.ts'
import { judge } from './checks/all-checks.ts'
import type { Violation } from './play/evidence.ts'
import { playWorld } from './play/play-world.ts'
import { Score } from './score.ts'
import { keepSmallest, shrink } from './shrink.ts'
import { drawWorld, moved } from './world/draw-world.ts'
import type { World } from './world/world.ts'

const SHRINK_MS = 180_000

const options = readArguments(process.argv.slice(2), () => Math.floor(Math.random() * 1_000_000_000))
const root = mkdtempSync(join(tmpdir(), 'spenddown-judge-'))
const score = new Score()
const began = Date.now()
let next = 0

console.log(`${options.files.length === 0 ? `seeds from ${options.from}; ` : ''}what fails is kept in ${root}`)
await Promise.all(Array.from({ length: options.jobs }, playSome))
for (const line of score.lines()) console.log(line)
process.exitCode = score.isClean ? (process.exitCode ?? 0) : 1

/** Plays one world after another, until there have been enough. */
async function playSome(): Promise<void> {
  while (!isEnough()) {
    const place = next
    next += 1
    const file = options.files[Math.floor(place / options.times)]
    if (file !== undefined) console.log(`world ${place + 1}: ${file}`)
    const seed = options.from + Math.floor(place / options.times)
    await playOne(
      file === undefined ? drawWorld(seed, options.storms, options.database) : moved(read(file), options.database),
      place,
    )
  }
}

function isEnough(): boolean {
  const timeIsUp = options.minutes !== null && Date.now() - began > options.minutes * 60_000
  const allPlayed = options.worlds !== null && next >= options.worlds
  const boundless = options.minutes === null && options.worlds === null
  return score.kills >= options.kills && (timeIsUp || allPlayed || boundless)
}

async function playOne(world: World, place: number): Promise<void> {
  const name = options.files.length === 0 && options.times === 1 ? String(world.seed) : `world-${place + 1}`
  try {
    const violations = await play(world, name, true)
    const [first] = violations
    if (first === undefined || !options.shrink) return
    const smallest = await shrink(world, first, (smaller, game) => play(smaller, `${name}-${game}`, false), SHRINK_MS)
    const path = keepSmallest(join(root, name), smallest)
    console.log(
      `seed ${world.seed}, the smallest that shows "${first.check}": --world ${path}\n${JSON.stringify(smallest)}`,
    )
  } catch (error) {
    score.countBroken()
    console.error(`seed ${world.seed}: the judge itself failed`, error)
  }
}

/** Plays a world and says what it broke; a folder stays only where it shows something. */
async function play(world: World, name: string, counts: boolean): Promise<readonly Violation[]> {
  const folder = join(root, name)
  mkdirSync(folder, { recursive: true })
  const evidence = await playWorld(world, folder)
  const violations = judge(evidence)
  if (counts) score.count(evidence, violations)
  if (violations.length === 0 || !counts) rmSync(folder, { recursive: true, force: true })
  else writeFileSync(join(folder, 'violations.json'), JSON.stringify({ violations, runs: evidence.runs }, null, 2))
  if (counts) for (const violation of violations) tell(world, folder, violation)
  return violations
}

/** Vendors may have sent much. */
function short(text: string): string {
  return text.length > 400 ? `${text.slice(0, 400)}…` : text
}

function tell({ seed }: World, folder: string, { promise, check, expected, found }: Violation): void {
  console.log(
    `seed ${seed}, promise ${promise}, ${check}\n  expected: ${short(expected)}\n  found:    ${short(found)}\n  see       ${folder}`,
  )
}

function read(path: string): World {
  return JSON.parse(readFileSync(path, 'utf8')) as World
}
