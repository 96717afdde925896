-- Records that share an item's request, and get its result. By hand beyond what the schema says: WITHOUT ROWID.

CREATE TABLE "spenddown_twin" (
    "run_no" INTEGER NOT NULL,
    "seq" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "refreshed_at" TEXT,

    PRIMARY KEY ("run_no", "seq", "key")
) WITHOUT ROWID;

ALTER TABLE "spenddown_run" ADD COLUMN "twins" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "spenddown_run" ADD COLUMN "saved" BIGINT NOT NULL DEFAULT 0;
