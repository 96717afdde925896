/** fetch hides what happened in the cause; neither names the URL. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  const code = cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : undefined
  return code ?? (error instanceof Error ? error.message : String(error))
}
