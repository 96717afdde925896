import { InputError, messageOf } from '../domain/errors.ts'

/** The JSON of a flag. */
export function parseWhereFlag(text: string, path = '--where'): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const allowed = 'JSON, such as \'{"country":"US"}\''
    const hint = `It could not be read: ${messageOf(error)}.`
    throw new InputError('JSON_INVALID', [{ path, found: text, allowed, hint }])
  }
}
