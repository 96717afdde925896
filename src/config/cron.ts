import type * as z from 'zod'
import { parseCron } from '../domain/cron-expression.ts'
import { nextTime } from '../domain/cron-times.ts'
import { leaf } from './leaf.ts'

/** A cron expression that is due some day: five fields, or six with seconds first. Its spaces are made single ones. */
export function cronExpression(): z.ZodType<string> {
  return leaf("a cron expression of five or six fields, such as '0 2 L * *'", (value, refuse) => {
    if (typeof value !== 'string') return refuse()
    const parsed = parseCron(value)
    if ('problem' in parsed) return refuse({ hint: parsed.problem })
    if (nextTime({ cron: parsed.cron, timeZone: 'UTC' }, 0) === null) return refuse({ hint: 'There is no such day.' })
    return value.trim().replace(/\s+/g, ' ')
  })
}
