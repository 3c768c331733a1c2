-- People who sign in by a provider (OpenID Connect), which knows them by a name of its own.

-- Who answers for the account, and what it calls its owner; NULL for who has a password only. The
-- name to show is the provider's, as it said it at the last sign-in.
ALTER TABLE accounts ADD COLUMN issuer TEXT;
ALTER TABLE accounts ADD COLUMN provider_subject TEXT CHECK ((provider_subject IS NULL) = (issuer IS NULL));
ALTER TABLE accounts ADD COLUMN name TEXT;
CREATE UNIQUE INDEX accounts_by_provider ON accounts (issuer, provider_subject);

-- Mailboxes by which the configuration's list has let somebody in: nobody else comes in by one,
-- whoever has it next. The SHA-256 of the issuer, a zero byte and the mailbox in lower case.
CREATE TABLE account_mailboxes (
    mailbox BLOB    PRIMARY KEY CHECK (length(mailbox) = 32),
    account INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX account_mailboxes_by_account ON account_mailboxes (account);

-- Sessions that a provider has answered for: it has asked for whatever factors it wants.
ALTER TABLE sessions ADD COLUMN by_provider INTEGER NOT NULL DEFAULT 0;
