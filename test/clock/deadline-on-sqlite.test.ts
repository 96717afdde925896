import { atTheReset } from './at-the-reset.ts'

atTheReset('sqlite')
