-- What a ledger of an older form may lack of its newest versions, by the table that has it. Writers fill it when they open a
-- ledger, some reports at a time, and take its row out when nothing is left; so that who opens a ledger need not look.
CREATE TABLE lacking (
    what TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
INSERT INTO lacking VALUES ('matching'), ('placing');
