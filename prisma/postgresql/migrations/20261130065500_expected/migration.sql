ALTER TABLE "spenddown"."run" ADD COLUMN "expected" TEXT;
