-- By hand beyond what the schema says: a table with a key of several columns is WITHOUT ROWID, so that it has one b-tree, in
-- the order in which it is read; but for those of few or large rows (snapshot, sent_notice, reply_page).

CREATE TABLE "spenddown_account" (
    "vendor" TEXT NOT NULL PRIMARY KEY,
    "lease_token" BIGINT NOT NULL DEFAULT 0,
    "lease_expires_at" BIGINT NOT NULL DEFAULT 0,
    "holder" TEXT,
    "machine" TEXT,
    "pid" INTEGER,
    "process_started_at" TEXT,
    "expected_balance" BIGINT,
    "doubted_balance" BIGINT NOT NULL DEFAULT 0,
    "reported_balance" BIGINT,
    "reported_at" BIGINT,
    "pace" TEXT,
    "found_with" TEXT,
    "scheduler_seen_at" BIGINT,
    "scheduler_every_ms" BIGINT
);

CREATE TABLE "spenddown_balance_reading" (
    "vendor" TEXT NOT NULL,
    "at" BIGINT NOT NULL,
    "balance" BIGINT NOT NULL,
    "spent" BIGINT NOT NULL,
    "reset_at" BIGINT NOT NULL,

    PRIMARY KEY ("vendor", "at")
) WITHOUT ROWID;

CREATE TABLE "spenddown_run" (
    "no" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "id" TEXT NOT NULL,
    "job" TEXT NOT NULL,
    "vendor" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "stop_reason" TEXT,
    "detail" TEXT,
    "spec" TEXT NOT NULL,
    "spec_hash" TEXT NOT NULL,
    "budget" BIGINT NOT NULL,
    "reserve" BIGINT NOT NULL,
    "spent" BIGINT NOT NULL DEFAULT 0,
    "held" BIGINT NOT NULL DEFAULT 0,
    "unknown" BIGINT NOT NULL DEFAULT 0,
    "selected" INTEGER NOT NULL DEFAULT 0,
    "cooling_down" INTEGER NOT NULL DEFAULT 0,
    "selected_all" BOOLEAN NOT NULL DEFAULT false,
    "refreshed" INTEGER NOT NULL DEFAULT 0,
    "not_found" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "unknown_items" INTEGER NOT NULL DEFAULT 0,
    "superseded" INTEGER NOT NULL DEFAULT 0,
    "calls_sent" INTEGER NOT NULL DEFAULT 0,
    "calls_throttled" INTEGER NOT NULL DEFAULT 0,
    "calls_failed" INTEGER NOT NULL DEFAULT 0,
    "calls_unknown" INTEGER NOT NULL DEFAULT 0,
    "last_item" INTEGER NOT NULL DEFAULT 0,
    "last_call" INTEGER NOT NULL DEFAULT 0,
    "checkpoint" INTEGER NOT NULL DEFAULT 0,
    "canary_done" BOOLEAN NOT NULL DEFAULT false,
    "created_at" BIGINT NOT NULL,
    "ended_at" BIGINT,
    "abandoned_at" BIGINT,
    "active_ms" BIGINT NOT NULL DEFAULT 0,
    "duplicates" INTEGER NOT NULL DEFAULT 0,
    "saved" BIGINT NOT NULL DEFAULT 0,
    "drift" BIGINT NOT NULL DEFAULT 0,
    "changes" TEXT,
    "control_request" TEXT,
    "warnings" TEXT,
    "pruned_at" BIGINT
);

CREATE TABLE "spenddown_snapshot" (
    "run_no" INTEGER NOT NULL,
    "checkpoint" INTEGER NOT NULL,
    "at" BIGINT NOT NULL,
    "active_ms" BIGINT NOT NULL,
    "refreshed" INTEGER NOT NULL,
    "not_found" INTEGER NOT NULL,
    "failed" INTEGER NOT NULL,
    "unknown_items" INTEGER NOT NULL,
    "superseded" INTEGER NOT NULL,
    "spent" BIGINT NOT NULL,
    "unknown" BIGINT NOT NULL,
    "calls_sent" INTEGER NOT NULL,
    "calls_throttled" INTEGER NOT NULL,
    "calls_failed" INTEGER NOT NULL,
    "calls_unknown" INTEGER NOT NULL,
    "pace" TEXT NOT NULL,
    "latencies" TEXT NOT NULL,

    PRIMARY KEY ("run_no", "checkpoint")
);

CREATE TABLE "spenddown_item" (
    "run_no" INTEGER NOT NULL,
    "seq" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "refreshed_at" TEXT,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "reason" TEXT,

    PRIMARY KEY ("run_no", "seq")
) WITHOUT ROWID;

