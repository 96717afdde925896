/**
 * What is wrong with the path that a function of the config gave, or null. It goes right behind the base URL, where
 * ".example" or "@example" would name another host, which would get the credentials.
 */
export function pathProblem(path: unknown): string | null {
  if (typeof path !== 'string') return 'no path'
  return path === '' || path.startsWith('/') || path.startsWith('?') ? null : "a path that does not start with '/'"
}
