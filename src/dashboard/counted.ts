import { figure } from '../domain/figure.ts'

/** "1 credit", "1,200 credits". */
export function counted(amount: number, thing: string): string {
  return `${figure(amount)} ${thing}${amount === 1 ? '' : 's'}`
}
