-- Matters: claims of several reports that put forward, deny or doubt the same thing. The unit is a proposition: "24 killed
-- and 249 injured" is one claim, and bears on two matters.

-- What is compared of a version's propositions, packed.
CREATE TABLE matching (
    version INTEGER PRIMARY KEY REFERENCES version,
    report BLOB NOT NULL
) STRICT;

-- A matter. Most stand in one report alone; what is summed up here is filled for those that stand in more.
CREATE TABLE matter (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- How many reports it stands in.
    reports INTEGER NOT NULL DEFAULT 1,
    gist TEXT,
    -- How many independent origins it has, and how many pairs of members contradict each other.
    origins INTEGER,
    contradictions INTEGER,
    -- The first and the last day of publication, in days since 1970.
    first INTEGER,
    last INTEGER
) STRICT;
CREATE INDEX matter_by_reports ON matter (reports, id) WHERE reports > 1;

-- The propositions of the newest versions.
CREATE TABLE proposition (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL REFERENCES version,
    claim INTEGER NOT NULL REFERENCES claim,
    -- Which part of the claim, 0 the whole, and which of the version's propositions.
    part INTEGER NOT NULL,
    place INTEGER NOT NULL,
    matter INTEGER NOT NULL REFERENCES matter
) STRICT;
CREATE INDEX proposition_of_matter ON proposition (matter);
CREATE INDEX proposition_of_version ON proposition (version);
CREATE INDEX proposition_of_claim ON proposition (claim);

-- Under which keys a matter is found by propositions that may belong to it.
CREATE TABLE posting (
    key INTEGER NOT NULL,
    matter INTEGER NOT NULL,
    PRIMARY KEY (key, matter)
) STRICT, WITHOUT ROWID;

-- What a person says of matters: that two are one, or that claims make up one of their own.
CREATE TABLE ruling (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    -- The matter that its claims belong to.
    matter INTEGER NOT NULL REFERENCES matter,
    person TEXT NOT NULL,
    at INTEGER NOT NULL,
    why TEXT,
    undone INTEGER
) STRICT;
CREATE TABLE ruled (
    ruling INTEGER NOT NULL REFERENCES ruling,
    claim INTEGER NOT NULL,
    part INTEGER NOT NULL,
    -- The matter that it belonged to before.
    before INTEGER NOT NULL REFERENCES matter,
    PRIMARY KEY (ruling, claim, part)
) STRICT, WITHOUT ROWID;
CREATE INDEX ruled_claim ON ruled (claim, part);
