CREATE TABLE "spenddown"."change" (
    "run_no" INTEGER NOT NULL,
    "seq" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "changed" TEXT NOT NULL,

    CONSTRAINT "change_pkey" PRIMARY KEY ("run_no","seq","key")
);
