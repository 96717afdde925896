import * as z from 'zod'
import { choose, type IssueDetail, leaf, type Refusal } from './leaf.ts'
import { isPlainObject } from './plain-object.ts'

/** An object with these keys and no others; each unknown key is a problem of its own. */
export function section<Shape extends z.core.$ZodShape>(
  shape: Shape,
  absent: Refusal = {},
): z.ZodType<z.output<z.ZodObject<Shape, z.core.$strict>>> {
  const params: IssueDetail = { knownKeys: Object.keys(shape) }
  const unknownKey = z.unknown().transform((_value, context) => {
    context.addIssue({ code: 'custom', message: 'unknown key', params })
    return z.NEVER
  })
  return plainObject('an object', absent).pipe(z.object(shape).catchall(unknownKey)) as unknown as z.ZodType<
    z.output<z.ZodObject<Shape, z.core.$strict>>
  >
}

/** An object whose keys are the user's own names. */
export function named<T>(allowed: string, schemaOf: (name: string) => z.ZodType<T>): z.ZodType<Record<string, T>> {
  return choose((value): z.ZodType<Record<string, T>> => {
    if (!isPlainObject(value)) return plainObject(allowed) as z.ZodType<Record<string, T>>
    return z.object(Object.fromEntries(Object.keys(value).map((name) => [name, schemaOf(name)])))
  })
}

function plainObject(allowed: string, absent: Refusal = {}): z.ZodType<Record<string, unknown>> {
  return leaf(allowed, (value, refuse) => {
    if (value === undefined) return refuse(absent)
    if (isPlainObject(value)) return value
    // The text may be a URL with its password.
    return refuse(typeof value === 'string' ? { found: 'text' } : {})
  })
}
