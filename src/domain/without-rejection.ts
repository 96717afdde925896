/**
 * What a config's function answered. A promise is of no use to anyone who asks for a value, and its rejection would end the
 * process: an `async` function that fails costs what any other nonsense costs.
 */
export function withoutRejection<T>(answered: T): T {
  if (answered instanceof Promise) answered.catch(() => {})
  return answered
}
