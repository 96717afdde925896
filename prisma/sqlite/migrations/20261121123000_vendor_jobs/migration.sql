-- The vendor's job that a call was taken as.

ALTER TABLE "spenddown_call" ADD COLUMN "vendor_job" TEXT;
