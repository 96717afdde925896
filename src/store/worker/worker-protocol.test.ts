import { expect, test } from 'vitest'
import {
  DatabaseSetBackError,
  DatabaseUnavailableError,
  InputError,
  LeaseHeldError,
  LeaseLostError,
  LedgerError,
  NotDueError,
  SpenddownError,
} from '../../domain/errors/errors.ts'
import { receiveError, sendError } from './thread.ts'

const overThread = (error: unknown) => receiveError(structuredClone(sendError(error)))

test.each([
  new SpenddownError('DATABASE_OLDER', 'older'),
  new InputError('CONFIG_INVALID', [{ path: 'records.key', found: '"x"', allowed: 'a column' }]),
  new LeaseHeldError('held'),
  new LeaseLostError('lost'),
  new DatabaseUnavailableError('away'),
  new DatabaseSetBackError(),
  new LedgerError('not covered'),
])('$name is the same error on the other side', (error) => {
  const received = overThread(error)
  expect(received).toBeInstanceOf(error.constructor)
  expect(received).toBeInstanceOf(Error)
  const { name, message, stack, code } = error
  expect(received).toMatchObject({ name, message, stack, code })
  expect((received as InputError).problems).toEqual((error as InputError).problems)
})

test('an error of ours that no caller of a store tells apart keeps its code', () => {
  expect(overThread(new NotDueError('done'))).toMatchObject({ name: 'NotDueError', code: 'NOT_DUE', message: 'done' })
  expect(overThread(new NotDueError('done'))).toBeInstanceOf(SpenddownError)
})

test('any other error keeps its name and its words', () => {
  expect(overThread(new TypeError('x is not a function'))).toMatchObject({
    name: 'TypeError',
    message: 'x is not a function',
  })
  expect(overThread('gone')).toMatchObject({ name: 'Error', message: 'gone' })
  expect(overThread(new TypeError('x'))).not.toBeInstanceOf(SpenddownError)
})
