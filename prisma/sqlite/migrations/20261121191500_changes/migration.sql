ALTER TABLE "spenddown_run" ADD COLUMN "changes" TEXT;
