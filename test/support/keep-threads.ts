import { Thread } from '../../src/store/worker/thread.ts'

// Runs in the process of the tests have the database's thread, as they have where spenddown is installed; starting one
// costs half a second of a core, so a thread serves one run after another.
Thread.keepIdle()
