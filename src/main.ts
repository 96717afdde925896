#!/usr/bin/env node
import { main } from './cli/main.ts'

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
