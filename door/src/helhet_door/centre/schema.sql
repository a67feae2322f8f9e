-- What the centre keeps beside the rows of the boxes. Cards stand as tags; numbers only sealed (seal.py).
CREATE TABLE IF NOT EXISTS users (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    role TEXT NOT NULL CHECK (role IN ('staff', 'supervisor', 'auditor')),
    password TEXT NOT NULL,
    language TEXT NOT NULL DEFAULT 'sv',
    disabled INTEGER NOT NULL DEFAULT 0,
    must_change INTEGER NOT NULL DEFAULT 1
) STRICT;

-- Who did or looked at what. Rows are added; they go when they are old, and never change.
CREATE TABLE IF NOT EXISTS audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    user TEXT NOT NULL,
    role TEXT NOT NULL,
    action TEXT NOT NULL,
    branch TEXT NOT NULL DEFAULT '',
    tag TEXT NOT NULL DEFAULT '',
    subject TEXT NOT NULL DEFAULT '', -- the user acted on
    detail TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX IF NOT EXISTS audit_at ON audit (at);
CREATE TRIGGER IF NOT EXISTS audit_is_written_once BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the log is written once'); END;

CREATE TABLE IF NOT EXISTS agreements (
    tag TEXT PRIMARY KEY,
    sealed BLOB NOT NULL,
    version INTEGER NOT NULL,
    of_age_on TEXT,
    consent INTEGER NOT NULL,
    assistive INTEGER NOT NULL,
    protected INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS suspensions (tag TEXT PRIMARY KEY, last TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS staff_cards (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tag TEXT NOT NULL UNIQUE,
    sealed BLOB NOT NULL,
    kind TEXT NOT NULL,
    first TEXT NOT NULL,
    last TEXT NOT NULL,
    start INTEGER NOT NULL, -- minutes after local midnight
    end INTEGER NOT NULL,
    pin TEXT NOT NULL, -- scrypt
    disarms INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS staff_branches (
    card INTEGER NOT NULL REFERENCES staff_cards (id) ON DELETE CASCADE,
    branch TEXT NOT NULL,
    PRIMARY KEY (card, branch)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS exceptions (
    branch TEXT NOT NULL, day TEXT NOT NULL, hours TEXT NOT NULL, PRIMARY KEY (branch, day)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS locks (branch TEXT PRIMARY KEY, at TEXT NOT NULL, user TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS agreement_versions (
    version INTEGER PRIMARY KEY, first TEXT NOT NULL, reference TEXT NOT NULL
) STRICT;

-- The rules as last signed, one row a branch. ``digest`` is over all but the serial and the time.
CREATE TABLE IF NOT EXISTS compiled (
    branch TEXT PRIMARY KEY, serial INTEGER NOT NULL, digest TEXT NOT NULL, made TEXT NOT NULL,
    body BLOB NOT NULL, signature BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- What each box last said of itself.
CREATE TABLE IF NOT EXISTS boxes (
    branch TEXT PRIMARY KEY, at TEXT NOT NULL, serial INTEGER NOT NULL, health TEXT NOT NULL, refused TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Openings of a pseudonym, from the request to the one time that the answer is shown.
CREATE TABLE IF NOT EXISTS openings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    branch TEXT NOT NULL,
    passage TEXT NOT NULL,
    passed TEXT NOT NULL, -- when, UTC
    reason TEXT NOT NULL,
    reference TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'ready', 'refused', 'shown')),
    decided_by TEXT NOT NULL DEFAULT ''
) STRICT;

-- Grows with every change of what is compiled into rules, so that nobody has to remember to say so.
CREATE TABLE IF NOT EXISTS changes (one INTEGER PRIMARY KEY CHECK (one = 1), number INTEGER NOT NULL) STRICT;
INSERT OR IGNORE INTO changes VALUES (1, 0);
