-- Appointments, subjects, and third parties who come by link.

-- What became of the appointment a call was converted to, once that is over.
ALTER TABLE calls ADD COLUMN appointment TEXT
    CHECK (appointment IS NULL OR outcome = 'converted_appointment');

-- What the conversation was about: a tag of the configuration, as the reception agent chose it.
ALTER TABLE calls ADD COLUMN subject TEXT;

-- A new role. SQLite cannot change a CHECK, so that both tables are made anew with their rows.
ALTER TABLE sessions RENAME TO sessions_before;
DROP INDEX sessions_by_expires_at;
CREATE TABLE sessions (
    token_hash BLOB    PRIMARY KEY CHECK (length(token_hash) = 32),
    role       TEXT    NOT NULL CHECK (role IN ('tablet', 'interpreter', 'coordinator', 'guest')),
    subject    INTEGER CHECK ((subject IS NULL) = (role = 'coordinator')),
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO sessions (token_hash, role, subject, expires_at)
    SELECT token_hash, role, subject, expires_at FROM sessions_before;
DROP TABLE sessions_before;
CREATE INDEX sessions_by_expires_at ON sessions (expires_at);

ALTER TABLE invites RENAME TO invites_before;
DROP INDEX invites_by_expires_at;
CREATE TABLE invites (
    code_hash  BLOB    PRIMARY KEY CHECK (length(code_hash) = 32),
    role       TEXT    NOT NULL CHECK (role IN ('tablet', 'interpreter', 'coordinator', 'guest')),
    subject    INTEGER CHECK ((subject IS NULL) = (role = 'coordinator')),
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO invites (code_hash, role, subject, expires_at)
    SELECT code_hash, role, subject, expires_at FROM invites_before;
DROP TABLE invites_before;
CREATE INDEX invites_by_expires_at ON invites (expires_at);
