CREATE TABLE "spenddown_reading" (
    "vendor" TEXT NOT NULL,
    "at" BIGINT NOT NULL,
    "balance" BIGINT NOT NULL,
    "spent" BIGINT NOT NULL,
    "reset_at" BIGINT NOT NULL,

    PRIMARY KEY ("vendor", "at")
) WITHOUT ROWID;
