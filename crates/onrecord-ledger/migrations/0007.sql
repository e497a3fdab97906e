-- The matter in which a claim stood alone before a correction, or another reading, brought it elsewhere. Nothing is left in that
-- matter; should the claim come to stand alone again, it is there once more.
CREATE TABLE stood (
    claim INTEGER NOT NULL,
    part INTEGER NOT NULL,
    matter INTEGER NOT NULL REFERENCES matter,
    PRIMARY KEY (claim, part)
) STRICT, WITHOUT ROWID;
CREATE INDEX stood_matter ON stood (matter);
