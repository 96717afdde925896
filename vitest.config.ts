import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Processes are really killed and clocks are real: on a busy machine a test may run out of time once, not twice.
    retry: 1,
    globalSetup: ['test/support/services.ts'],
    reporters: ['default', './test/support/last-line-reporter.ts'],
  },
})
