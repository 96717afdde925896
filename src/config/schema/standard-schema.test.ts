import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { soundConfig, withValue } from '../../../test/support/config/sound-config.ts'
import type { StandardSchema } from '../options/vendor-types.ts'
import { resolveConfig } from '../resolve-config.ts'
import { checkWith } from './standard-schema.ts'

const person = z.object({ job: z.object({ title: z.string() }), tags: z.array(z.object({ id: z.coerce.number() })) })

/** A schema of no library: as an object, or as a function with properties, as arktype's are. */
const schema = (validate: StandardSchema['~standard']['validate']): StandardSchema => ({
  '~standard': { version: 1, vendor: 'test', validate },
})

describe('a Standard Schema', () => {
  test('passes data on as it makes it', () => {
    const data = { job: { title: 'Engineer' }, tags: [{ id: '7' }], more: true }
    expect(checkWith(person)(data)).toEqual({ data: { job: { title: 'Engineer' }, tags: [{ id: 7 }] } })
  })

  test.each([
    [{ job: { title: 7 }, tags: [] }, 'job.title'],
    [{ job: { title: 'x' }, tags: [{ id: 1 }, { id: 'no' }] }, 'tags.1.id'],
    ['text', 'data'],
  ])('%j fails at %s', (data, path) => {
    expect(checkWith(person)(data)).toEqual({ invalid: { path, problem: expect.stringMatching(/^Invalid input/) } })
  })

  test('tells a path whose parts are objects, as valibot has them', () => {
    const issue = { message: 'no', path: [{ key: 'a' }, { key: 0 }, 'b'] }
    expect(checkWith(schema(() => ({ issues: [issue] })))({})).toEqual({ invalid: { path: 'a.0.b', problem: 'no' } })
  })

  test('that is asynchronous, or throws, fails the data and nothing else', () => {
    const later = schema(() => Promise.reject(new Error('later')))
    expect(checkWith(later)({})).toMatchObject({ invalid: { problem: expect.stringContaining('asynchronous') } })
    const throws = schema(() => {
      throw new Error('oh')
    })
    expect(checkWith(throws)({})).toEqual({ invalid: { path: 'data', problem: 'the schema threw: oh' } })
  })

  test('may be a function, and what is none is refused', () => {
    const config = (response: unknown) => resolveConfig(withValue(soundConfig(), ['vendor', 'response'], response))
    expect(
      config(
        Object.assign(
          () => true,
          schema(() => ({ value: 1 })),
        ),
      ),
    ).toHaveProperty('config')
    for (const none of [() => true, {}, 'zod', { '~standard': {} }]) {
      expect(config(none)).toMatchObject({
        problems: [{ path: 'vendor.response', allowed: expect.stringContaining('Standard Schema') }],
      })
    }
  })
})
