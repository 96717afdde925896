import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import type { LeaseHolder } from '../refresh/ports/lease.ts'

export function thisProcess(holder: string): LeaseHolder {
  return { holder, machine: machineName(), pid: process.pid, processStartedAt: startOf(process.pid) ?? '' }
}

/** True if that process of this machine is alive: the same process id, begun at the same time. */
export function isAlive(holder: LeaseHolder): boolean {
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  const start = startOf(holder.pid)
  return start === null || holder.processStartedAt === '' || start === holder.processStartedAt
}

/** The machine and its process-id space since it booted: a container has process ids of its own. */
function machineName(): string {
  return [hostname(), read('/proc/sys/kernel/random/boot_id'), read('/proc/self/ns/pid', readlinkSync)]
    .filter(Boolean)
    .join('/')
}

/** When the process began, in the kernel's ticks; null where the system does not tell (not Linux) or it is a zombie. */
function startOf(pid: number): string | null {
  const stat = read(`/proc/${pid}/stat`)
  if (stat === null) return null
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' ? 'ended' : (fields[19] ?? null)
}

function read(path: string, reading: (path: string) => string = textOf): string | null {
  try {
    return reading(path)
  } catch {
    return null
  }
}

function textOf(file: string): string {
  return readFileSync(file, 'utf8').trim()
}
