import { expect, test } from 'vitest'
import { mapper } from './mapping.ts'

type Data = { readonly title?: string; readonly tags?: readonly string[] }
const encode = (values: Readonly<Record<string, unknown>>) => ({ values: values as never })
const mapped = (update: Parameters<typeof mapper>[0], data: unknown, record = {}) =>
  mapper(update, encode)(data, record)
const DATA: Data = { title: 'new', tags: ['a'] }

test.each<[string, Parameters<typeof mapper>[0]]>([
  ['its parameters are swapped', { title: (_record: Data, data: Data) => data.title }],
  ['it is a constant that takes data', { at: (_data: Data) => 'now' }],
  ['it is a constant beside a mistyped path', { title: 'titel', at: (_data: Data) => new Date(0) }],
])('a function that reads nothing of the data proves nothing, where %s', (_, update) => {
  expect(mapped(update, DATA, { title: 'old' })).toMatchObject({
    kind: 'unusable',
    reason: expect.stringContaining('(data, record), in this order'),
  })
})

test.each<[string, (...given: never[]) => unknown]>([
  ['takes it apart', ({ title }: Data) => title],
  ['asks what it has', (data: Data) => 'title' in data],
  ['lists it', (data: Data) => Object.keys(data)],
  ['returns it', (data: Data) => data],
  ['returns it inside', (data: Data) => ({ kept: [data] })],
  ['clones it', (data: Data) => structuredClone(data)],
])('one that %s reads it', (_, read) => {
  expect(mapped({ x: read }, DATA)).toMatchObject({ kind: 'values' })
})

test.each(['text', 7, true, new Map()])('data that is no object counts as read: %s', (data) => {
  expect(mapped({ x: (given: unknown) => (given === data ? 'same' : 'another') }, data)).toMatchObject({
    values: { x: 'same' },
  })
})

test('a function that never finds anything is told of as a path is', () => {
  const update = {
    a: 'title',
    b: (data: { titel?: string }) => data.titel,
    c: (data: { titel?: string }) => data.titel ?? null,
    d: (data: { titel?: string }) => `${data.titel}`,
  }
  expect(mapped(update, DATA)).toMatchObject({
    values: { a: 'new', c: null, d: 'undefined' },
    missing: ['records.update.b: its function', 'records.update.c: its function', 'records.update.d: its function'],
  })
})
