-- People who sign in with a password of their own, and what is known of their open sessions.

-- One row for each account. No table says who that is: the number is of the configuration.
CREATE TABLE accounts (
    -- Never given twice: the audit journal goes by it.
    account       INTEGER PRIMARY KEY AUTOINCREMENT,
    -- As typed, in lower case.
    login         TEXT    NOT NULL UNIQUE,
    role          TEXT    NOT NULL CHECK (role IN ('interpreter', 'coordinator')),
    subject       INTEGER CHECK ((subject IS NULL) = (role = 'coordinator')),
    -- The argon2id hash in the PHC form; NULL until its owner has chosen one.
    password      TEXT,
    -- The secret that the telephone has, which must be known to compute a code from it; NULL without
    -- a second factor. The step of time of the newest code used: none is good twice.
    totp_secret   BLOB    CHECK (length(totp_secret) = 20),
    totp_used     INTEGER NOT NULL DEFAULT 0,
    -- A secret that was shown and not yet confirmed by a code.
    totp_proposed BLOB    CHECK (length(totp_proposed) = 20)
) STRICT;
-- An interpreter is one person.
CREATE UNIQUE INDEX accounts_one_per_interpreter ON accounts (subject);

-- Links under which an owner chooses a password, each good for one use; of an account the newest.
CREATE TABLE account_links (
    account    INTEGER PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    -- The SHA-256 of what the link carries.
    code_hash  BLOB    NOT NULL UNIQUE CHECK (length(code_hash) = 32),
    expires_at INTEGER NOT NULL
) STRICT;

-- Browsers in which somebody has signed in to an account. Only the SHA-256 of a token is kept.
CREATE TABLE account_browsers (
    token_hash BLOB    NOT NULL CHECK (length(token_hash) = 32),
    account    INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
    seen_at    INTEGER NOT NULL,
    PRIMARY KEY (token_hash, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX account_browsers_by_account ON account_browsers (account);

-- Codes in the place of the telephone's, each good for one use, as SHA-256.
CREATE TABLE recovery_codes (
    account    INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
    code_hash  BLOB    NOT NULL CHECK (length(code_hash) = 32),
    PRIMARY KEY (account, code_hash)
) STRICT, WITHOUT ROWID;

-- What a person's own list of sessions shows; NULL for tablets and third parties.
ALTER TABLE sessions ADD COLUMN account INTEGER REFERENCES accounts ON DELETE CASCADE;
ALTER TABLE sessions ADD COLUMN opened_at INTEGER;
ALTER TABLE sessions ADD COLUMN seen_at INTEGER;
-- The kind of browser, such as `Firefox · Linux`, and the address it came from.
ALTER TABLE sessions ADD COLUMN browser TEXT;
ALTER TABLE sessions ADD COLUMN address TEXT;
CREATE INDEX sessions_by_account ON sessions (account);
