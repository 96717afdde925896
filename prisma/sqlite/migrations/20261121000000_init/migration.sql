-- spenddown's first tables. By hand beyond what the schema says: item, call, memory and requested_key are
-- WITHOUT ROWID, so that each has one b-tree, in the order in which it is read.

CREATE TABLE "spenddown_account" (
    "vendor" TEXT NOT NULL PRIMARY KEY,
    "token" BIGINT NOT NULL DEFAULT 0,
    "holder" TEXT,
    "machine" TEXT,
    "pid" INTEGER,
    "process_started_at" TEXT,
    "expires_at" BIGINT NOT NULL DEFAULT 0,
    "expected" BIGINT,
    "reported" BIGINT,
    "reported_at" BIGINT
);

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
    "cursor" INTEGER NOT NULL DEFAULT 0,
    "last_call" INTEGER NOT NULL DEFAULT 0,
    "checkpoint" INTEGER NOT NULL DEFAULT 0,
    "canary_done" BOOLEAN NOT NULL DEFAULT false,
    "created_at" BIGINT NOT NULL,
    "ended_at" BIGINT,
    "active_ms" BIGINT NOT NULL DEFAULT 0
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

CREATE TABLE "spenddown_call" (
    "run_no" INTEGER NOT NULL,
    "n" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "items" TEXT NOT NULL,
    "reservation" BIGINT NOT NULL,
    "cost" BIGINT,
    "status" INTEGER,
    "opened_at" BIGINT NOT NULL,

    PRIMARY KEY ("run_no", "n")
) WITHOUT ROWID;

CREATE TABLE "spenddown_memory" (
    "vendor" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "tried_at" BIGINT NOT NULL,
    "outcome" TEXT NOT NULL,
    "paid_at" BIGINT,
    "cool_down_until" BIGINT,

    PRIMARY KEY ("vendor", "source", "key")
) WITHOUT ROWID;

CREATE TABLE "spenddown_requested_key" (
    "run_no" INTEGER NOT NULL,
    "key" TEXT NOT NULL,

    PRIMARY KEY ("run_no", "key")
) WITHOUT ROWID;

CREATE UNIQUE INDEX "spenddown_run_id_key" ON "spenddown_run"("id");

CREATE INDEX "spenddown_run_vendor_job_idx" ON "spenddown_run"("vendor", "job");
