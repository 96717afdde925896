// Threads begin in plain JavaScript: this one hands over to TypeScript.
import { createJiti } from 'jiti'

await createJiti(import.meta.url).import('./worker.ts')
