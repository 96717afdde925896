/** Random numbers from 0 to 1, the same for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

type Random = () => number
/** What is used on the next day. */
type Habit = (weekend: boolean) => number

/** How a daily load may behave; each draws its own figures. For tests: what a reserve is held against. */
export const HABITS: Readonly<Record<string, (random: Random) => Habit>> = {
  even: (random) => scattered(random, 50 + random() * 450, 0.05 + random() * 0.4),
  'less at weekends': (random) => {
    const share = random() * 0.5
    const day = scattered(random, 50 + random() * 450, 0.05 + random() * 0.3)
    return (weekend) => (weekend ? share : 1) * day(weekend)
  },
  'long tail': (random) => {
    const [mean, spread] = [50 + random() * 450, 0.2 + random() * 0.8]
    return () => mean * Math.exp(spread * normal(random) - spread ** 2 / 2)
  },
  'now and then much more': (random) => {
    const [mean, chance, times] = [50 + random() * 300, 0.03 + random() * 0.15, 2 + random() * 4]
    return () => mean * (0.8 + 0.4 * random()) * (random() < chance ? times : 1)
  },
  'not every day': (random) => {
    const [mean, chance] = [50 + random() * 450, 0.3 + random() * 0.6]
    return () => (random() < chance ? mean * (0.5 + random()) : 0)
  },
  'always the same': (random) => {
    const mean = 10 + random() * 490
    return () => mean
  },
  'level that wanders': (random) => {
    let mean = 100 + random() * 300
    const spread = 0.1 + random() * 0.2
    return () => {
      mean *= Math.exp(0.02 * normal(random))
      return Math.max(0, mean * (1 + spread * normal(random)))
    }
  },
  grows: (random) => {
    let mean = 100 + random() * 300
    const [spread, growth] = [0.1 + random() * 0.2, random() * 0.005]
    return () => {
      mean *= 1 + growth
      return Math.max(0, mean * (1 + spread * normal(random)))
    }
  },
}

function scattered(random: Random, mean: number, spread: number): Habit {
  return () => Math.max(0, mean * (1 + spread * normal(random)))
}

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
