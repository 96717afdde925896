import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { DATABASES } from './world/draw-world.ts'
import type { World } from './world/world.ts'

export interface Arguments {
  /** The first seed; those after it follow. */
  readonly from: number
  /** Worlds that were kept, instead of seeds. */
  readonly files: readonly string[]
  /** How often a seed or a kept world is played: kills are races. */
  readonly times: number
  /** At most so many worlds; null: as many as the time allows. */
  readonly worlds: number | null
  readonly minutes: number | null
  /** At least so many kills, whatever the worlds and the time. */
  readonly kills: number
  /** Worlds at a time. */
  readonly jobs: number
  readonly shrink: boolean
  /** Four worlds of ten end in a storm of kills. */
  readonly storms: boolean
  /** All worlds are played on this one, kept ones too; null: on any. */
  readonly database: World['database'] | null
}

const DEFAULT_WORLDS = 20
const KNOWN = fileURLToPath(new URL('known', import.meta.url))

export function readArguments(args: readonly string[], freshSeed: () => number): Arguments {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: text,
      from: text,
      worlds: text,
      minutes: text,
      kills: text,
      jobs: text,
      times: text,
      world: { ...text, multiple: true },
      known: flag,
      'no-shrink': flag,
      storms: flag,
      database: text,
    },
  })
  const seed = number('seed', values.seed)
  const files = [...(values.world ?? []), ...(values.known === true ? knownWorlds() : [])]
  const bounds = { minutes: number('minutes', values.minutes), kills: number('kills', values.kills) ?? 0 }
  const unbounded = bounds.minutes === null && bounds.kills === 0 ? DEFAULT_WORLDS : null
  const times = number('times', values.times) ?? 1
  const worlds = number('worlds', values.worlds) ?? (seed === null ? unbounded : times)
  return {
    ...bounds,
    from: seed ?? number('from', values.from) ?? freshSeed(),
    files,
    times,
    worlds: files.length > 0 ? files.length * times : worlds,
    jobs: number('jobs', values.jobs) ?? 2,
    shrink: values['no-shrink'] !== true,
    storms: values.storms === true,
    database: databaseNamed(values.database),
  }
}

/** The smallest worlds that once showed a defect. */
function knownWorlds(): string[] {
  return readdirSync(KNOWN)
    .filter((name) => name.endsWith('.json'))
    .map((name) => `${KNOWN}/${name}`)
}

function databaseNamed(name: string | undefined): World['database'] | null {
  if (name === undefined) return null
  const known = DATABASES.find((each) => each === name)
  if (known !== undefined) return known
  throw new RangeError(`--database: found ${name}; allowed: ${DATABASES.join(', ')}.`)
}

function number(name: string, value: string | undefined): number | null {
  if (value === undefined) return null
  const parsed = Number(value)
  if (Number.isFinite(parsed) && parsed >= 0) return parsed
  throw new RangeError(`--${name}: found ${value}; allowed: a number, 0 or more.`)
}
