-- How each tablet's newest test of itself went, a row a tablet: whoever opens the service sees it in the
-- morning, also after a restart in the night.
CREATE TABLE self_tests (
    tablet       INTEGER PRIMARY KEY,
    at           INTEGER NOT NULL,
    -- What did not work, by stable names with spaces between; empty when all went well.
    faults       TEXT    NOT NULL,
    -- The way media took; NULL for none.
    way          TEXT    CHECK (way IN ('udp', 'tcp', 'relay')),
    -- Milliseconds until the connection was up.
    opened_ms    INTEGER,
    -- Of the test picture that came back: frames in ten seconds, and milliseconds there and back.
    frames_in_10 INTEGER,
    delay_ms     INTEGER
) STRICT;
