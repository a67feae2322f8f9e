"""Every table: those that box and centre share, and those of the box alone. docs/door/storage.md says what each is.

The checks are the last guard of privacy: a card number, a name or a PIN does not fit into a column of digits of a
pseudonym, of a word or of a time.
"""

from __future__ import annotations

#: "HDOR", in the header of every file of a box: a file of somebody else is never written to.
APPLICATION_ID = 0x48444F52


def _words(most: int) -> str:
    """A check that a column named ``{0}`` holds a word of lower case letters, digits and underlines."""
    return f"CHECK (length({{0}}) BETWEEN 1 AND {most} AND {{0}} NOT GLOB '*[^a-z0-9_]*')"


_HEX = "CHECK (length({0}) = 32 AND {0} NOT GLOB '*[^0-9a-f]*')"
_TIME = "CHECK ({0} GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z')"
_DAY = "CHECK ({0} GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]')"

#: The rows of the doors, for one branch or for many.
SHARED = (
    f"""CREATE TABLE IF NOT EXISTS passages (
        id TEXT PRIMARY KEY {_HEX.format("id")},
        branch TEXT NOT NULL CHECK (length(branch) <= 64),
        at TEXT NOT NULL {_TIME.format("at")},
        door TEXT NOT NULL CHECK (length(door) <= 64),
        reason TEXT NOT NULL {_words(40).format("reason")},
        tag TEXT {_HEX.format("tag")}
    ) STRICT""",
    "CREATE INDEX IF NOT EXISTS passages_at ON passages (branch, at)",
    """CREATE TABLE IF NOT EXISTS opened (
        passage TEXT PRIMARY KEY REFERENCES passages (id) ON DELETE CASCADE,
        opened INTEGER NOT NULL CHECK (opened IN (0, 1))
    ) STRICT""",
    f"""CREATE TABLE IF NOT EXISTS happenings (
        id TEXT PRIMARY KEY {_HEX.format("id")},
        branch TEXT NOT NULL CHECK (length(branch) <= 64),
        at TEXT NOT NULL {_TIME.format("at")},
        door TEXT NOT NULL CHECK (length(door) <= 64),
        kind TEXT NOT NULL {_words(40).format("kind")},
        detail TEXT NOT NULL CHECK (length(detail) <= 80)
    ) STRICT""",
    "CREATE INDEX IF NOT EXISTS happenings_at ON happenings (branch, at)",
    # More than one key a day only where a corrupt file had to be replaced: the newest makes the tags.
    f"""CREATE TABLE IF NOT EXISTS day_keys (
        number INTEGER PRIMARY KEY,
        branch TEXT NOT NULL CHECK (length(branch) <= 64),
        day TEXT NOT NULL {_DAY.format("day")},
        key BLOB NOT NULL CHECK (length(key) = 32),
        UNIQUE (branch, day, key)
    ) STRICT""",
    f"""CREATE TABLE IF NOT EXISTS counts (
        branch TEXT NOT NULL CHECK (length(branch) <= 64),
        day TEXT NOT NULL {_DAY.format("day")},
        hour INTEGER NOT NULL CHECK (hour BETWEEN 0 AND 23),
        what TEXT NOT NULL {_words(40).format("what")},
        number INTEGER NOT NULL CHECK (number > 0),
        opened INTEGER NOT NULL CHECK (opened BETWEEN 0 AND number),
        PRIMARY KEY (branch, day, hour, what)
    ) STRICT, WITHOUT ROWID""",
    f"""CREATE TABLE IF NOT EXISTS proofs (
        branch TEXT NOT NULL CHECK (length(branch) <= 64),
        number INTEGER NOT NULL CHECK (number > 0),
        at TEXT NOT NULL {_TIME.format("at")},
        days INTEGER NOT NULL CHECK (days BETWEEN 1 AND 30),
        zone TEXT NOT NULL,
        through TEXT NOT NULL {_DAY.format("through")},
        before TEXT NOT NULL {_TIME.format("before")},
        folded INTEGER NOT NULL,
        stripped INTEGER NOT NULL,
        waiting INTEGER NOT NULL,
        keys INTEGER NOT NULL,
        happenings INTEGER NOT NULL,
        set_aside INTEGER NOT NULL,
        leftovers INTEGER,
        previous TEXT NOT NULL,
        digest TEXT CHECK (digest IS NULL OR (length(digest) = 64 AND leftovers IS NOT NULL)),
        PRIMARY KEY (branch, number)
    ) STRICT, WITHOUT ROWID""",
)

#: What a box keeps beside them.
BOX = (
    # A row stays here until the centre has said that it holds it. Numbers are never used again.
    """CREATE TABLE outbox (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        what TEXT NOT NULL CHECK (what IN ('passage', 'opened', 'happening', 'day_key')),
        row TEXT NOT NULL,
        UNIQUE (what, row)
    ) STRICT""",
    """CREATE TABLE counted (
        key TEXT PRIMARY KEY CHECK (
            (key GLOB 'card:*' AND length(key) = 37 AND substr(key, 6) NOT GLOB '*[^0-9a-f]*')
            OR (key GLOB 'door:*' AND length(key) <= 69)
        ),
        times TEXT NOT NULL CHECK (times NOT GLOB '*[^][0-9.,e+-]*'),
        locked_until REAL NOT NULL,
        locks INTEGER NOT NULL CHECK (locks >= 0),
        monotonic REAL NOT NULL,
        wall REAL NOT NULL
    ) STRICT""",
    """CREATE TABLE rules (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        body BLOB NOT NULL,
        signature BLOB NOT NULL
    ) STRICT""",
    f"""CREATE TABLE known (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        at TEXT NOT NULL {_TIME.format("at")}
    ) STRICT""",
)

#: Version 1 is made by the first entry, and so on. Entries are only ever added.
MIGRATIONS: tuple[tuple[str, ...], ...] = ((*SHARED, *BOX),)
