ALTER TABLE "spenddown"."run" ADD COLUMN     "wish" TEXT;
