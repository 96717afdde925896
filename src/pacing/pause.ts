/** The longest that a vendor's word is taken for, ms: a reset read wrongly must not stop the night. */
export const LONGEST_PAUSE_MS = 15 * 60_000
