import { expect, test } from 'vitest'
import { pathProblem } from './request-path.ts'

test.each(['/v1/enrich', '/', '//double', '?email=a', ''])('%j stays on the host of the base URL', (path) => {
  expect(pathProblem(path)).toBeNull()
  expect(new URL(`https://api.acme.example${path}`).host).toBe('api.acme.example')
})

test.each(['@other.example/', '.other.example/', ':8443/', 'https://other.example/', 'v1/enrich'])(
  '%j is refused',
  (path) => {
    expect(pathProblem(path)).toBe("a path that does not start with '/'")
  },
)

test.each([undefined, null, 5])('%j is no path', (path) => {
  expect(pathProblem(path)).toBe('no path')
})
