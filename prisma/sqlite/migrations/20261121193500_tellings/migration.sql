CREATE TABLE "spenddown_telling" (
    "vendor" TEXT NOT NULL,
    "hearer" TEXT NOT NULL,
    "credits" BIGINT NOT NULL,
    "until" BIGINT NOT NULL,

    PRIMARY KEY ("vendor", "hearer")
);
