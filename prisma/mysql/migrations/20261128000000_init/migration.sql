-- By hand: Prisma's engine writes none for MySQL without a binary. A statement changes one thing, since each commits by itself.
-- Texts are compared by their bytes, trailing blanks and all: MySQL and MariaDB have a name of their own for that.

CREATE TABLE "spenddown_account" (
    "vendor" VARCHAR(128) NOT NULL,
    "lease_token" BIGINT NOT NULL DEFAULT 0,
    "lease_expires_at" BIGINT NOT NULL DEFAULT 0,
    "holder" LONGTEXT NULL,
    "machine" LONGTEXT NULL,
    "pid" INTEGER NULL,
    "process_started_at" LONGTEXT NULL,
    "expected_balance" BIGINT NULL,
    "doubted_balance" BIGINT NOT NULL DEFAULT 0,
    "reported_balance" BIGINT NULL,
    "reported_at" BIGINT NULL,
    "pace" LONGTEXT NULL,
    "found_with" LONGTEXT NULL,
    "scheduler_seen_at" BIGINT NULL,
    "scheduler_every_ms" BIGINT NULL,

    PRIMARY KEY ("vendor")
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE "spenddown_balance_reading" (
    "vendor" VARCHAR(128) NOT NULL,
    "at" BIGINT NOT NULL,
    "balance" BIGINT NOT NULL,
    "spent" BIGINT NOT NULL,
    "reset_at" BIGINT NOT NULL,

    PRIMARY KEY ("vendor", "at")
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE "spenddown_run" (
    "no" INTEGER NOT NULL AUTO_INCREMENT,
    "id" VARCHAR(64) NOT NULL,
    "job" VARCHAR(191) NOT NULL,
    "vendor" VARCHAR(128) NOT NULL,
    "source" VARCHAR(136) NOT NULL,
    "status" VARCHAR(20) NOT NULL,
    "stop_reason" LONGTEXT NULL,
    "detail" LONGTEXT NULL,
    "spec" LONGTEXT NOT NULL,
    "spec_hash" LONGTEXT NOT NULL,
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
    "ended_at" BIGINT NULL,
    "abandoned_at" BIGINT NULL,
    "active_ms" BIGINT NOT NULL DEFAULT 0,
    "duplicates" INTEGER NOT NULL DEFAULT 0,
    "saved" BIGINT NOT NULL DEFAULT 0,
    "drift" BIGINT NOT NULL DEFAULT 0,
    "changes" LONGTEXT NULL,
    "control_request" LONGTEXT NULL,
    "warnings" LONGTEXT NULL,
    "pruned_at" BIGINT NULL,

    PRIMARY KEY ("no"),
    UNIQUE INDEX "spenddown_run_id_key" ("id"),
    INDEX "spenddown_run_vendor_job_idx" ("vendor", "job")
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

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
    "pace" LONGTEXT NOT NULL,
    "latencies" LONGTEXT NOT NULL,

    PRIMARY KEY ("run_no", "checkpoint")
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE "spenddown_item" (
    "run_no" INTEGER NOT NULL,
    "seq" INTEGER NOT NULL,
    "key" VARCHAR(500) NOT NULL,
    "refreshed_at" VARCHAR(64) NULL,
    "state" VARCHAR(20) NOT NULL DEFAULT 'pending',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "reason" LONGTEXT NULL,

    PRIMARY KEY ("run_no", "seq")
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE "spenddown_duplicate" (
    "run_no" INTEGER NOT NULL,
    "seq" INTEGER NOT NULL,
    "key" VARCHAR(500) NOT NULL,
    "refreshed_at" VARCHAR(64) NULL,

    PRIMARY KEY ("run_no", "seq", "key")
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE "spenddown_call" (
    "run_no" INTEGER NOT NULL,
    "n" INTEGER NOT NULL,
    "nonce" VARCHAR(40) NOT NULL DEFAULT '',
    "state" VARCHAR(20) NOT NULL,
    "items" LONGTEXT NOT NULL,
    "reservation" BIGINT NOT NULL,
    "cost" BIGINT NULL,
    "status" INTEGER NULL,
    "opened_at" BIGINT NOT NULL,
    "vendor_job" LONGTEXT NULL,
    "reason" LONGTEXT NULL,
    "request_inputs" LONGTEXT NULL,
    "lease_token" BIGINT NOT NULL DEFAULT 0,
    "crashes" INTEGER NOT NULL DEFAULT 0,

    PRIMARY KEY ("run_no", "n")
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE "spenddown_change" (
    "run_no" INTEGER NOT NULL,
    "seq" INTEGER NOT NULL,
    "key" VARCHAR(500) NOT NULL,
    "changed" LONGTEXT NOT NULL,

    PRIMARY KEY ("run_no", "seq", "key")
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE "spenddown_decision" (
    "run_no" INTEGER NOT NULL,
    "n" INTEGER NOT NULL,
    "verdict" VARCHAR(20) NOT NULL,
    "held" BIGINT NOT NULL,
    "cost" BIGINT NOT NULL,
    "decided_by" LONGTEXT NOT NULL,
    "decided_at" BIGINT NOT NULL,

    PRIMARY KEY ("run_no", "n")
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE "spenddown_memory" (
    "vendor" VARCHAR(128) NOT NULL,
    "source" VARCHAR(136) NOT NULL,
    "key" VARCHAR(500) NOT NULL,
    "tried_at" BIGINT NOT NULL,
    "outcome" VARCHAR(20) NOT NULL,
    "paid_at" BIGINT NULL,
    "paid_for" LONGTEXT NULL,
    "cool_down_until" BIGINT NULL,
    "looks" INTEGER NOT NULL DEFAULT 0,
    "changed" INTEGER NOT NULL DEFAULT 0,
    "unchanged_ms" BIGINT NOT NULL DEFAULT 0,
    "changed_ms" BIGINT NOT NULL DEFAULT 0,
    "found" INTEGER NOT NULL DEFAULT 0,
    "missed" INTEGER NOT NULL DEFAULT 0,

    PRIMARY KEY ("vendor", "source", "key")
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE "spenddown_sent_notice" (
    "vendor" VARCHAR(128) NOT NULL,
    "recipient" VARCHAR(64) NOT NULL,
    "credits" BIGINT NOT NULL,
    "reset_at" BIGINT NOT NULL,

    PRIMARY KEY ("vendor", "recipient")
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE "spenddown_requested_key" (
    "run_no" INTEGER NOT NULL,
    "key" VARCHAR(500) NOT NULL,

    PRIMARY KEY ("run_no", "key")
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE "spenddown_reply_page" (
    "run_no" INTEGER NOT NULL,
    "checkpoint" INTEGER NOT NULL,
    "part" INTEGER NOT NULL,
    "stamped_at" BIGINT NOT NULL,
    "expires_at" BIGINT NOT NULL,
    "calls" INTEGER NOT NULL,
    "not_refreshed" LONGTEXT NOT NULL,
    "body" LONGBLOB NOT NULL,

    PRIMARY KEY ("run_no", "checkpoint", "part"),
    INDEX "spenddown_reply_page_expires_at_idx" ("expires_at")
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE "spenddown_import" (
    "path" VARCHAR(600) NOT NULL,
    "source" VARCHAR(136) NOT NULL,
    "identity" LONGTEXT NOT NULL,
    "token" LONGTEXT NOT NULL,
    "batch" INTEGER NOT NULL DEFAULT 0,
    "next_byte" BIGINT NOT NULL DEFAULT 0,
    "next_line" BIGINT NOT NULL DEFAULT 1,
    "header" LONGTEXT NULL,
    "read" BIGINT NOT NULL DEFAULT 0,
    "inserted" BIGINT NOT NULL DEFAULT 0,
    "changed" BIGINT NOT NULL DEFAULT 0,
    "unchanged" BIGINT NOT NULL DEFAULT 0,
    "rejected" BIGINT NOT NULL DEFAULT 0,
    "skipped" BIGINT NOT NULL DEFAULT 0,
    "rejects_file" LONGTEXT NOT NULL,
    "rejects_bytes" BIGINT NOT NULL DEFAULT 0,
    "started_at" BIGINT NOT NULL,
    "updated_at" BIGINT NOT NULL,
    "ended_at" BIGINT NULL,
    "active_ms" BIGINT NOT NULL DEFAULT 0,

    PRIMARY KEY ("path", "source")
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_nopad_bin;
