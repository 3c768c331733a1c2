//! Accounts: brought forward from the build that knew no administrators, and changed while somebody
//! signs in.

use super::*;
use crate::store::{Account, AccountId, Added, Changed, NewSession};
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

/// An account whose password is chosen, as signing in has read it.
async fn checked(store: &Store) -> Account {
    let added = store.add_account("claire".to_owned(), WHO, ([1; 32], UNTIL));
    assert_eq!(added.await.unwrap(), Added::Account(AccountId(1)));
    let opened = NewSession {
        token: [6; 32],
        ..session(WHO, None)
    };
    let chosen = store.choose_password([1; 32], "$hash".to_owned(), opened, [2; 32]);
    assert_eq!(chosen.await.unwrap(), Some(Vec::new()));
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
    for (who, expected) in [(WHO, None), (Identity::Coordinator, Some(Vec::new()))] {
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
