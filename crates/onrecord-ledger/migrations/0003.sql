-- What is compared of a report became smaller by two thirds and is made anew where it is not there; candidates are found by
-- what whole reports are about, and no longer by each proposition. Writers fill `matching` and `about` when they open a ledger.

-- The numbers of matters that turned out to be another stay, and name it.
ALTER TABLE matter ADD COLUMN became INTEGER;

CREATE TABLE compared (
    version INTEGER NOT NULL REFERENCES version,
    -- Which of the version's propositions, and which part of which claim, 0 the whole.
    place INTEGER NOT NULL,
    claim INTEGER NOT NULL,
    part INTEGER NOT NULL,
    matter INTEGER NOT NULL REFERENCES matter,
    PRIMARY KEY (version, place)
) STRICT, WITHOUT ROWID;
INSERT INTO compared SELECT version, place, claim, part, matter FROM proposition ORDER BY version, place;
DROP TABLE proposition;
ALTER TABLE compared RENAME TO proposition;
CREATE INDEX proposition_of_matter ON proposition (matter);

DROP TABLE posting;
DELETE FROM matching;

-- Under which keys the newest versions are found by reports that may tell of the same, day by day.
CREATE TABLE about (
    key INTEGER NOT NULL,
    -- The day of publication, in days since 1970; far before all others where it is not known.
    day INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (key, day, version)
) STRICT, WITHOUT ROWID;

-- Without it, SQLite looks through all reports for those whose newest version an inserted one is.
CREATE INDEX report_current ON report (current);

CREATE INDEX ruling_of_matter ON ruling (matter);
-- A list of matters is the beginning of one of these.
DROP INDEX matter_by_reports;
CREATE INDEX matter_by_reports ON matter (reports DESC, id) WHERE reports > 1;
CREATE INDEX matter_by_origins ON matter (origins DESC, reports DESC, id) WHERE reports > 1;
CREATE INDEX matter_by_day ON matter (last DESC, reports DESC, id) WHERE reports > 1;
