/** What an order by gain does on the table as it is, by what was seen so far. */
export interface GainPlan {
  /** Looks at records, all groups together; `needed`: from so many on the order goes by them. */
  readonly looks: number
  readonly needed: number
  /** 'stalest-first' while there are too few looks. */
  readonly order: 'gain' | 'stalest-first'
  /** Share of the looks that show a change where there was none. */
  readonly noise: number
  /**
   * The share of the table that the figures are from, since it is too large to be read whole: records are selected by a
   * cut of their age for each group. Null: all of it is read, and each record has its exact place.
   */
  readonly sampled: number | null
  /** The groups in which most records wait, and how many there are in all. */
  readonly groups: readonly GainGroup[]
  readonly allGroups: number
  /** What the next records come to in either order, by the model; null: there are too few looks. */
  readonly next: {
    readonly records: number
    readonly byGain: Expected
    readonly stalestFirst: Expected
    /** By how much more days right, as a share. */
    readonly gains: number
    /** It gains so little that stalest first is as good. */
    readonly stalestIsAsGood: boolean
  } | null
}

export interface GainGroup {
  /** Column to value, as text. */
  readonly group: Readonly<Record<string, string>>
  readonly looks: number
  readonly changed: number
  /** Null: too few looks. */
  readonly changesAYear: number | null
  readonly waiting: number
  /** How many of them are likely wrong; null likewise. */
  readonly likelyWrong: number | null
}

export interface Expected {
  /** Records that the vendor has, and that are wrong now. */
  readonly corrections: number
  /** By weight: what the refreshes add to the days on which records are right. */
  readonly daysRight: number
}

/** Why a record is where it is in an order by gain. */
export interface RecordGain {
  readonly key: string
  readonly job: string
  /** Null: it is not eligible, or on cool-down. */
  readonly waits: {
    /** Null: never refreshed. */
    readonly ageDays: number | null
    readonly changesAYear: number
    readonly likelyWrong: number
    /** Share of the tries of records like it in which the vendor has it. */
    readonly match: number
    readonly weight: number
    readonly gain: number
    /** In the order by gain, and stalest first; 1 is the first of `of`. */
    readonly place: number
    readonly stalestPlace: number
    readonly of: number
    /** The record's own looks. */
    readonly looks: number
    readonly changed: number
  } | null
  readonly group: GainGroup | null
}

/** Under this share, stalest first is as good. */
export const WORTH_IT = 0.03
