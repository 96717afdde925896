CREATE TABLE "spenddown_outlook" (
    "vendor" VARCHAR(128) NOT NULL,
    "account" VARCHAR(100) NOT NULL,
    "looked_at" BIGINT NOT NULL,
    "next_look_at" BIGINT NOT NULL,
    "fingerprint" VARCHAR(64) NOT NULL,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "due" BOOLEAN NOT NULL,
    "latest_safe_start" BIGINT NULL,
    "at_stake" BIGINT NULL,
    "shown" LONGTEXT NOT NULL,

    PRIMARY KEY ("vendor")
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_nopad_bin;
