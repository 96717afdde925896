import * as z from 'zod'
import type { Problem } from '../../../domain/errors/problem.ts'

export type PlainObject = Readonly<Record<string, unknown>>

/** Has keys of its own to read: not a list, not a function, not a promise, not a date. */
export function isPlainObject(value: unknown): value is PlainObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return !(value instanceof Promise) && !(value instanceof Date)
}

/** What a refusal says beyond its rule's own words; `path` starts at the refused value. */
export interface Refusal extends Partial<Omit<Problem, 'path'>> {
  /** What was found, where it is not the value of the leaf itself. */
  readonly value?: unknown
  readonly path?: readonly PropertyKey[]
}

/** Adds a problem; a value may have several. Its result is never used, since the config is refused. */
export type Refuse = (refusal?: Refusal) => never

/** What every issue of ours carries, so that problems can be made of it (see problems.ts). */
export type IssueDetail =
  | { readonly allowed: string; readonly value: unknown; readonly found?: string; readonly hint?: string }
  | { readonly knownKeys: readonly string[] }

/** One rule of the config: in words (`allowed`), and as a function that reads the value or refuses it. */
export function leaf<T>(allowed: string, read: (value: unknown, refuse: Refuse) => T): z.ZodType<T> {
  return z.unknown().transform((value, context) => read(value, refusing(context, allowed, value)))
}

/** A rule that takes a value as it is, or refuses it. */
export function only<T>(allowed: string, fits: (value: unknown) => value is T): z.ZodType<T> {
  return leaf(allowed, (value, refuse) => (fits(value) ? value : refuse()))
}

/** A rule over values that each passed their own, such as one key against another. */
export function together<T, U>(schema: z.ZodType<T>, read: (value: T, refuse: Refuse) => U): z.ZodType<U> {
  return schema.transform((value, context) => read(value, refusing(context, '', value)))
}

/** The rule depends on the value's shape. Unlike with `z.union`, the problems speak only of the shape meant. */
export function choose<T>(pick: (value: unknown) => z.ZodType<T>): z.ZodType<T> {
  return z.unknown().transform((value, context): T => {
    const result = pick(value).safeParse(value)
    if (result.success) return result.data
    for (const issue of result.error.issues) context.issues.push({ ...issue, input: value } as z.core.$ZodRawIssue)
    return z.NEVER
  })
}

/** A schema that is made when it is needed first, and then kept: making one takes longer than a check. */
export function made<T>(make: () => z.ZodType<T>): () => z.ZodType<T> {
  let schema: z.ZodType<T> | undefined
  return () => {
    schema ??= make()
    return schema
  }
}

export function listOf<T>(allowed: string, each: z.ZodType<T>): z.ZodType<T[]> {
  const list = only(allowed, (value): value is T[] => Array.isArray(value))
  return choose((value) => (Array.isArray(value) ? z.array(each) : list))
}

type Section<Shape extends z.core.$ZodShape> = z.ZodType<z.output<z.ZodObject<Shape, z.core.$strict>>>

/** An object with these keys and no others; each unknown key is a problem of its own. */
export function section<Shape extends z.core.$ZodShape>(shape: Shape, absent: Refusal = {}): Section<Shape> {
  const params: IssueDetail = { knownKeys: Object.keys(shape) }
  const unknownKey = z.unknown().transform((_value, context) => {
    context.addIssue({ code: 'custom', message: 'unknown key', params })
    return z.NEVER
  })
  return plainObject('an object', absent).pipe(z.object(shape).catchall(unknownKey)) as unknown as Section<Shape>
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

function refusing(context: z.RefinementCtx, allowed: string, value: unknown): Refuse {
  return ({ path = [], ...said } = {}) => {
    const params: IssueDetail = { value, allowed, ...said }
    context.addIssue({ code: 'custom', message: params.allowed, path: [...path], params })
    return z.NEVER
  }
}
