-- Records that share an item's request, and get its result.

CREATE TABLE "spenddown"."twin" (
    "run_no" INTEGER NOT NULL,
    "seq" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "refreshed_at" TEXT,

    CONSTRAINT "twin_pkey" PRIMARY KEY ("run_no", "seq", "key")
);

ALTER TABLE "spenddown"."run" ADD COLUMN "twins" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "spenddown"."run" ADD COLUMN "saved" BIGINT NOT NULL DEFAULT 0;
