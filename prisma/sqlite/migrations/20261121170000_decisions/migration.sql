-- What people have decided of unknown calls, why a call is unknown, and which runs' items are gone. By hand beyond
-- what the schema says: WITHOUT ROWID.

ALTER TABLE "spenddown_call" ADD COLUMN "reason" TEXT;

ALTER TABLE "spenddown_run" ADD COLUMN "pruned_at" BIGINT;

CREATE TABLE "spenddown_decision" (
    "run_no" INTEGER NOT NULL,
    "n" INTEGER NOT NULL,
    "decided" TEXT NOT NULL,
    "held" BIGINT NOT NULL,
    "cost" BIGINT NOT NULL,
    "decided_by" TEXT NOT NULL,
    "decided_at" BIGINT NOT NULL,

    PRIMARY KEY ("run_no", "n")
) WITHOUT ROWID;
