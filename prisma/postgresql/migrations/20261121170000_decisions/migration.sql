-- What people have decided of unknown calls, why a call is unknown, and which runs' items are gone.

ALTER TABLE "spenddown"."call" ADD COLUMN "reason" TEXT;

ALTER TABLE "spenddown"."run" ADD COLUMN "pruned_at" BIGINT;

CREATE TABLE "spenddown"."decision" (
    "run_no" INTEGER NOT NULL,
    "n" INTEGER NOT NULL,
    "decided" TEXT NOT NULL,
    "held" BIGINT NOT NULL,
    "cost" BIGINT NOT NULL,
    "decided_by" TEXT NOT NULL,
    "decided_at" BIGINT NOT NULL,

    CONSTRAINT "decision_pkey" PRIMARY KEY ("run_no","n")
);
