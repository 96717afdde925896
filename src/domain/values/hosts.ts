/** True for an address that is reachable from this machine only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}

/**
 * True if a request's Host header names this machine. A web page can make its own host name resolve to 127.0.0.1 (DNS
 * rebinding) and read our answers, but it cannot change the name that the browser sends.
 */
export function isOurName(hostHeader: string | undefined, port: number): boolean {
  const [, name, given] = /^(\[[\da-f:.]+\]|[^:[\]]+)(?::(\d+))?$/i.exec(hostHeader ?? '') ?? []
  return name !== undefined && isLoopback(name.toLowerCase()) && Number(given ?? 80) === port
}

/**
 * True if a request's Host header is a name other than localhost. IP addresses are allowed, since they cannot be rebound;
 * so is a missing header, since browsers always send one.
 */
export function isForeignName(hostHeader: string | undefined): boolean {
  const host = (hostHeader ?? '').toLowerCase().replace(/:\d*$/, '')
  return host !== '' && !/^(\[.*\]|\d{1,3}(\.\d{1,3}){3}|(.+\.)?localhost)$/.test(host)
}

/** Headers that only proxies add. */
const PROXYS =
  /^(forwarded|via|x-forwarded(-.+)?|x-(real|client|cluster-client|original)-?(ip|host|url|uri)|true-client-ip|(cf|x-envoy|x-amzn)-.+)$/i

/**
 * Whether a request shows that a proxy passed it on. Browsers never speak HTTP/1.0; nginx does, to what it stands before.
 * A proxy that leaves no sign cannot be told from a browser.
 */
export function isForwarded(headers: Readonly<Record<string, string>>, httpVersion?: string): boolean {
  return httpVersion === '1.0' || Object.keys(headers).some((name) => PROXYS.test(name))
}
