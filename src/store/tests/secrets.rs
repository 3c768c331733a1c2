//! Sessions and invitations: they end when they should, and an invitation works once.

use super::*;
use passerelle_signaling::protocol::Identity;

const TABLET: Identity = Identity::Tablet {
    tablet: TabletId(7),
};

#[tokio::test]
async fn a_session_is_found_until_it_expires_or_is_ended() {
    let (store, directory) = open_new();
    let identities = [
        TABLET,
        Identity::Interpreter {
            interpreter: InterpreterId(2),
        },
        Identity::Coordinator,
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
        let found = store.session([number; 32], Timestamp(999)).await.unwrap();
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

#[tokio::test]
async fn an_invitation_works_once_even_when_used_twice_at_the_same_time() {
    let (store, _directory) = open_new();
    store
        .create_invite([5; 32], TABLET, Timestamp(1000))
        .await
        .unwrap();
    let (one, other) = tokio::join!(
        store.redeem_invite([5; 32], Timestamp(10)),
        store.redeem_invite([5; 32], Timestamp(10)),
    );
    let answers = [one.unwrap(), other.unwrap()];
    assert!(answers.contains(&Some(TABLET)) && answers.contains(&None));
    assert_eq!(
        store.redeem_invite([5; 32], Timestamp(11)).await.unwrap(),
        None
    );
}

#[tokio::test]
async fn an_expired_invitation_is_refused() {
    let (store, _directory) = open_new();
    let until = Timestamp(1000);
    store.create_invite([5; 32], TABLET, until).await.unwrap();
    assert_eq!(store.redeem_invite([5; 32], until).await.unwrap(), None);
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
    let kept = store.session([2; 32], Timestamp(0)).await.unwrap();
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
