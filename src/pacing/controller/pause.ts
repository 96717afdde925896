/** The longest pause at the vendor's request, ms: a misread reset must not stop a run for hours. */
export const LONGEST_PAUSE_MS = 15 * 60_000
