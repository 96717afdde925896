#!/usr/bin/env node
import { main } from './cli/main.ts'

/** Whoever reads along may leave (`| head`): nobody is there to be told, and the work goes on. */
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })

process.exitCode = await main({
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
