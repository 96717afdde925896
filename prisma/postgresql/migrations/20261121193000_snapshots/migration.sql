CREATE TABLE "spenddown"."snapshot" (
    "run_no" INTEGER NOT NULL,
    "checkpoint" INTEGER NOT NULL,
    "at" BIGINT NOT NULL,
    "active_ms" BIGINT NOT NULL,
    "refreshed" INTEGER NOT NULL,
    "not_found" INTEGER NOT NULL,
    "failed" INTEGER NOT NULL,
    "unknown_items" INTEGER NOT NULL,
    "superseded" INTEGER NOT NULL,
    "spent" BIGINT NOT NULL,
    "unknown" BIGINT NOT NULL,
    "calls_sent" INTEGER NOT NULL,
    "calls_throttled" INTEGER NOT NULL,
    "calls_failed" INTEGER NOT NULL,
    "calls_unknown" INTEGER NOT NULL,
    "pace" TEXT NOT NULL,
    "latencies" TEXT NOT NULL,

    CONSTRAINT "snapshot_pkey" PRIMARY KEY ("run_no","checkpoint")
);
