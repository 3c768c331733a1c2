-- Whether there is room to write is found out by filling this table and emptying it again
-- (room.rs). It is empty otherwise.

CREATE TABLE room (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    filling BLOB NOT NULL
) STRICT;
