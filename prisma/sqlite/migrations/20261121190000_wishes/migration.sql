ALTER TABLE "spenddown_run" ADD COLUMN "wish" TEXT;
