-- spenddown's first tables, in its own schema. By hand beyond what the schema says: item and call leave room in
-- each page, so that a row is updated where it stands.

CREATE TABLE "spenddown"."account" (
    "vendor" TEXT NOT NULL,
    "token" BIGINT NOT NULL DEFAULT 0,
    "holder" TEXT,
    "machine" TEXT,
    "pid" INTEGER,
    "process_started_at" TEXT,
    "expires_at" BIGINT NOT NULL DEFAULT 0,
    "expected" BIGINT,
    "reported" BIGINT,
    "reported_at" BIGINT,

    CONSTRAINT "account_pkey" PRIMARY KEY ("vendor")
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
    "cursor" INTEGER NOT NULL DEFAULT 0,
    "last_call" INTEGER NOT NULL DEFAULT 0,
    "checkpoint" INTEGER NOT NULL DEFAULT 0,
    "canary_done" BOOLEAN NOT NULL DEFAULT false,
    "created_at" BIGINT NOT NULL,
    "ended_at" BIGINT,
    "active_ms" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "run_pkey" PRIMARY KEY ("no")
);

CREATE TABLE "spenddown"."item" (
    "run_no" INTEGER NOT NULL,
    "seq" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "refreshed_at" TEXT,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "reason" TEXT,

    CONSTRAINT "item_pkey" PRIMARY KEY ("run_no", "seq")
) WITH (fillfactor = 70);

CREATE TABLE "spenddown"."call" (
    "run_no" INTEGER NOT NULL,
    "n" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "items" TEXT NOT NULL,
    "reservation" BIGINT NOT NULL,
    "cost" BIGINT,
    "status" INTEGER,
    "opened_at" BIGINT NOT NULL,

    CONSTRAINT "call_pkey" PRIMARY KEY ("run_no", "n")
) WITH (fillfactor = 70);

CREATE TABLE "spenddown"."memory" (
    "vendor" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "tried_at" BIGINT NOT NULL,
    "outcome" TEXT NOT NULL,
    "paid_at" BIGINT,
    "cool_down_until" BIGINT,

    CONSTRAINT "memory_pkey" PRIMARY KEY ("vendor", "source", "key")
);

CREATE TABLE "spenddown"."requested_key" (
    "run_no" INTEGER NOT NULL,
    "key" TEXT NOT NULL,

    CONSTRAINT "requested_key_pkey" PRIMARY KEY ("run_no", "key")
);

CREATE UNIQUE INDEX "run_id_key" ON "spenddown"."run"("id");

CREATE INDEX "run_vendor_job_idx" ON "spenddown"."run"("vendor", "job");
