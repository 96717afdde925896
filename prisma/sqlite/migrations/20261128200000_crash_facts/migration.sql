-- A crash is a fact until the run that crashed has been taken up again; a call's id is its own for good.

ALTER TABLE "spenddown_run" ADD COLUMN "abandoned_at" BIGINT;

ALTER TABLE "spenddown_call" ADD COLUMN "nonce" TEXT NOT NULL DEFAULT '';

ALTER TABLE "spenddown_call" ADD COLUMN "crashes" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "spenddown_call" ADD COLUMN "made_of" TEXT;

ALTER TABLE "spenddown_call" ADD COLUMN "token" BIGINT NOT NULL DEFAULT 0;
