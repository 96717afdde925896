CREATE TABLE "spenddown"."telling" (
    "vendor" TEXT NOT NULL,
    "hearer" TEXT NOT NULL,
    "credits" BIGINT NOT NULL,
    "until" BIGINT NOT NULL,

    CONSTRAINT "telling_pkey" PRIMARY KEY ("vendor","hearer")
);
