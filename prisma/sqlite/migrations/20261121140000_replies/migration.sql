CREATE TABLE "spenddown_reply_page" (
    "run_no" INTEGER NOT NULL,
    "checkpoint" INTEGER NOT NULL,
    "part" INTEGER NOT NULL,
    "stamped_at" BIGINT NOT NULL,
    "expires_at" BIGINT NOT NULL,
    "calls" INTEGER NOT NULL,
    "not_refreshed" TEXT NOT NULL,
    "body" BLOB NOT NULL,

    PRIMARY KEY ("run_no", "checkpoint", "part")
);

CREATE INDEX "spenddown_reply_page_expires_at_idx" ON "spenddown_reply_page"("expires_at");
