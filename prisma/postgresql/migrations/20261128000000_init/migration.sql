-- By hand beyond what the schema says: item and call leave room in each page, so that a row is updated where it stands.

CREATE TABLE "spenddown"."account" (
    "vendor" TEXT NOT NULL,
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
    "scheduler_every_ms" BIGINT,

    CONSTRAINT "account_pkey" PRIMARY KEY ("vendor")
);

CREATE TABLE "spenddown"."balance_reading" (
    "vendor" TEXT NOT NULL,
    "at" BIGINT NOT NULL,
    "balance" BIGINT NOT NULL,
    "spent" BIGINT NOT NULL,
    "reset_at" BIGINT NOT NULL,

    CONSTRAINT "balance_reading_pkey" PRIMARY KEY ("vendor","at")
);

CREATE TABLE "spenddown"."run" (
    "no" SERIAL NOT NULL,
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
    "pruned_at" BIGINT,

    CONSTRAINT "run_pkey" PRIMARY KEY ("no")
);

CREATE TABLE "spenddown"."snapshot" (
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

    CONSTRAINT "snapshot_pkey" PRIMARY KEY ("run_no","checkpoint")
);

CREATE TABLE "spenddown"."item" (
    "run_no" INTEGER NOT NULL,
    "seq" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "refreshed_at" TEXT,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "reason" TEXT,

    CONSTRAINT "item_pkey" PRIMARY KEY ("run_no","seq")
) WITH (fillfactor = 70);

CREATE TABLE "spenddown"."duplicate" (
    "run_no" INTEGER NOT NULL,
    "seq" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "refreshed_at" TEXT,

    CONSTRAINT "duplicate_pkey" PRIMARY KEY ("run_no","seq","key")
);

CREATE TABLE "spenddown"."call" (
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

    CONSTRAINT "call_pkey" PRIMARY KEY ("run_no","n")
) WITH (fillfactor = 70);

CREATE TABLE "spenddown"."change" (
    "run_no" INTEGER NOT NULL,
    "seq" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "changed" TEXT NOT NULL,

    CONSTRAINT "change_pkey" PRIMARY KEY ("run_no","seq","key")
);

CREATE TABLE "spenddown"."decision" (
    "run_no" INTEGER NOT NULL,
    "n" INTEGER NOT NULL,
    "verdict" TEXT NOT NULL,
    "held" BIGINT NOT NULL,
    "cost" BIGINT NOT NULL,
    "decided_by" TEXT NOT NULL,
    "decided_at" BIGINT NOT NULL,

    CONSTRAINT "decision_pkey" PRIMARY KEY ("run_no","n")
);

CREATE TABLE "spenddown"."memory" (
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

    CONSTRAINT "memory_pkey" PRIMARY KEY ("vendor","source","key")
);

CREATE TABLE "spenddown"."sent_notice" (
    "vendor" TEXT NOT NULL,
    "recipient" TEXT NOT NULL,
    "credits" BIGINT NOT NULL,
    "reset_at" BIGINT NOT NULL,

    CONSTRAINT "sent_notice_pkey" PRIMARY KEY ("vendor","recipient")
);

CREATE TABLE "spenddown"."requested_key" (
    "run_no" INTEGER NOT NULL,
    "key" TEXT NOT NULL,

    CONSTRAINT "requested_key_pkey" PRIMARY KEY ("run_no","key")
);

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

CREATE TABLE "spenddown"."import" (
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

    CONSTRAINT "import_pkey" PRIMARY KEY ("path","source")
);

CREATE UNIQUE INDEX "run_id_key" ON "spenddown"."run"("id");

CREATE INDEX "run_vendor_job_idx" ON "spenddown"."run"("vendor", "job");

CREATE INDEX "reply_page_expires_at_idx" ON "spenddown"."reply_page"("expires_at");
