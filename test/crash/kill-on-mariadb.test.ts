import { describe } from 'vitest'
import { databases } from '../support/databases.ts'
import { killAndResume } from './kill-and-resume.ts'

describe.skipIf(!databases.includes('mysql'))('MariaDB', () => killAndResume('mysql'))
