const UNITS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const
const SHAPE = /^(?:(\d+)d)?\s*(?:(\d+)h)?\s*(?:(\d+)m)?\s*(?:(\d+)s)?\s*(?:(\d+)ms)?$/

/** Ten years: what is longer is a slip of the pen. */
export const LONGEST_DURATION_MS = 3650 * UNITS.d

export const DURATION_ALLOWED =
  "a duration with units d, h, m, s, ms, such as '90s', '12h' or '1h30m', at most 10 years"

export type Duration = { readonly ms: number } | { readonly hint: string }

/** Text with units, the larger first, each once ("12h", "1h30m"). Not a bare number: nobody can see its unit. */
export function parseDuration(value: unknown): Duration {
  if (typeof value === 'number') return { hint: `Write it as text with its unit, such as '${value}ms' or '${value}s'.` }
  if (typeof value !== 'string') return { hint: "Write it as text, such as '12h'." }
  const text = value.trim()
  if (/^\d+$/.test(text)) return { hint: `Add its unit, such as '${text}s' or '${text}h'.` }
  const found = SHAPE.exec(text)
  if (found === null || text === '') return { hint: 'Write whole numbers, each with its unit, the larger unit first.' }
  const sizes = Object.values(UNITS)
  const ms = sizes.reduce((sum, size, i) => sum + Number(found[i + 1] ?? 0) * size, 0)
  return ms <= LONGEST_DURATION_MS ? { ms } : { hint: 'That is more than 10 years.' }
}

/** The duration as the config would write it, in its largest units: "1h30m"; "0s" for none. */
export function formatDuration(ms: number): string {
  let rest = ms
  let text = ''
  for (const [unit, size] of Object.entries(UNITS)) {
    const count = Math.floor(rest / size)
    if (count > 0) text += `${count}${unit}`
    rest -= count * size
  }
  return text === '' ? '0s' : text
}
