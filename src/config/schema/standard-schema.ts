import type * as z from 'zod'
import { messageOf } from '../../domain/errors/errors.ts'
import type { StandardSchema } from '../options/vendor-types.ts'
import { leaf } from './values/leaf.ts'

/** A schema, as an object or as a function that is one (arktype's). */
export function standardSchema(): z.ZodType<StandardSchema> {
  return leaf('a Standard Schema, such as one of zod, valibot or arktype', (value, refuse) => {
    const there = (typeof value === 'object' && value !== null) || typeof value === 'function'
    const standard = there ? (value as Partial<StandardSchema>)['~standard'] : undefined
    return typeof standard?.validate === 'function' ? (value as StandardSchema) : refuse()
  })
}

/** What a schema says of data: the data as it makes it, or where it first fails. */
export function checkWith(schema: StandardSchema) {
  return (data: unknown) => {
    const result = validated(schema, data)
    if (result instanceof Promise) {
      result.catch(() => {})
      return { invalid: { path: 'data', problem: 'the schema is asynchronous; only synchronous ones can be used' } }
    }
    const [issue] = result.issues ?? []
    if (issue === undefined) return { data: (result as { readonly value: unknown }).value }
    const path = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.')
    return { invalid: { path: path === '' ? 'data' : path, problem: issue.message } }
  }
}

/** A schema's own functions (transforms, refinements) may throw. */
function validated(schema: StandardSchema, data: unknown): ReturnType<StandardSchema['~standard']['validate']> {
  try {
    return schema['~standard'].validate(data)
  } catch (error) {
    return { issues: [{ message: `the schema threw: ${messageOf(error)}` }] }
  }
}
