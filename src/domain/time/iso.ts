/** An instant (epoch ms) as ISO 8601 in UTC. */
export function iso(at: number): string {
  return new Date(at).toISOString()
}
