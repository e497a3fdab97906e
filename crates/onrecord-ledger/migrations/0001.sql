-- Reports, their versions, and what was read in each. Ids are never used again, so that a number that somebody noted
-- down means the same thing for ever.

-- An article, known by its address if it has one, else by its content.
CREATE TABLE report (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    url TEXT UNIQUE,
    -- Its newest version.
    current INTEGER NOT NULL REFERENCES version DEFERRABLE INITIALLY DEFERRED
) STRICT;

-- What stood there at one time. Nothing here changes once it is written, but for the columns from `reader` on.
CREATE TABLE version (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    report INTEGER NOT NULL REFERENCES report,
    -- 1, 2, … of its report.
    number INTEGER NOT NULL,
    -- SHA-256 of the bytes.
    hash BLOB NOT NULL UNIQUE,
    -- Where it was found, in words.
    place TEXT NOT NULL,
    -- What came with the bytes, as JSON: enough to read them again.
    given TEXT NOT NULL,
    -- When it was added, in seconds since 1970.
    added INTEGER NOT NULL,
    -- What read it.
    reader TEXT NOT NULL,
    -- SHA-256 of the record's JSON.
    record_hash BLOB NOT NULL,
    title TEXT,
    publisher TEXT,
    -- The day of publication, in days since 1970.
    day INTEGER,
    UNIQUE (report, number)
) STRICT;

-- The bytes as they came, packed with zstd.
CREATE TABLE original (
    version INTEGER PRIMARY KEY REFERENCES version,
    bytes BLOB NOT NULL
) STRICT;

-- The record as JSON, packed with zstd. It holds the text.
CREATE TABLE reading (
    version INTEGER PRIMARY KEY REFERENCES version,
    record BLOB NOT NULL
) STRICT;

-- The statements of every version; what the record says of them in full stands in the record.
CREATE TABLE statement (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL REFERENCES version,
    -- 3 of the record's `s3`.
    number INTEGER NOT NULL,
    -- The statement of the version before that this one repeats, word for word: what a person says of that one holds
    -- of this one too.
    follows INTEGER REFERENCES statement,
    -- What is done by saying it, after a person's corrections.
    act TEXT,
    -- On whose word, outermost first, as a JSON array, after a person's corrections.
    chain TEXT NOT NULL,
    -- Whether a person has struck it out.
    struck INTEGER NOT NULL DEFAULT 0,
    UNIQUE (version, number)
) STRICT;

-- The claims of every version, those of the statements and those that the paper makes in its own voice. A statement
-- without content has one entry here too, with its cue for words, so that silence can be found.
CREATE TABLE claim (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL REFERENCES version,
    -- NULL for the paper's own voice.
    statement INTEGER REFERENCES statement,
    -- 2 of the record's `s3.2`, 5 of `r5`, 0 for a statement without content.
    number INTEGER NOT NULL,
    -- Where it stands in the text, in code points.
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    text TEXT NOT NULL,
    -- FactBank's value, after a person's corrections.
    certainty TEXT,
    -- The day on which it was said, else on which it was published, in days since 1970.
    day INTEGER,
    -- The claim of the version before that this one continues, and whether its words or anything else about it changed.
    follows INTEGER REFERENCES claim,
    altered INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX claim_of_version ON claim (version);
CREATE INDEX claim_of_statement ON claim (statement);
CREATE INDEX claim_follows ON claim (follows) WHERE follows IS NOT NULL;
CREATE INDEX statement_follows ON statement (follows) WHERE follows IS NOT NULL;

-- Full text of the claims of the newest versions. The rowid is the day and the claim (`found::rowid`), so that the
-- newest come first without sorting, and a range of days is a range of rows. `tags` holds what a search filters by in
-- words of its own (`found::Tag`).
CREATE VIRTUAL TABLE found USING fts5 (
    words, who, paper, tags,
    content = '', contentless_delete = 1, tokenize = 'porter unicode61 remove_diacritics 2'
);

-- What a person says against the machine. It is never changed but for `undone`.
CREATE TABLE correction (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    statement INTEGER NOT NULL,
    -- The words that it is about, and where they stand: they find the statement again after another reading.
    version INTEGER NOT NULL REFERENCES version,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    text TEXT NOT NULL,
    -- What is corrected (`act`, `source`, `certainty`, `struck`), of which claim (0 for the statement), and to what.
    field TEXT NOT NULL,
    claim INTEGER NOT NULL,
    value TEXT,
    -- Who, when (in seconds since 1970), and why.
    person TEXT NOT NULL,
    at INTEGER NOT NULL,
    why TEXT,
    -- When it was taken back.
    undone INTEGER
) STRICT;
CREATE INDEX correction_of_statement ON correction (statement);
