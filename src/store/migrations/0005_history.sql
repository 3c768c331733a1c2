-- What stays when time has gone by: states to start from, and figures of months whose calls are no
-- longer there one by one.

-- The state after so many entries, so that a start need not read the journal from its beginning.
CREATE TABLE snapshots (
    version INTEGER PRIMARY KEY CHECK (version > 0),
    -- SHA-256 of the state: one that was damaged is left aside.
    hash    BLOB    NOT NULL CHECK (length(hash) = 32),
    state   TEXT    NOT NULL
) STRICT;

-- Calls that were purged, counted by month (local time of the service) and everything a figure may
-- ask for, never by person. Each call is taken from `calls` and added here in one transaction, so
-- that both together always say the same.
CREATE TABLE monthly (
    month       TEXT    NOT NULL CHECK (month GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]'),
    site        INTEGER NOT NULL,
    language    TEXT    NOT NULL,
    mode        TEXT    NOT NULL,
    class       TEXT    NOT NULL,
    outcome     TEXT    NOT NULL,
    -- What became of the callback or the appointment; empty for none.
    callback    TEXT    NOT NULL,
    appointment TEXT    NOT NULL,
    -- What it was about; empty for nothing said.
    subject     TEXT    NOT NULL,
    -- Media had come up in both directions.
    connected   INTEGER NOT NULL CHECK (connected IN (0, 1)),
    calls       INTEGER NOT NULL,
    offers      INTEGER NOT NULL,
    handovers   INTEGER NOT NULL,
    -- Media up to the end, added up.
    handling_ms INTEGER NOT NULL,
    -- Each wait, a JSON list in ascending order: medians over several sites stay exact.
    waits_ms    TEXT    NOT NULL,
    PRIMARY KEY (month, site, language, mode, class, outcome, callback, appointment, subject,
                 connected)
) STRICT, WITHOUT ROWID;
