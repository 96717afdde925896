import { hostname, userInfo } from 'node:os'

/** Who the operating system says is at work: user@host. A container may have no name for its user. */
export function whoIsHere(): string {
  return `${userName()}@${hostname()}`
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    return `uid ${process.getuid?.() ?? '?'}`
  }
}
