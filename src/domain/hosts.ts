/** An address that nobody but this machine reaches. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}

/**
 * Whether a request names this machine. A page of another site can make a browser resolve that site's own name to
 * 127.0.0.1 (DNS rebinding), and read what is answered: but it cannot change the name that the browser sends.
 */
export function isOurName(hostHeader: string | undefined, port: number): boolean {
  const [, name, given] = /^(\[[\da-f:.]+\]|[^:[\]]+)(?::(\d+))?$/i.exec(hostHeader ?? '') ?? []
  return name !== undefined && isLoopback(name.toLowerCase()) && Number(given ?? 80) === port
}

/**
 * Whether a request goes by a name that is not this machine's own. An address is no name, and nobody can make one lead
 * elsewhere; browsers always say whom they ask.
 */
export function isForeignName(hostHeader: string | undefined): boolean {
  const host = (hostHeader ?? '').toLowerCase().replace(/:\d*$/, '')
  return host !== '' && !/^(\[.*\]|\d{1,3}(\.\d{1,3}){3}|(.+\.)?localhost)$/.test(host)
}
