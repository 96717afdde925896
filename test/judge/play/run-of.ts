import type { Child } from './child.ts'

/** The run that a process worked on, as its log says; null where it did not come to that. */
export function runOf(child: Child): string | null {
  for (const line of child.stderr.split('\n')) {
    const runId = runIdIn(line)
    if (runId !== null) return runId
  }
  return null
}

function runIdIn(line: string): string | null {
  if (!line.startsWith('{')) return null
  try {
    const { runId } = JSON.parse(line)
    return typeof runId === 'string' ? runId : null
  } catch {
    // A process that was killed may have left half a line.
    return null
  }
}
