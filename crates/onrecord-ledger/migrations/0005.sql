-- Review goes through the whole ledger, from least sure to most; what is split off a merged entity goes back to where it was.

-- How sure the reading is of a statement, 0 to 1, for as long as it waits for a person: it is one of the newest version, and
-- nobody has said anything of it. Below 0 where the record must be asked, which writers do when they open a ledger.
ALTER TABLE statement ADD COLUMN waits REAL;
UPDATE statement SET waits = -1 WHERE version IN (SELECT current FROM report);
CREATE INDEX statement_waits ON statement (waits, id) WHERE waits IS NOT NULL;

-- To whom it belonged before.
ALTER TABLE parted ADD COLUMN before INTEGER REFERENCES entity;
