-- The live offers: those that ring, and those accepted whose interpreter is still in the call. A
-- projection of the journal, written in its transaction. Nothing reads it to decide: its indexes are
-- the last guard, which refuses a transaction that would ring somebody twice or let two people take
-- one place in a call.
CREATE TABLE live_offers (
    offer       INTEGER PRIMARY KEY,
    call        INTEGER NOT NULL,
    interpreter INTEGER NOT NULL,
    -- Whose place in the call it is for: the one who leads the conversation, or a colleague.
    place       TEXT    NOT NULL CHECK (place IN ('lead', 'colleague')),
    accepted    INTEGER NOT NULL DEFAULT 0 CHECK (accepted IN (0, 1))
) STRICT;
-- Nobody is rung twice, nor rung during a call, nor in two calls.
CREATE UNIQUE INDEX live_offers_one_per_interpreter ON live_offers (interpreter);
-- One lead and one colleague in each call.
CREATE UNIQUE INDEX live_offers_one_accepted_per_place ON live_offers (call, place) WHERE accepted;
