-- The pace that a vendor was found to bear, so that the next run begins near it.

ALTER TABLE "spenddown_account" ADD COLUMN "pace" TEXT;