CREATE TABLE "spenddown_duplicate" (
    "run_no" INTEGER NOT NULL,
    "seq" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "refreshed_at" TEXT,

    PRIMARY KEY ("run_no", "seq", "key")
) WITHOUT ROWID;

CREATE TABLE "spenddown_call" (
    "run_no" INTEGER NOT NULL,
    "n" INTEGER NOT NULL,
    "nonce" TEXT NOT NULL DEFAULT '',
    "state" TEXT NOT NULL,
    "items" TEXT NOT NULL,
    "reservation" BIGINT NOT NULL,
    "cost" BIGINT,
    "status" INTEGER,
    "opened_at" BIGINT NOT NULL,
    "vendor_job" TEXT,
    "reason" TEXT,
    "request_inputs" TEXT,
    "lease_token" BIGINT NOT NULL DEFAULT 0,
    "crashes" INTEGER NOT NULL DEFAULT 0,

    PRIMARY KEY ("run_no", "n")
) WITHOUT ROWID;

CREATE TABLE "spenddown_change" (
    "run_no" INTEGER NOT NULL,
    "seq" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "changed" TEXT NOT NULL,

    PRIMARY KEY ("run_no", "seq", "key")
) WITHOUT ROWID;

CREATE TABLE "spenddown_decision" (
    "run_no" INTEGER NOT NULL,
    "n" INTEGER NOT NULL,
    "verdict" TEXT NOT NULL,
    "held" BIGINT NOT NULL,
    "cost" BIGINT NOT NULL,
    "decided_by" TEXT NOT NULL,
    "decided_at" BIGINT NOT NULL,

    PRIMARY KEY ("run_no", "n")
) WITHOUT ROWID;

CREATE TABLE "spenddown_memory" (
    "vendor" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "tried_at" BIGINT NOT NULL,
    "outcome" TEXT NOT NULL,
    "paid_at" BIGINT,
    "paid_for" TEXT,
    "cool_down_until" BIGINT,
    "looks" INTEGER NOT NULL DEFAULT 0,
    "changed" INTEGER NOT NULL DEFAULT 0,
    "unchanged_ms" BIGINT NOT NULL DEFAULT 0,
    "changed_ms" BIGINT NOT NULL DEFAULT 0,
    "found" INTEGER NOT NULL DEFAULT 0,
    "missed" INTEGER NOT NULL DEFAULT 0,

    PRIMARY KEY ("vendor", "source", "key")
) WITHOUT ROWID;

CREATE TABLE "spenddown_sent_notice" (
    "vendor" TEXT NOT NULL,
    "recipient" TEXT NOT NULL,
    "credits" BIGINT NOT NULL,
    "reset_at" BIGINT NOT NULL,

    PRIMARY KEY ("vendor", "recipient")
);

CREATE TABLE "spenddown_requested_key" (
    "run_no" INTEGER NOT NULL,
    "key" TEXT NOT NULL,

    PRIMARY KEY ("run_no", "key")
) WITHOUT ROWID;

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

CREATE TABLE "spenddown_import" (
    "path" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "identity" TEXT NOT NULL,
    "token" TEXT NOT NULL,
    "batch" INTEGER NOT NULL DEFAULT 0,
    "next_byte" BIGINT NOT NULL DEFAULT 0,
    "next_line" BIGINT NOT NULL DEFAULT 1,
    "header" TEXT,
    "read" BIGINT NOT NULL DEFAULT 0,
    "inserted" BIGINT NOT NULL DEFAULT 0,
    "changed" BIGINT NOT NULL DEFAULT 0,
    "unchanged" BIGINT NOT NULL DEFAULT 0,
    "rejected" BIGINT NOT NULL DEFAULT 0,
    "skipped" BIGINT NOT NULL DEFAULT 0,
    "rejects_file" TEXT NOT NULL,
    "rejects_bytes" BIGINT NOT NULL DEFAULT 0,
    "started_at" BIGINT NOT NULL,
    "updated_at" BIGINT NOT NULL,
    "ended_at" BIGINT,
    "active_ms" BIGINT NOT NULL DEFAULT 0,

    PRIMARY KEY ("path", "source")
) WITHOUT ROWID;

CREATE UNIQUE INDEX "spenddown_run_id_key" ON "spenddown_run"("id");

CREATE INDEX "spenddown_run_vendor_job_idx" ON "spenddown_run"("vendor", "job");

CREATE INDEX "spenddown_reply_page_expires_at_idx" ON "spenddown_reply_page"("expires_at");
