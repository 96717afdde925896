import * as z from 'zod'
import type { Problem } from '../domain/problem.ts'

/** What a refusal says beyond its rule's own words; `path` leads on from the value that was refused. */
export interface Refusal extends Partial<Omit<Problem, 'path'>> {
  /** What was found, where it is not the value of the leaf itself. */
  readonly value?: unknown
  readonly path?: readonly PropertyKey[]
}

/** Notes a problem; several may be noted of one value. What it returns is never seen: the config is refused. */
export type Refuse = (refusal?: Refusal) => never

/** What every issue of ours carries, so that problems can be made of it (see problems.ts). */
export type IssueDetail =
  | { readonly allowed: string; readonly value: unknown; readonly found?: string; readonly hint?: string }
  | { readonly knownKeys: readonly string[] }

/** One rule of the config: in words (`allowed`), and as a function that reads the value or refuses it. */
export function leaf<T>(allowed: string, read: (value: unknown, refuse: Refuse) => T): z.ZodType<T> {
  return z.unknown().transform((value, context) => read(value, refusing(context, allowed, value)))
}

/** A rule over values that each passed their own, such as one key against another. */
export function together<T, U>(schema: z.ZodType<T>, read: (value: T, refuse: Refuse) => U): z.ZodType<U> {
  return schema.transform((value, context) => read(value, refusing(context, '', value)))
}

/**
 * The rule for a value depends on the value's shape. Unlike with `z.union`, the problems speak only of the shape that
 * was meant.
 */
export function choose<T>(pick: (value: unknown) => z.ZodType<T>): z.ZodType<T> {
  return z.unknown().transform((value, context): T => {
    const result = pick(value).safeParse(value)
    if (result.success) return result.data
    for (const issue of result.error.issues) context.issues.push({ ...issue, input: value } as z.core.$ZodRawIssue)
    return z.NEVER
  })
}

function refusing(context: z.RefinementCtx, allowed: string, value: unknown): Refuse {
  return ({ path = [], ...said } = {}) => {
    const params: IssueDetail = { value, allowed, ...said }
    context.addIssue({ code: 'custom', message: params.allowed, path: [...path], params })
    return z.NEVER
  }
}
