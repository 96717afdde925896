import * as z from 'zod'
import { VENDOR_OUTCOMES } from '../domain/outcome.ts'
import type { OutcomeRule } from '../domain/outcome-table.ts'
import { HEADER_NAME } from './headers.ts'
import { choose, leaf, together } from './leaf.ts'
import { oneOf, text } from './rules.ts'
import { section } from './section.ts'

/** The vendor's own table of outcomes; its lines are read in order. */
export function outcomesSchema(): z.ZodType<readonly OutcomeRule[]> {
  return choose((value) => (Array.isArray(value) ? z.array(ruleSchema()) : leaf('a list', (_, refuse) => refuse())))
}

function ruleSchema(): z.ZodType<OutcomeRule> {
  const rule = section({
    status: statuses().optional(),
    code: code().optional(),
    at: text("a dotted path into the body, such as 'errors.0.id'", /^[^.\s]+(\.[^.\s]+)*$/).optional(),
    header: section({ name: text('the name of an HTTP header', HEADER_NAME), value: text('text') }).optional(),
    is: oneOf(...VENDOR_OUTCOMES),
  })
  return together(rule, ({ status, code, at, header, is }, refuse) => {
    if (at !== undefined && code === undefined) return refuse({ path: ['at'], value: at, allowed: 'only with `code`' })
    if (status === undefined && code === undefined && header === undefined) {
      return refuse({ found: 'a line that would fit every reply', allowed: 'at least one of status, code, header' })
    }
    return {
      statuses: status ?? null,
      code: code ?? null,
      at: at?.split('.') ?? null,
      header: header === undefined ? null : { name: header.name.toLowerCase(), value: header.value },
      is,
    }
  })
}

function statuses(): z.ZodType<readonly number[]> {
  return leaf('a status from 100 to 599, or a list of them', (value, refuse) => {
    const list: readonly unknown[] = Array.isArray(value) ? value : [value]
    const sound = list.every((status) => Number.isInteger(status) && Number(status) >= 100 && Number(status) <= 599)
    return sound && list.length > 0 ? (list as readonly number[]) : refuse()
  })
}

function code(): z.ZodType<string> {
  return leaf('text or a number', (value, refuse) => {
    const sound = (typeof value === 'string' && value !== '') || (typeof value === 'number' && Number.isFinite(value))
    return sound ? String(value) : refuse()
  })
}
