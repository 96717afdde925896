/**
 * What is wrong with a path that a config function returned; null: nothing. The path is appended to the base URL, where
 * ".example" or "@example" would point to another host and send it the credentials.
 */
export function pathProblem(path: unknown): string | null {
  if (typeof path !== 'string') return 'no path'
  return path === '' || path.startsWith('/') || path.startsWith('?') ? null : "a path that does not start with '/'"
}
