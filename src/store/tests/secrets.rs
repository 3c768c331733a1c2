//! Sessions and invitations: they end when they should, and an invitation works once.

use super::*;
use crate::store::NewSession;
use passerelle_signaling::ids::GuestId;
use passerelle_signaling::protocol::Identity;

const TABLET: Identity = Identity::Tablet {
    tablet: TabletId(7),
};

const GUEST: Identity = Identity::Guest { guest: GuestId(3) };

/// Whose session this is.
async fn whose(store: &Store, token: SecretHash, now: Timestamp) -> Option<Identity> {
    let row = store.session(token, now).await.unwrap();
    row.map(|row| row.identity)
}

#[tokio::test]
async fn a_session_is_found_until_it_expires_or_is_ended() {
    let (store, directory) = open_new();
    let identities = [
        TABLET,
        Identity::Interpreter {
            interpreter: InterpreterId(2),
        },
        Identity::Coordinator,
        GUEST,
    ];
    for (number, identity) in (1_u8..).zip(identities) {
        let until = Timestamp(1000);
        store
            .create_session([number; 32], identity, until)
            .await
            .unwrap();
    }
    store.close().await;
    let store = Store::open(directory.path()).unwrap();
    for (number, identity) in (1_u8..).zip(identities) {
        let found = whose(&store, [number; 32], Timestamp(999)).await;
        assert_eq!(found, Some(identity));
    }
    assert_eq!(store.session([1; 32], Timestamp(1000)).await.unwrap(), None);
    assert_eq!(store.session([9; 32], Timestamp(0)).await.unwrap(), None);
    store.delete_session([1; 32]).await.unwrap();
    store.delete_session([1; 32]).await.unwrap();
    assert_eq!(store.session([1; 32], Timestamp(0)).await.unwrap(), None);
    assert!(
        store
            .session([2; 32], Timestamp(0))
            .await
            .unwrap()
            .is_some()
    );
}

/// The token of the session that comes of an invitation in these tests.
const fn token_of(code: SecretHash) -> SecretHash {
    let mut token = code;
    token[31] = 99;
    token
}

/// Uses an invitation up; whom its session is of.
async fn redeem(store: &Store, code: SecretHash, now: Timestamp) -> Option<Identity> {
    let token = token_of(code);
    let identity = store.invited(code, now).await.unwrap()?;
    let session = NewSession {
        token,
        identity,
        account: None,
        by_provider: false,
        opened_at: now,
        expires_at: Timestamp(5000),
        browser: "",
        address: None,
    };
    let redeemed = store.redeem_invite(code, session).await.unwrap();
    let signed_in = whose(store, token, now).await;
    signed_in.filter(|_| redeemed)
}

#[tokio::test]
async fn an_invitation_that_is_read_can_still_be_used() {
    let (store, _directory) = open_new();
    let (until, now) = (Timestamp(1000), Timestamp(10));
    store.create_invite([5; 32], TABLET, until).await.unwrap();
    assert_eq!(store.invited([5; 32], now).await.unwrap(), Some(TABLET));
    assert_eq!(store.invited([5; 32], until).await.unwrap(), None);
    assert_eq!(redeem(&store, [5; 32], now).await, Some(TABLET));
    assert_eq!(store.invited([5; 32], now).await.unwrap(), None);
}

#[tokio::test]
async fn an_invitation_works_once_even_when_used_twice_at_the_same_time() {
    let (store, _directory) = open_new();
    store
        .create_invite([5; 32], TABLET, Timestamp(1000))
        .await
        .unwrap();
    let (one, other) = tokio::join!(
        redeem(&store, [5; 32], Timestamp(10)),
        redeem(&store, [5; 32], Timestamp(10)),
    );
    let answers = [one, other];
    assert!(answers.contains(&Some(TABLET)) && answers.contains(&None));
    assert_eq!(redeem(&store, [5; 32], Timestamp(11)).await, None);
}

