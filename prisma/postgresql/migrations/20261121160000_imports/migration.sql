-- How far each file of people has been read.

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
