//! Accounts: brought forward from the build that knew no administrators, and changed while somebody
//! signs in.

use super::*;
use crate::store::{Account, AccountId, Added, Changed, Chosen, MailedLink, NewSession};
use passerelle_signaling::protocol::Identity;

const WHO: Identity = Identity::Interpreter {
    interpreter: InterpreterId(5),
};

const UNTIL: Timestamp = Timestamp(1_000);

fn session(identity: Identity, account: Option<AccountId>) -> NewSession {
    NewSession {
        token: [7; 32],
        identity,
        account,
        opened_at: Timestamp(10),
        expires_at: UNTIL,
        browser: "",
        address: None,
        by_provider: false,
    }
}

/// Signed in, with nobody to sign out.
const SIGNED_IN: Chosen = Chosen {
    ended: Vec::new(),
    opened: true,
};

/// An account whose password is chosen, as signing in has read it.
async fn checked(store: &Store) -> Account {
    let added = store.add_account("claire".to_owned(), WHO, ([1; 32], UNTIL));
    assert_eq!(added.await.unwrap(), Added::Account(AccountId(1)));
    let opened = NewSession {
        token: [6; 32],
        ..session(WHO, None)
    };
    let chosen = store.choose_password([1; 32], "$hash".to_owned(), opened, [2; 32]);
    assert_eq!(chosen.await.unwrap(), Some(SIGNED_IN));
    let found = store.account_by_login("claire".to_owned()).await;
    found.unwrap().unwrap()
}

