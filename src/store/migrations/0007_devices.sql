-- Tablets that were paired, and the codes that pair them.

-- One row for each pairing. What a tablet shows is a token, of which only the SHA-256 is kept.
CREATE TABLE devices (
    -- Never given twice: open sockets go by it.
    device      INTEGER PRIMARY KEY AUTOINCREMENT,
    tablet      INTEGER NOT NULL,
    -- Where the tablet stood when it was paired, by the number of the site, so that its name may change.
    site        INTEGER NOT NULL,
    token_hash  BLOB    NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    -- The token before the newest, and whether the newest is known to have arrived: from then on the
    -- former is a copy.
    former_hash BLOB    UNIQUE CHECK (length(former_hash) = 32),
    former_over INTEGER NOT NULL DEFAULT 0 CHECK (former_over IN (0, 1)),
    -- The session that made the code, as marked in the audit journal; NULL for the command line.
    paired_by   TEXT,
    paired_at   INTEGER NOT NULL,
    -- Since when it has its newest token.
    renewed_at  INTEGER NOT NULL,
    -- The beginning of the day (UTC) on which it was last there.
    seen_on     INTEGER NOT NULL,
    ended_at    INTEGER,
    ended_by    TEXT CHECK (ended_by IN ('removed', 'replaced', 'left', 'copied', 'signed_out')),
    CHECK ((ended_at IS NULL) = (ended_by IS NULL))
) STRICT;
-- A tablet is one device.
CREATE UNIQUE INDEX devices_one_per_tablet ON devices (tablet) WHERE ended_at IS NULL;

-- Codes to pair with, each good for one use; of a tablet the newest only. Short codes are kept as
-- keyed hashes whose key is in the gateway's memory, so that nobody finds one by trying all.
CREATE TABLE pairing_codes (
    tablet     INTEGER PRIMARY KEY,
    site       INTEGER NOT NULL,
    code_hash  BLOB    NOT NULL UNIQUE CHECK (length(code_hash) = 32),
    -- The SHA-256 of what the link in the QR code carries in its place.
    link_hash  BLOB    NOT NULL UNIQUE CHECK (length(link_hash) = 32),
    made_by    TEXT    NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
