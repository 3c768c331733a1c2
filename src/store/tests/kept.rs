//! What is kept: the page for whoever answers for data protection is written from this table, which
//! must name every column that the database really has. A column that nobody can explain is not to
//! be kept.

use super::*;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

/// The page.
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/kept.md");

/// One table of the database.
struct Kept {
    table: &'static str,
    what: &'static str,
    /// Whom it says something of, if anybody.
    whom: &'static str,
    until: &'static str,
    columns: &'static [(&'static str, &'static str)],
}

const NOBODY: &str = "nobody";
const INTERPRETER: &str = "the interpreter, by number; the visitor is unknown";

const ALL: &[Kept] = &[
    Kept {
        table: "account_browsers",
        what: "Browsers in which somebody has signed in, whom others' guesses do not slow",
        whom: "people with an account",
        until: "half a year after the last sign-in there, or with the account",
        columns: &[
            ("token_hash", "hash of what the browser holds"),
            ("account", "number of the account"),
            ("seen_at", "when somebody last signed in there"),
        ],
    },
    Kept {
        table: "account_links",
        what: "Links under which a password is chosen",
        whom: "people with an account",
        until: "used, replaced, or three days old",
        columns: &[
            ("account", "number of the account"),
            ("code_hash", "hash of the link's code"),
            ("expires_at", "until when it can be used"),
        ],
    },
    Kept {
        table: "account_mailboxes",
        what: "Mailboxes that were let in by a provider, so that nobody else comes in by them",
        whom: "people who sign in by a provider that says no roles",
        until: "with the account",
        columns: &[
            ("mailbox", "hash of the provider's address and the mailbox"),
            ("account", "number of the account"),
        ],
    },
    Kept {
        table: "accounts",
        what: "People who sign in with a password or by a provider",
        whom: "people with an account",
        until: "removed by an administrator",
        columns: &[
            ("account", "its number, never given twice"),
            ("login", "what is typed to sign in"),
            ("role", "interpreter, coordinator or administrator"),
            ("subject", "number of the interpreter"),
            ("password", "argon2id hash of the password"),
            ("totp_secret", "what the telephone computes its codes from"),
            (
                "totp_used",
                "the newest code's step of time: none is good twice",
            ),
            (
                "totp_proposed",
                "a secret that was shown and is not confirmed",
            ),
            ("issuer", "the provider that answers for them, if one does"),
            ("provider_subject", "what the provider calls them"),
            ("name", "the name that the provider last said"),
        ],
    },
    Kept {
        table: "calls",
        what: "Calls: when, where, in which language, and how long was waited",
        whom: INTERPRETER,
        until: "`calls_months` of the configuration, 12 by default",
        columns: &[
            ("call", "its number"),
            ("site", "number of the site"),
            ("language", "asked for"),
            ("mode", "signed, spoken with picture, spoken, written"),
            ("class", "normal, or why it is served first"),
            (
                "subject",
                "what the reception said it was about, of a fixed list",
            ),
            ("tapped_at", "the tap"),
            ("queued_at", "in the queue"),
            ("offered_at", "first rung"),
            ("accepted_at", "accepted"),
            ("connected_at", "picture and sound both ways"),
            ("ended_at", "ended"),
            ("wait_ms", "computed: queue to picture and sound"),
            ("outcome", "how it ended"),
            ("interpreter", "number of who answered"),
            ("offers", "how often somebody was rung"),
            ("handovers", "how often it went to a colleague"),
            ("steps", "steps of the search"),
            ("origin", "number of the call it came of"),
            ("callback", "what became of a callback"),
            ("appointment", "what became of an appointment"),
        ],
    },
    Kept {
        table: "devices",
        what: "Tablets that are paired, and that were",
        whom: NOBODY,
        until: "90 days after they were removed; 400 after they were last there",
        columns: &[
            ("device", "its number, never given twice"),
            ("tablet", "number of the tablet"),
            ("site", "number of the site"),
            ("token_hash", "hash of what the device holds"),
            ("former_hash", "hash of what it held before"),
            ("former_over", "the newer one has arrived"),
            ("paired_by", "mark of the coordinator's session"),
            ("paired_at", "when"),
            ("renewed_at", "since when it holds what it holds"),
            ("seen_on", "the day on which it was last there"),
            ("ended_at", "when it ended"),
            ("ended_by", "why"),
        ],
    },
    Kept {
        table: "invites",
        what: "Invitations that are open",
        whom: "interpreters, by number",
        until: "used, or three days old",
        columns: &[
            ("code_hash", "hash of the code"),
            ("role", "for which kind of page"),
            ("subject", "for which number"),
            ("expires_at", "until when it can be used"),
        ],
    },
    Kept {
        table: "journal",
        what: "Every event of the queue, from which it stands again after a restart",
        whom: INTERPRETER,
        until: "as the calls",
        columns: &[
            ("version", "its place"),
            ("at", "when"),
            ("event", "numbers and moments; nothing said, no name"),
        ],
    },
    Kept {
        table: "leader",
        what: "How often a gateway has opened the database",
        whom: NOBODY,
        until: "for good",
        columns: &[("id", "always 1"), ("epoch", "how often")],
    },
    Kept {
        table: "live_offers",
        what: "Who is rung or in a conversation at this moment",
        whom: "the interpreter, by number",
        until: "it is over",
        columns: &[
            ("offer", "its number"),
            ("call", "number of the call"),
            ("interpreter", "number"),
            ("place", "lead or colleague"),
            ("accepted", "answered"),
        ],
    },
    Kept {
        table: "mailed_links",
        what: "Links to choose a password that were sent by mail: nobody is sent too many",
        whom: "people with an account",
        until: "a day after they were sent",
        columns: &[
            ("account", "number of the account"),
            ("mailed_at", "when"),
            ("expires_at", "until when it can be used: an hour"),
            (
                "code_hash",
                "hash of the link's code; none once it is of no use",
            ),
        ],
    },
    Kept {
        table: "monthly",
        what: "Figures of months",
        whom: NOBODY,
        until: "for good",
        columns: &[
            ("month", "which"),
            ("site", "number of the site"),
            ("language", "asked for"),
            ("mode", "signed, spoken, written"),
            ("class", "normal, or why it is served first"),
            ("outcome", "how calls ended"),
            ("callback", "what became of callbacks"),
            ("appointment", "what became of appointments"),
            ("subject", "what they were about, of a fixed list"),
            ("connected", "with picture and sound"),
            ("calls", "how many"),
            ("offers", "how often somebody was rung"),
            ("handovers", "how often they went to a colleague"),
            ("handling_ms", "time of conversation, added up"),
            ("waits_ms", "each wait, in order of length"),
        ],
    },
    Kept {
        table: "pairing_codes",
        what: "Codes that make a device a tablet",
        whom: NOBODY,
        until: "used, replaced, or ten minutes old",
        columns: &[
            ("tablet", "number of the tablet"),
            ("site", "number of the site"),
            ("code_hash", "keyed hash of the code"),
            ("link_hash", "hash of what the QR code holds"),
            ("made_by", "mark of the coordinator's session"),
            ("expires_at", "until when it can be used"),
        ],
    },
    Kept {
        table: "recovery_codes",
        what: "Codes that can be typed in place of the telephone's",
        whom: "people with an account",
        until: "used, or the second factor is removed",
        columns: &[
            ("account", "number of the account"),
            ("code_hash", "hash of the code"),
        ],
    },
    Kept {
        table: "room",
        what: "Whether the disk has room again: written and taken back",
        whom: NOBODY,
        until: "at once",
        columns: &[("id", "always 1"), ("filling", "bytes of no meaning")],
    },
    Kept {
        table: "self_tests",
        what: "How each tablet's newest test of itself went",
        whom: NOBODY,
        until: "the tablet's next test; 90 days",
        columns: &[
            ("tablet", "number of the tablet"),
            ("at", "when"),
            ("faults", "what did not work, of a fixed list"),
            ("way", "the way media took: UDP, TCP, relay"),
            ("opened_ms", "milliseconds until the connection was up"),
            ("frames_in_10", "frames of the test picture in ten seconds"),
            ("delay_ms", "milliseconds there and back"),
        ],
    },
    Kept {
        table: "sessions",
        what: "Who is signed in",
        whom: "interpreters, coordinators and administrators",
        until: "12 hours, two without a page for who has an account; a third party's four hours",
        columns: &[
            ("token_hash", "hash of what the browser holds"),
            ("role", "kind of page"),
            (
                "subject",
                "number of the interpreter, tablet or third party",
            ),
            ("expires_at", "until when"),
            ("account", "number of the account"),
            ("opened_at", "since when"),
            ("seen_at", "last used, to within some minutes"),
            ("browser", "kind of browser, of a fixed list"),
            ("address", "where it was opened from, shown to its owner"),
            ("by_provider", "whether a provider has answered for them"),
        ],
    },
    Kept {
        table: "snapshots",
        what: "The state of the queue at a moment, so that a start reads less of the journal",
        whom: INTERPRETER,
        until: "as the calls",
        columns: &[
            ("version", "its place in the journal"),
            ("hash", "hash of the state"),
            ("state", "as in the journal"),
        ],
    },
];

