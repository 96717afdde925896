/**
 * What a config's function answered. A promise is of no use to anyone who asks for a value, and its rejection would end the
 * process: an `async` function that fails costs what any other nonsense costs.
 */
export function withoutRejection<T>(answered: T): T {
  if (answered instanceof Promise) answered.catch(() => {})
  return answered
}

/** A part of the config, in which the same is done for every function, also in the parts that it has. */
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
