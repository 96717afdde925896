import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Violation } from './play/evidence.ts'
import { smallerWorlds } from './world/smaller-worlds.ts'
import type { World } from './world/world.ts'

/** Kills are races: a world that failed once may hold the next time. */
const TRIES = 3

export type Player = (world: World, name: string) => Promise<readonly Violation[]>

/** Makes a failing world smaller for as long as it still breaks the same promise, and answers the smallest. */
export async function shrink(world: World, violation: Violation, play: Player, budgetMs: number): Promise<World> {
  const until = Date.now() + budgetMs
  let smallest = world
  let games = 0
  const fails = async (smaller: World): Promise<boolean> => {
    for (let tries = 0; tries < TRIES && Date.now() < until; tries += 1) {
      games += 1
      const violations = await play(smaller, `smaller-${games}`)
      if (violations.some(({ check }) => check === violation.check)) return true
    }
    return false
  }
  for (let found = true; found && Date.now() < until; ) {
    found = false
    for (const smaller of smallerWorlds(smallest)) {
      if (Date.now() >= until || !(await fails(smaller))) continue
      smallest = smaller
      found = true
      break
    }
  }
  return smallest
}

/** Where the smallest world is kept, so that `--world` plays it. */
export function keepSmallest(folder: string, world: World): string {
  const path = join(folder, 'smallest.json')
  writeFileSync(path, `${JSON.stringify(world, null, 2)}\n`)
  return path
}
