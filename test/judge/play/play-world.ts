import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { micro } from '../credits.ts'
import type { Step, World } from '../world/world.ts'
import type { Evidence } from './evidence.ts'
import { gather, playFinale } from './finale.ts'
import { Game } from './game.ts'

/** Plays a world from its first process to its last, and answers what there is to see then. */
export async function playWorld(world: World, folder: string): Promise<Evidence> {
  const game = new Game(world, folder)
  try {
    await game.open()
    let backupAt = 0
    for (const step of world.script) {
      if (step.do === 'backup') backupAt = Date.now()
      await playStep(game, step, backupAt)
    }
    const finaleAt = Date.now()
    const runs = await playFinale(game)
    return await gather(game, runs, finaleAt)
  } finally {
    writeFileSync(join(folder, 'bill.json'), JSON.stringify(game.vendor.bill, null, 1))
    writeFileSync(join(folder, 'incidents.json'), JSON.stringify({ incidents: game.incidents, changes: game.changes }))
    await game.close()
  }
}

async function playStep(game: Game, step: Step, backupAt: number): Promise<void> {
  if (step.do === 'others-spend') return game.vendor.bill.spendOfOthers(micro(step.credits))
  if (step.do === 'backup') {
    game.note('backup', '')
    return game.database.backup()
  }
  if (step.do === 'restore') {
    if (backupAt === 0) return
    game.note('restore', '')
    game.setBacks.push({ from: Date.now(), to: backupAt })
    return game.database.restore()
  }
  const child = game.start(step.args)
  game.stage.enter(child, step.events)
  await game.awaitEnd(child)
  await game.stage.leave()
}
