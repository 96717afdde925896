#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8'
import { main } from './cli/main.ts'

// V8 lets what is dead lie until the heap has doubled or more: after a few long replies that is 200 MiB.
setFlagsFromString('--heap-growing-percent=20')
// Prisma's query compiler is WebAssembly, of which a process needs little: compiling it once, and not again for speed,
// saves a short command a fifth of its work.
setFlagsFromString('--liftoff-only')

// A log that nobody reads, or whose disk is full, is no reason to leave calls behind that were sent.
process.stderr.on('error', () => {})
let unheard = false
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE') return
  unheard = true
  process.exitCode ||= 1
})

const code = await main({
  argv: process.argv.slice(2),
  noColor: (process.env.NO_COLOR ?? '') !== '',
  dumbTerminal: process.env.TERM === 'dumb',
  /** A second signal ends the process at once, which is as safe as a kill. */
  onSignals(stop) {
    let signals = 0
    const signal = () => {
      signals += 1
      if (signals > 1) process.exit(3)
      stop()
    }
    process.on('SIGINT', signal)
    process.on('SIGTERM', signal)
  },
})
// All is said and closed. Ending by itself, the process would wait for its compilers to finish code that nobody runs again.
await Promise.all(
  [process.stdout, process.stderr].map((stream) => new Promise<void>((done) => stream.write('', () => done()))),
)
process.exit(code === 0 && unheard ? 1 : code)
