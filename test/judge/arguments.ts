import { parseArgs } from 'node:util'

export interface Arguments {
  /** The first seed; those after it follow. */
  readonly from: number
  /** At most so many worlds; null: as many as the time allows. */
  readonly worlds: number | null
  readonly minutes: number | null
  /** At least so many kills, whatever the worlds and the time. */
  readonly kills: number
  /** Worlds at a time. */
  readonly jobs: number
  readonly shrink: boolean
  /** A world that was kept, instead of seeds. */
  readonly world: string | null
}

const DEFAULT_WORLDS = 20

export function readArguments(args: readonly string[], freshSeed: () => number): Arguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string' },
      from: { type: 'string' },
      worlds: { type: 'string' },
      minutes: { type: 'string' },
      kills: { type: 'string' },
      jobs: { type: 'string' },
      world: { type: 'string' },
      shrink: { type: 'boolean' },
      'no-shrink': { type: 'boolean' },
    },
  })
  const seed = number('seed', values.seed)
  const minutes = number('minutes', values.minutes)
  const worlds = number('worlds', values.worlds)
  const kills = number('kills', values.kills) ?? 0
  return {
    from: seed ?? number('from', values.from) ?? freshSeed(),
    worlds:
      seed !== null || values.world !== undefined
        ? 1
        : (worlds ?? (minutes === null && kills === 0 ? DEFAULT_WORLDS : null)),
    minutes,
    kills,
    jobs: number('jobs', values.jobs) ?? 2,
    shrink: values['no-shrink'] !== true,
    world: values.world ?? null,
  }
}

function number(name: string, value: string | undefined): number | null {
  if (value === undefined) return null
  const parsed = Number(value)
  if (!Number.isFinite(parsed) || parsed < 0)
    throw new RangeError(`--${name}: found ${value}; allowed: a number, 0 or more.`)
  return parsed
}
