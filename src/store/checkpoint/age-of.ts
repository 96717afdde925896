/** How long ago a record was refreshed, ms, by its `refreshedAt` as text; null: never; undefined: it is no instant. */
export function ageOf(selectedAt: string | null, now: number): number | null | undefined {
  if (selectedAt === null) return null
  const at = /^-?\d+$/.test(selectedAt) ? Number(selectedAt) : Date.parse(inUtc(selectedAt))
  return Number.isFinite(at) ? Math.max(0, now - at) : undefined
}

/** SQLite's texts are of UTC where they do not say otherwise; JavaScript would take them for local time. */
function inUtc(text: string): string {
  return /[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/.test(text) ? `${text.replace(' ', 'T')}Z` : text
}