#[tokio::test]
async fn a_third_partys_newest_link_voids_what_came_before_and_nobody_elses() {
    let (store, _directory) = open_new();
    let (guest, until, now) = (GuestId(3), Timestamp(1000), Timestamp(10));
    // A tablet of the same number, and another third party.
    let (tablet, other) = (TabletId(3), GuestId(4));
    let tablet = Identity::Tablet { tablet };
    store.create_session([1; 32], tablet, until).await.unwrap();
    store.create_invite([2; 32], tablet, until).await.unwrap();
    let made = store.replace_guest_invite([4; 32], other, until).await;
    assert_eq!(made.unwrap(), [] as [SecretHash; 0]);
    store
        .replace_guest_invite([5; 32], guest, until)
        .await
        .unwrap();
    store.create_session([6; 32], GUEST, until).await.unwrap();
    let ended = store.replace_guest_invite([7; 32], guest, until).await;
    assert_eq!(ended.unwrap(), [[6; 32]]);
    assert_eq!(store.session([6; 32], now).await.unwrap(), None);
    let redeemed = async |code| redeem(&store, code, now).await;
    assert_eq!(redeemed([5; 32]).await, None);
    assert_eq!(redeemed([7; 32]).await, Some(GUEST));
    assert_eq!(redeemed([7; 32]).await, None);
    let of_other = Identity::Guest { guest: other };
    assert_eq!(redeemed([4; 32]).await, Some(of_other));
    assert_eq!(redeemed([2; 32]).await, Some(tablet));
    let kept = whose(&store, [1; 32], now).await;
    assert_eq!(kept, Some(tablet));
}

#[tokio::test]
async fn sessions_and_invitations_of_before_the_third_parties_are_kept() {
    let directory = tempfile::tempdir().unwrap();
    let database = raw(&directory);
    for schema in [
        include_str!("../migrations/0001_first_call.sql"),
        include_str!("../migrations/0002_dispatcher.sql"),
    ] {
        database.execute_batch(schema).unwrap();
    }
    database.pragma_update(None, "user_version", 2).unwrap();
    let rows = "INSERT INTO sessions VALUES (zeroblob(32), 'tablet', 7, 1000); \
                INSERT INTO invites VALUES (zeroblob(32), 'coordinator', NULL, 1000);";
    database.execute_batch(rows).unwrap();
    drop(database);
    let store = Store::open(directory.path()).unwrap();
    let now = Timestamp(10);
    let kept = whose(&store, [0; 32], now).await;
    assert_eq!(kept, Some(TABLET));
    let redeemed = redeem(&store, [0; 32], now).await;
    assert_eq!(redeemed, Some(Identity::Coordinator));
}

#[tokio::test]
async fn an_expired_invitation_is_refused() {
    let (store, _directory) = open_new();
    let until = Timestamp(1000);
    store.create_invite([5; 32], TABLET, until).await.unwrap();
    assert_eq!(redeem(&store, [5; 32], until).await, None);
    let nobody = whose(&store, token_of([5; 32]), until).await;
    assert_eq!(nobody, None);
}

#[tokio::test]
async fn what_has_expired_is_forgotten() {
    let (store, _directory) = open_new();
    for (number, until) in [(1, 1000), (2, 2000)] {
        let until = Timestamp(until);
        store
            .create_session([number; 32], TABLET, until)
            .await
            .unwrap();
        store
            .create_invite([number; 32], TABLET, until)
            .await
            .unwrap();
    }
    assert_eq!(store.purge_expired(Timestamp(1000)).await.unwrap(), 2);
    assert_eq!(store.purge_expired(Timestamp(1000)).await.unwrap(), 0);
    let kept = whose(&store, [2; 32], Timestamp(0)).await;
    assert_eq!(kept, Some(TABLET));
}

#[tokio::test]
async fn a_failed_sign_in_undoes_nothing_that_shared_its_transaction() {
    let (store, _directory) = open_new();
    store
        .create_session([1; 32], TABLET, Timestamp(1000))
        .await
        .unwrap();
    let one = append_to(&store, 0, vec![entry(1, 1)]);
    let mut receipt = store.append(one).await.unwrap();
    // The same token again: refused by the table.
    let again = store.create_session([1; 32], TABLET, Timestamp(1000));
    assert!(again.await.is_err());
    receipt.durable().await.unwrap();
    assert_eq!(store.load_journal().unwrap().len(), 1);
}
