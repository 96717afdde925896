ALTER TABLE "spenddown"."run" ADD COLUMN     "changes" TEXT;
