CREATE TABLE "spenddown_change" (
    "run_no" INTEGER NOT NULL,
    "seq" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "changed" TEXT NOT NULL,

    PRIMARY KEY ("run_no", "seq", "key")
) WITHOUT ROWID;
