import type * as z from 'zod'
import { nearestName } from '../domain/problem.ts'
import { leaf } from './leaf.ts'

/** An IANA time zone by its name; offsets such as "+02:00" know no summer time and are refused. */
export function timeZone(): z.ZodType<string> {
  return leaf("an IANA time zone, such as 'UTC' or 'America/New_York'", (value, refuse) => {
    if (typeof value !== 'string') return refuse()
    if (isTimeZone(value)) return value
    const nearest = nearestName(value, Intl.supportedValuesOf('timeZone'))
    return refuse(nearest === undefined ? {} : { hint: `Did you mean '${nearest}'?` })
  })
}

function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
