ALTER TABLE "spenddown_run" ADD COLUMN "expected" LONGTEXT NULL;
