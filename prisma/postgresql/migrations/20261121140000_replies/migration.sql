CREATE TABLE "spenddown"."reply_page" (
    "run_no" INTEGER NOT NULL,
    "checkpoint" INTEGER NOT NULL,
    "part" INTEGER NOT NULL,
    "stamped_at" BIGINT NOT NULL,
    "expires_at" BIGINT NOT NULL,
    "calls" INTEGER NOT NULL,
    "not_refreshed" TEXT NOT NULL,
    "body" BYTEA NOT NULL,

    CONSTRAINT "reply_page_pkey" PRIMARY KEY ("run_no","checkpoint","part")
);

CREATE INDEX "reply_page_expires_at_idx" ON "spenddown"."reply_page"("expires_at");