/// The page: a row for each table, then its columns.
fn page() -> String {
    let mut page = String::from(
        "<!-- Written by the tests from src/store/tests/kept.rs. Refresh: UPDATE=1 cargo test -p \
         passerelle kept -->\n\
         # What is kept\n\n\
         Every table and column of the database, for the record of processing (GDPR, article\n\
         30). A test compares this page with the database that the program makes, so that\n\
         nothing is kept that is not here. Names of people are in the configuration file,\n\
         and in `accounts` as a provider says them.\n\
         Nothing that is said, shown or written in a call is anywhere. The audit journal:\n\
         [audit.md](audit.md); backups and the log: [data.md](data.md).\n\n\
         | table | what it is for | of whom | until |\n|---|---|---|---|\n",
    );
    for Kept {
        table,
        what,
        whom,
        until,
        ..
    } in ALL
    {
        let _ = writeln!(page, "| `{table}` | {what} | {whom} | {until} |");
    }
    for Kept { table, columns, .. } in ALL {
        let _ = write!(
            page,
            "\n## `{table}`\n\n| column | what it is |\n|---|---|\n"
        );
        for (column, meaning) in *columns {
            let _ = writeln!(page, "| `{column}` | {meaning} |");
        }
    }
    page
}

/// Every column of the database of a new directory, with its table.
fn columns_of(directory: &Path) -> BTreeSet<(String, String)> {
    let database = rusqlite::Connection::open(directory.join("passerelle.sqlite")).unwrap();
    let mut columns = database
        .prepare(
            "SELECT tables.name, columns.name FROM sqlite_schema AS tables, \
             pragma_table_xinfo(tables.name) AS columns \
             WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite_%'",
        )
        .unwrap();
    let rows = columns.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    rows.unwrap().map(Result::unwrap).collect()
}

#[tokio::test]
async fn the_page_of_what_is_kept_explains_every_column_there_is_and_no_other() {
    let (store, directory) = open_new();
    store.close().await;
    let explained = ALL.iter().flat_map(|kept| {
        let names = kept.columns.iter().map(|(column, _)| *column);
        names.map(|column| (kept.table.to_owned(), column.to_owned()))
    });
    let explained: BTreeSet<_> = explained.collect();
    assert_eq!(columns_of(directory.path()), explained);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(PAGE, page()).unwrap();
    }
    let written = std::fs::read_to_string(PAGE).unwrap_or_default();
    assert!(
        written == page(),
        "docs/kept.md is stale: run `UPDATE=1 cargo test -p passerelle kept`"
    );
}
