-- Administrators, who look after people and tablets and see no call.

-- A new role. SQLite cannot change a CHECK, so that the tables are made anew with their rows. What
-- belongs to an account is made anew with it: it must never be dropped while rows point at it.
ALTER TABLE accounts RENAME TO accounts_before;
DROP INDEX accounts_one_per_interpreter;
CREATE TABLE accounts (
    -- Never given twice: the audit journal goes by it.
    account       INTEGER PRIMARY KEY AUTOINCREMENT,
    -- As typed, in lower case.
    login         TEXT    NOT NULL UNIQUE,
    role          TEXT    NOT NULL
                  CHECK (role IN ('interpreter', 'coordinator', 'administrator')),
    subject       INTEGER CHECK ((subject IS NULL) = (role <> 'interpreter')),
    -- The argon2id hash in the PHC form; NULL until its owner has chosen one.
    password      TEXT,
    -- The secret that the telephone has, which must be known to compute a code from it; NULL without
    -- a second factor. The step of time of the newest code used: none is good twice.
    totp_secret   BLOB    CHECK (length(totp_secret) = 20),
    totp_used     INTEGER NOT NULL DEFAULT 0,
    -- A secret that was shown and not yet confirmed by a code.
    totp_proposed BLOB    CHECK (length(totp_proposed) = 20)
) STRICT;
INSERT INTO accounts
    (account, login, role, subject, password, totp_secret, totp_used, totp_proposed)
    SELECT account, login, role, subject, password, totp_secret, totp_used, totp_proposed
    FROM accounts_before;
-- Also the numbers of accounts that are removed.
DELETE FROM sqlite_sequence WHERE name = 'accounts';
INSERT INTO sqlite_sequence (name, seq)
    SELECT 'accounts', seq FROM sqlite_sequence WHERE name = 'accounts_before';
-- An interpreter is one person.
CREATE UNIQUE INDEX accounts_one_per_interpreter ON accounts (subject);

ALTER TABLE account_links RENAME TO account_links_before;
CREATE TABLE account_links (
    account    INTEGER PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    -- The SHA-256 of what the link carries.
    code_hash  BLOB    NOT NULL UNIQUE CHECK (length(code_hash) = 32),
    expires_at INTEGER NOT NULL
) STRICT;
INSERT INTO account_links (account, code_hash, expires_at)
    SELECT account, code_hash, expires_at FROM account_links_before;
DROP TABLE account_links_before;

ALTER TABLE account_browsers RENAME TO account_browsers_before;
DROP INDEX account_browsers_by_account;
CREATE TABLE account_browsers (
    token_hash BLOB    NOT NULL CHECK (length(token_hash) = 32),
    account    INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
    seen_at    INTEGER NOT NULL,
    PRIMARY KEY (token_hash, account)
) STRICT, WITHOUT ROWID;
INSERT INTO account_browsers (token_hash, account, seen_at)
    SELECT token_hash, account, seen_at FROM account_browsers_before;
DROP TABLE account_browsers_before;
CREATE INDEX account_browsers_by_account ON account_browsers (account);

ALTER TABLE recovery_codes RENAME TO recovery_codes_before;
CREATE TABLE recovery_codes (
    account    INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
    code_hash  BLOB    NOT NULL CHECK (length(code_hash) = 32),
    PRIMARY KEY (account, code_hash)
) STRICT, WITHOUT ROWID;
INSERT INTO recovery_codes (account, code_hash)
    SELECT account, code_hash FROM recovery_codes_before;
DROP TABLE recovery_codes_before;

ALTER TABLE sessions RENAME TO sessions_before;
DROP INDEX sessions_by_expires_at;
DROP INDEX sessions_by_account;
CREATE TABLE sessions (
    token_hash BLOB    PRIMARY KEY CHECK (length(token_hash) = 32),
    role       TEXT    NOT NULL CHECK
               (role IN ('tablet', 'interpreter', 'coordinator', 'guest', 'administrator')),
    subject    INTEGER CHECK ((subject IS NULL) = (role IN ('coordinator', 'administrator'))),
    expires_at INTEGER NOT NULL,
    -- What a person's own list of sessions shows; NULL for tablets and third parties.
    account    INTEGER REFERENCES accounts ON DELETE CASCADE,
    opened_at  INTEGER,
    seen_at    INTEGER,
    -- The kind of browser, such as `Firefox · Linux`, and the address it came from.
    browser    TEXT,
    address    TEXT
) STRICT, WITHOUT ROWID;
INSERT INTO sessions
    (token_hash, role, subject, expires_at, account, opened_at, seen_at, browser, address)
    SELECT token_hash, role, subject, expires_at, account, opened_at, seen_at, browser, address
    FROM sessions_before;
DROP TABLE sessions_before;
CREATE INDEX sessions_by_expires_at ON sessions (expires_at);
CREATE INDEX sessions_by_account ON sessions (account);

DROP TABLE accounts_before;
