-- The columns of calls that came with the reworked dispatcher. A gateway refuses to start on the
-- journal of version 0.1 (schema 1), which it cannot read; so this meets rows only where somebody
-- has taken the journal away by hand and kept the records.

-- How it was interpreted. Version 0.1 had one way per language, known to its configuration and not
-- to its records: rows of sign languages (their tags of ISO 639-3) are told from the others by tag.
ALTER TABLE calls ADD COLUMN mode TEXT NOT NULL DEFAULT 'spoken_video';
UPDATE calls SET mode = 'sign' WHERE language IN (
    'fsl', 'sfb', 'ssr', 'vgt', 'dse', 'bfi', 'gsg', 'ise', 'psr', 'ssp', 'ase', 'ils');

-- How urgent it was. Version 0.1 knew one class.
ALTER TABLE calls ADD COLUMN class TEXT NOT NULL DEFAULT 'normal';

-- The call it went on from, after a transfer or a callback.
ALTER TABLE calls ADD COLUMN origin INTEGER;

-- What became of the callback a call was converted to, once that is over.
ALTER TABLE calls ADD COLUMN callback TEXT
    CHECK (callback IS NULL OR outcome = 'converted_callback');

-- How often a colleague took the conversation over.
ALTER TABLE calls ADD COLUMN handovers INTEGER NOT NULL DEFAULT 0;

-- How many steps the search had taken. Version 0.1 searched in one.
ALTER TABLE calls ADD COLUMN steps INTEGER NOT NULL DEFAULT 1;