#[tokio::test]
async fn accounts_of_before_the_administrators_are_kept_with_all_that_belongs_to_them() {
    let directory = tempfile::tempdir().unwrap();
    let database = raw(&directory);
    for schema in [
        include_str!("../migrations/0001_first_call.sql"),
        include_str!("../migrations/0002_dispatcher.sql"),
        include_str!("../migrations/0003_appointments_and_guests.sql"),
        include_str!("../migrations/0004_live_offers.sql"),
        include_str!("../migrations/0005_history.sql"),
        include_str!("../migrations/0006_room.sql"),
        include_str!("../migrations/0007_devices.sql"),
        include_str!("../migrations/0008_accounts.sql"),
    ] {
        database.execute_batch(schema).unwrap();
    }
    database.pragma_update(None, "user_version", 8).unwrap();
    let rows = "INSERT INTO accounts (account, login, role, subject, password, totp_secret) \
                VALUES (3, 'claire', 'interpreter', 5, '$hash', zeroblob(20)), \
                (4, 'gone', 'coordinator', NULL, NULL, NULL); \
                DELETE FROM accounts WHERE account = 4; \
                INSERT INTO account_links VALUES (3, zeroblob(32), 1000); \
                INSERT INTO account_browsers VALUES (zeroblob(32), 3, 12); \
                INSERT INTO recovery_codes VALUES (3, zeroblob(32)); \
                INSERT INTO sessions (token_hash, role, subject, expires_at, account, opened_at, \
                seen_at) VALUES (zeroblob(32), 'interpreter', 5, 1000, 3, 10, 11);";
    database.execute_batch(rows).unwrap();
    drop(database);
    let store = Store::open(directory.path()).unwrap();
    let listed = store.accounts(Timestamp(20), Timestamp(0)).await.unwrap();
    let [account] = listed.as_slice() else {
        panic!("{listed:?}")
    };
    assert_eq!((account.id, account.identity), (AccountId(3), WHO));
    assert_eq!(account.login.reveal(), "claire");
    assert!(account.has_password && account.has_second_factor);
    assert_eq!(account.link_until, Some(UNTIL));
    assert_eq!(account.last_sign_in, Some(Timestamp(12)));
    assert_eq!(account.sessions, 1);
    assert_eq!(store.recovery_codes(account.id).await.unwrap(), 1);
    // A number that was somebody's is never given again.
    let added = store.add_account("root".to_owned(), Identity::Administrator, ([8; 32], UNTIL));
    assert_eq!(added.await.unwrap(), Added::Account(AccountId(5)));
    // And what belongs to an account still goes with it.
    let (_, ended) = store
        .remove_account("claire".to_owned())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(ended, [[0; 32]]);
    let left: u32 = raw(&directory)
        .query_row(
            "SELECT (SELECT count(*) FROM account_browsers) \
             + (SELECT count(*) FROM recovery_codes) \
             + (SELECT count(*) FROM sessions)",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn whoever_gets_another_role_while_they_sign_in_is_not_let_in_as_what_they_were() {
    let (store, _directory) = open_new();
    let before = checked(&store).await;
    let login = before.login.clone();
    let changed = store.change_account(before.clone(), login, Identity::Coordinator);
    assert_eq!(changed.await.unwrap(), Changed::Ended(vec![[6; 32]]));
    let opened = session(WHO, Some(before.id));
    let opened = store.open_account_session(&before, opened, [3; 32]);
    assert!(!opened.await.unwrap());
    // Nor by a link that was looked up before, which stays good for its owner.
    let after = store.account(before.id).await.unwrap().unwrap();
    let reset = store.reset_account(after.login.clone(), ([4; 32], UNTIL));
    assert!(reset.await.unwrap().is_some());
    for (who, expected) in [(WHO, None), (Identity::Coordinator, Some(SIGNED_IN))] {
        let opened = session(who, None);
        let chosen = store.choose_password([4; 32], "$other".to_owned(), opened, [5; 32]);
        assert_eq!(chosen.await.unwrap(), expected, "{who:?}");
    }
}

#[tokio::test]
async fn an_account_is_not_changed_into_a_login_or_a_person_that_somebody_has() {
    let (store, _directory) = open_new();
    let claire = checked(&store).await;
    let max = Identity::Interpreter {
        interpreter: InterpreterId(6),
    };
    let added = store.add_account("max".to_owned(), max, ([9; 32], UNTIL));
    added.await.unwrap();
    for (login, who, expected) in [
        ("max", WHO, Changed::LoginTaken),
        ("claire", max, Changed::HasOne("max".to_owned())),
        ("petit", WHO, Changed::Ended(Vec::new())),
        ("again", WHO, Changed::Unknown),
    ] {
        let changed = store.change_account(claire.clone(), login.to_owned(), who);
        assert_eq!(changed.await.unwrap(), expected, "{login}");
    }
}

const MINUTE: u64 = 60_000;

/// A link mailed then, one in ten minutes, three an hour, good for an hour.
fn mailed(code: u8, minute: u64) -> MailedLink {
    let at = minute * MINUTE;
    MailedLink {
        code: [code; 32],
        mailed_at: Timestamp(at),
        expires_at: Timestamp(at + 60 * MINUTE),
        none_since: Timestamp(at.saturating_sub(10 * MINUTE)),
        most_since: (3, Timestamp(at.saturating_sub(60 * MINUTE))),
    }
}

async fn is_good(store: &Store, code: u8, minute: u64) -> bool {
    let linked = store.account_by_link([code; 32], Timestamp(minute * MINUTE));
    linked.await.unwrap().is_some_and(|linked| linked.by_mail)
}

#[tokio::test]
async fn of_mailed_links_the_newest_is_good_and_no_more_are_made_than_may_be_sent() {
    let (store, directory) = open_new();
    let claire = checked(&store).await;
    for (code, minute, kept) in [
        (10, 100, true),
        (11, 109, false),
        (12, 110, true),
        (13, 121, true),
        // Three within the hour.
        (14, 140, false),
        (15, 161, true),
    ] {
        let made = store.keep_mailed_link(&claire, mailed(code, minute)).await;
        assert_eq!(made.unwrap(), kept, "{code}");
        assert_eq!(is_good(&store, code, minute).await, kept, "{code}");
    }
    for older in [10, 12, 13] {
        assert!(!is_good(&store, older, 161).await, "{older}");
    }
    // They are counted over a restart, and after a day forgotten.
    store.close().await;
    let store = Store::open(directory.path()).unwrap();
    let made = store.keep_mailed_link(&claire, mailed(16, 165)).await;
    assert!(!made.unwrap());
    assert!(is_good(&store, 15, 220).await && !is_good(&store, 15, 221).await);
    let (now, before) = (Timestamp(300 * MINUTE), Timestamp(130 * MINUTE));
    let purged = store.purge_accounts(now, before, Timestamp(0)).await;
    // The browser's row was of the year 1970, too.
    assert_eq!(purged.unwrap(), 3);
}

#[tokio::test]
async fn a_mailed_link_is_void_once_anything_else_decides_who_gets_in() {
    let (store, _directory) = open_new();
    let claire = checked(&store).await;
    let session = NewSession {
        token: [20; 32],
        opened_at: Timestamp(0),
        ..session(WHO, None)
    };
    let made = |code, minute| store.keep_mailed_link(&claire, mailed(code, minute));
    assert!(made(30, 1000).await.unwrap());
    let (hash, now) = ("$newer".to_owned(), Timestamp(1000 * MINUTE));
    let changed = store.change_password(&claire, hash, [6; 32], None, now);
    assert!(changed.await.unwrap().is_some());
    assert!(!is_good(&store, 30, 1000).await);

    assert!(made(31, 2000).await.unwrap());
    let (login, before) = ("petit".to_owned(), claire.clone());
    let changed = store.change_account(before, login, WHO).await.unwrap();
    assert_eq!(changed, Changed::Ended(Vec::new()));
    assert!(!is_good(&store, 31, 2000).await);
    // What was looked up before the login changed is sent nowhere.
    assert!(!made(32, 3000).await.unwrap());

    let petit = store.account(claire.id).await.unwrap().unwrap();
    let kept = store.keep_mailed_link(&petit, mailed(33, 4000)).await;
    assert!(kept.unwrap());
    let reset = store.reset_account(petit.login.clone(), ([40; 32], Timestamp(u64::MAX >> 1)));
    assert!(reset.await.unwrap().is_some());
    assert!(!is_good(&store, 33, 4000).await);
    // While nobody has chosen a password it is the administrator's link that counts.
    let kept = store.keep_mailed_link(&petit, mailed(34, 5000)).await;
    assert!(!kept.unwrap());
    let chosen = store.choose_password([40; 32], "$last".to_owned(), session, [5; 32]);
    assert_eq!(chosen.await.unwrap(), Some(SIGNED_IN));
}

#[tokio::test]
async fn a_mailed_link_signs_in_once_and_not_where_a_telephone_is_asked_for() {
    let (store, _directory) = open_new();
    let claire = checked(&store).await;
    let opened = |token: u8, minute: u64| NewSession {
        token: [token; 32],
        opened_at: Timestamp(minute * MINUTE),
        expires_at: Timestamp(u64::MAX >> 1),
        ..session(WHO, None)
    };
    let choose = |code: u8, token: u8, minute: u64| {
        let (hash, session) = (format!("${code}"), opened(token, minute));
        store.choose_password([code; 32], hash, session, [token; 32])
    };
    assert!(
        store
            .keep_mailed_link(&claire, mailed(50, 1000))
            .await
            .unwrap()
    );
    assert_eq!(choose(50, 51, 1060).await.unwrap(), None, "an hour is over");
    let chosen = choose(50, 52, 1059).await.unwrap().unwrap();
    assert_eq!((chosen.ended, chosen.opened), (vec![[6; 32]], true));
    assert_eq!(choose(50, 53, 1059).await.unwrap(), None, "used");

    let secret = crate::store::TotpSecret([1; 20]);
    store.propose_totp(claire.id, secret).await.unwrap();
    let confirmed = store.confirm_totp(claire.id, secret, 1, vec![[7; 32]]);
    assert!(confirmed.await.unwrap());
    let petit = store.account(claire.id).await.unwrap().unwrap();
    assert!(
        store
            .keep_mailed_link(&petit, mailed(60, 2000))
            .await
            .unwrap()
    );
    let chosen = choose(60, 61, 2001).await.unwrap().unwrap();
    assert_eq!((chosen.ended, chosen.opened), (vec![[52; 32]], false));
    let after = store.account(claire.id).await.unwrap().unwrap();
    assert_eq!(after.password.as_deref(), Some("$60"));
    assert!(after.totp == Some(secret), "the telephone stays");
    assert_eq!(store.recovery_codes(claire.id).await.unwrap(), 1);
    let session = store.session([61; 32], Timestamp(2001 * MINUTE)).await;
    assert_eq!(session.unwrap(), None);
}
