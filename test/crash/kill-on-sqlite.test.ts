import { killAndResume } from './kill-and-resume.ts'

killAndResume('sqlite')
