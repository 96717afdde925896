ALTER TABLE "spenddown_run" ADD COLUMN "expected" TEXT;
