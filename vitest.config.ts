import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    pool: 'forks',
    // More than cores: most of them wait for a vendor, a reset or a process most of the time.
    maxWorkers: 4,
    // Nothing is timed by these: a machine that does ten other things takes ten times as long to start a process.
    testTimeout: 90_000,
    hookTimeout: 90_000,
    projects: [
      // What fails here once is wrong: nothing is left to chance but the seeds of properties, and they are to be looked at.
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts'],
          exclude: ['src/vendors/**', 'src/**/*.http.test.ts'],
          retry: 0,
          // Modules have no state: a process loads each once, whatever file of tests it comes to next.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'whole',
          include: ['test/**/*.test.ts', 'src/vendors/**/*.test.ts', 'src/**/*.http.test.ts'],
          // Processes are really killed and clocks are real: on a busy machine a test may run out of time once, not twice.
          retry: 1,
        },
      },
    ],
    globalSetup: ['test/support/services.ts'],
    reporters: ['default', './test/support/last-line-reporter.ts'],
  },
})
