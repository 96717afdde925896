import { killAndResume } from './support/kill-and-resume.ts'

killAndResume('sqlite')
