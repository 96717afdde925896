import type * as z from 'zod'
import { leaf } from './leaf.ts'

/** A cron expression, its form only: five fields, or six with seconds first. */
export function cronExpression(): z.ZodType<string> {
  return leaf("a cron expression of five or six fields, such as '0 2 L * *'", (value, refuse) => {
    if (typeof value !== 'string') return refuse()
    const fields = value.trim().split(/\s+/)
    const sound = fields.length >= 5 && fields.length <= 6 && fields.every((field) => /^[\w*?,/#-]+$/.test(field))
    return sound ? fields.join(' ') : refuse()
  })
}
