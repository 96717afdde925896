-- What a run's balances show beyond its books; and which request a record was paid for with.

ALTER TABLE "spenddown"."run" ADD COLUMN "drift" BIGINT NOT NULL DEFAULT 0;

ALTER TABLE "spenddown"."memory" ADD COLUMN "paid_for" TEXT;
