CREATE TABLE "spenddown_outlook" (
    "vendor" TEXT NOT NULL PRIMARY KEY,
    "account" TEXT NOT NULL,
    "looked_at" BIGINT NOT NULL,
    "next_look_at" BIGINT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "due" BOOLEAN NOT NULL,
    "latest_safe_start" BIGINT,
    "at_stake" BIGINT,
    "shown" TEXT NOT NULL
);
