/** How long ago a record was refreshed by its `refreshedAt` as spenddown keeps it, ms; null: never; undefined: not told. */
export function ageOf(selectedAt: string | null, now: number): number | null | undefined {
  if (selectedAt === null) return null
  const at = /^-?\d+$/.test(selectedAt) ? Number(selectedAt) : Date.parse(inUtc(selectedAt))
  return Number.isFinite(at) ? Math.max(0, now - at) : undefined
}

/** SQLite's texts are of UTC where they do not say otherwise; JavaScript would take them for local time. */
function inUtc(text: string): string {
  return /\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/.test(text) ? `${text.replace(' ', 'T')}Z` : text
}
