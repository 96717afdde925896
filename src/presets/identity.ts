import type { AnyRecord } from '../config/vendor-types.ts'
import type { PresetOptions } from './preset-options.ts'

/**
 * What a request says of whom it asks for: the identity's parts that are there.
 *
 * @throws TypeError where none is: nothing is sent then, and the record fails with this message.
 */
export function identifier<R extends object, Identity extends object>(
  identify: PresetOptions<R, Identity>['identify'],
  otherwise: (record: AnyRecord) => Identity,
): (record: R) => Readonly<Record<string, unknown>> {
  return (record) => {
    const identity = identify === undefined ? otherwise(record as AnyRecord) : identify(record)
    const parts = Object.entries(identity).filter(([, part]) => part !== undefined && part !== null && part !== '')
    if (parts.length === 0) throw new TypeError(`identify found none of ${Object.keys(identity).join(', ')}`)
    return Object.fromEntries(parts)
  }
}
