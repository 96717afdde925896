import { describe } from 'vitest'
import { databases } from '../support/databases/databases.ts'
import { killAndResume } from './support/kill-and-resume.ts'

describe.skipIf(!databases.includes('mysql'))('MariaDB', () => killAndResume('mysql'))
