/** A config function's result. If it is a promise, its rejection is caught: unhandled, it would end the process. */
export function withoutRejection<T>(answered: T): T {
  if (answered instanceof Promise) answered.catch(() => {})
  return answered
}

/** A part of the config with all its functions guarded in this way, also those in its own parts. */
export function withoutRejections<T extends object>(part: T): T {
  const guarded = Object.entries(part).map(([name, value]) => {
    if (typeof value === 'function') return [name, (...given: unknown[]) => withoutRejection(value.apply(part, given))]
    return [name, isPlain(value) ? withoutRejections(value) : value]
  })
  return Object.fromEntries(guarded) as T
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
