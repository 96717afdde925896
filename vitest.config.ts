import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    pool: 'forks',
    // More than cores: most of them wait for a vendor, a reset or a process most of the time.
    maxWorkers: 3,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Processes are really killed and clocks are real: on a busy machine a test may run out of time once, not twice.
    retry: 1,
    globalSetup: ['test/support/services.ts'],
    reporters: ['default', './test/support/last-line-reporter.ts'],
  },
})
