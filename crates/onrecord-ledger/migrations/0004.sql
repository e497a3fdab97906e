-- Entities across reports: whom reports mean by their names.

CREATE TABLE entity (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- What is compared of it, as JSON: its names, its offices, and what its reports are about.
    known TEXT NOT NULL,
    -- In how many reports it stands, by their newest versions.
    reports INTEGER NOT NULL DEFAULT 0,
    -- The entity that it is, as a person says.
    same INTEGER REFERENCES entity
) STRICT;
CREATE INDEX entity_by_reports ON entity (reports DESC, id) WHERE reports > 0 AND same IS NULL;
CREATE INDEX entity_same ON entity (same) WHERE same IS NOT NULL;

-- Under which keys an entity is found.
CREATE TABLE entity_posting (
    key INTEGER NOT NULL,
    entity INTEGER NOT NULL,
    PRIMARY KEY (key, entity)
) STRICT, WITHOUT ROWID;

-- The versions whose entities are among these: the newest.
CREATE TABLE placing (
    version INTEGER PRIMARY KEY REFERENCES version
) STRICT;

-- Whom they mean.
CREATE TABLE naming (
    version INTEGER NOT NULL REFERENCES version,
    -- 4 of the record's `e4`.
    number INTEGER NOT NULL,
    -- The fullest name in the report.
    name TEXT NOT NULL,
    -- NULL where it cannot be told which of several.
    entity INTEGER REFERENCES entity,
    PRIMARY KEY (version, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX naming_of_entity ON naming (entity) WHERE entity IS NOT NULL;

-- What a person says of entities: that `other` is `entity`, or that part of `other` is `entity`.
CREATE TABLE entity_ruling (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    entity INTEGER NOT NULL REFERENCES entity,
    other INTEGER NOT NULL REFERENCES entity,
    person TEXT NOT NULL,
    at INTEGER NOT NULL,
    why TEXT,
    undone INTEGER
) STRICT;
-- Which part: what one report calls so, or any report if `report` is NULL.
CREATE TABLE parted (
    ruling INTEGER NOT NULL REFERENCES entity_ruling,
    report INTEGER REFERENCES report,
    name TEXT NOT NULL
) STRICT;
CREATE INDEX parted_name ON parted (name);

-- Readings that others have taken the place of. Nothing here changes once it is written.
CREATE TABLE reading_before (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL REFERENCES version,
    -- What read it, the SHA-256 of the record's JSON, and that JSON, packed with zstd beside the original.
    reader TEXT NOT NULL,
    record_hash BLOB NOT NULL,
    record BLOB NOT NULL,
    -- When another took its place, in seconds since 1970.
    until INTEGER NOT NULL
) STRICT;
CREATE INDEX reading_before_of ON reading_before (version);
