-- Links to choose a password that were sent by mail, which anybody may ask for who knows a login. A
-- row for each mail: by those of a day it is told whether one more may be sent.
CREATE TABLE mailed_links (
    account    INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
    mailed_at  INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    -- The SHA-256 of what the link carries; NULL once it is used, or void by a newer one, another
    -- password or another login. Of an account one at a time.
    code_hash  BLOB    UNIQUE CHECK (length(code_hash) = 32),
    PRIMARY KEY (account, mailed_at)
) STRICT, WITHOUT ROWID;
