CREATE TABLE "spenddown"."reading" (
    "vendor" TEXT NOT NULL,
    "at" BIGINT NOT NULL,
    "balance" BIGINT NOT NULL,
    "spent" BIGINT NOT NULL,
    "reset_at" BIGINT NOT NULL,

    CONSTRAINT "reading_pkey" PRIMARY KEY ("vendor","at")
);
