-- The journal, the projection of calls, sessions and invitations. Times are milliseconds since the
-- Unix epoch, UTC. No table here holds a person's name, an address, or anything that was said.

-- The one writer. Raised each time a gateway opens the database, so that a writer that was replaced
-- while it slept is refused.
CREATE TABLE leader (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    epoch INTEGER NOT NULL
) STRICT;
INSERT INTO leader (id, epoch) VALUES (1, 0);

-- What has happened, in order: the truth, of which everything about calls is a projection.
CREATE TABLE journal (
    version INTEGER PRIMARY KEY CHECK (version > 0),
    at      INTEGER NOT NULL,
    event   TEXT    NOT NULL
) STRICT;

-- One row per call, written in the transaction of its events.
CREATE TABLE calls (
    call           INTEGER PRIMARY KEY,
    site           INTEGER NOT NULL,
    language       TEXT    NOT NULL,
    tapped_at      INTEGER NOT NULL,
    queued_at      INTEGER NOT NULL,
    offered_at     INTEGER,
    accepted_at    INTEGER,
    connected_at   INTEGER,
    ended_at       INTEGER,
    outcome        TEXT,
    interpreter    INTEGER,
    offers         INTEGER NOT NULL,
    -- Entering the queue to media up in both directions; never negative.
    wait_ms        INTEGER GENERATED ALWAYS AS (max(connected_at - queued_at, 0)) VIRTUAL,
    CHECK ((ended_at IS NULL) = (outcome IS NULL))
) STRICT;
CREATE INDEX calls_by_queued_at ON calls (queued_at);
-- The last guard of "one call at a time": an interpreter is in one connected call at most.
CREATE UNIQUE INDEX calls_one_active_per_interpreter ON calls (interpreter)
    WHERE connected_at IS NOT NULL AND ended_at IS NULL;

-- Who is signed in. Only the SHA-256 of a token is kept.
CREATE TABLE sessions (
    token_hash BLOB    PRIMARY KEY CHECK (length(token_hash) = 32),
    role       TEXT    NOT NULL CHECK (role IN ('tablet', 'interpreter', 'coordinator')),
    subject    INTEGER CHECK ((subject IS NULL) = (role = 'coordinator')),
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_expires_at ON sessions (expires_at);

-- Invitations to sign in, each good for one use. Only the SHA-256 of a code is kept.
CREATE TABLE invites (
    code_hash  BLOB    PRIMARY KEY CHECK (length(code_hash) = 32),
    role       TEXT    NOT NULL CHECK (role IN ('tablet', 'interpreter', 'coordinator')),
    subject    INTEGER CHECK ((subject IS NULL) = (role = 'coordinator')),
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX invites_by_expires_at ON invites (expires_at);
