//! Paired tablets and their codes: one device a tablet, one use a code, and nothing that comes to
//! life again.

use super::*;
use crate::store::{DeviceEnd, NewCode, Shown, TabletRow};
use passerelle_signaling::protocol::Identity;

const TABLET: TabletId = TabletId(7);
const SITE: SiteId = SiteId(2);
const NOW: Timestamp = Timestamp(86_400_000 * 20_000 + 5_000);

fn later(milliseconds: u64) -> Timestamp {
    Timestamp(NOW.0 + milliseconds)
}

/// A code whose hashes are made of this number.
fn code(number: u8, tablet: TabletId) -> NewCode {
    NewCode {
        tablet,
        site: SITE,
        code: [number; 32],
        link: [100 + number; 32],
        made_by: "0a1b2c3d".to_owned(),
        expires_at: later(1_000),
    }
}

async fn kept(store: &Store, number: u8, tablet: TabletId) {
    assert!(store.keep_code(code(number, tablet), 2, NOW).await.unwrap());
}

/// Pairs by a code; the token's hash is made of this number.
async fn paired(store: &Store, number: u8, tablet: TabletId) -> crate::store::Enrolled {
    kept(store, number, tablet).await;
    let paired = store.pair([number; 32], [number; 32], None, NOW).await;
    paired.unwrap().unwrap()
}

async fn row(store: &Store, tablet: TabletId) -> TabletRow {
    let rows = store.tablets(NOW).await.unwrap();
    rows.into_iter().find(|row| row.tablet == tablet).unwrap()
}

#[tokio::test]
async fn what_is_paired_is_found_by_its_token_also_after_the_store_was_closed() {
    let (store, directory) = open_new();
    let enrolled = paired(&store, 1, TABLET).await;
    store.close().await;
    let store = Store::open(directory.path()).unwrap();
    let (device, shown) = store.device_by_token([1; 32]).await.unwrap().unwrap();
    assert_eq!((device.id, shown), (enrolled.device, Shown::Newest));
    assert_eq!((device.tablet, device.site), (TABLET, SITE));
    assert_eq!(device.paired_by.as_deref(), Some("0a1b2c3d"));
    assert_eq!((device.paired_at, device.renewed_at), (NOW, NOW));
    assert_eq!(device.seen_on, Timestamp(86_400_000 * 20_000));
    assert_eq!((device.ended, device.is_renewing), (None, false));
    assert!(store.device_by_token([2; 32]).await.unwrap().is_none());
}

#[tokio::test]
async fn of_two_that_use_one_code_at_once_one_gets_it_by_the_code_or_by_its_link() {
    let (store, _directory) = open_new();
    kept(&store, 1, TABLET).await;
    assert!(store.open_code([101; 32], NOW).await.unwrap().is_some());
    assert!(
        store
            .open_code([1; 32], later(1_000))
            .await
            .unwrap()
            .is_none()
    );
    let (typed, scanned) = tokio::join!(
        store.pair([1; 32], [10; 32], None, NOW),
        store.pair([101; 32], [11; 32], None, NOW),
    );
    let won = [typed.unwrap(), scanned.unwrap()].into_iter().flatten();
    assert_eq!(won.count(), 1);
    assert!(store.open_code([1; 32], NOW).await.unwrap().is_none());
}

#[tokio::test]
async fn pairing_ends_whatever_was_that_tablet_and_what_the_device_was() {
    let (store, _directory) = open_new();
    let first = paired(&store, 1, TABLET).await;
    let other = paired(&store, 2, TabletId(8)).await;
    let identity = Identity::Tablet { tablet: TABLET };
    store
        .create_session([9; 32], identity, later(9_000))
        .await
        .unwrap();
    kept(&store, 3, TABLET).await;
    let leaving = Some(other.device);
    let third = store
        .pair([3; 32], [3; 32], leaving, NOW)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(third.before.devices, [first.device]);
    assert_eq!(third.before.sessions, [[9; 32]]);
    let ends = async |token| {
        let found = store.device_by_token(token).await.unwrap();
        found.unwrap().0.ended.map(|(_, end)| end)
    };
    assert_eq!(ends([1; 32]).await, Some(DeviceEnd::Replaced));
    assert_eq!(ends([2; 32]).await, Some(DeviceEnd::Left));
    assert_eq!(ends([3; 32]).await, None);
    assert_eq!(store.session([9; 32], NOW).await.unwrap(), None);
}

#[tokio::test]
async fn codes_are_few_and_of_a_tablet_the_newest_only() {
    let (store, _directory) = open_new();
    kept(&store, 1, TABLET).await;
    kept(&store, 2, TABLET).await;
    assert!(store.open_code([1; 32], NOW).await.unwrap().is_none());
    kept(&store, 3, TabletId(8)).await;
    let third = code(4, TabletId(9));
    assert!(!store.keep_code(third.clone(), 2, NOW).await.unwrap());
    assert!(store.keep_code(third, 2, later(1_000)).await.unwrap());
}

#[tokio::test]
async fn of_two_renewals_at_once_one_is_made_and_the_token_that_was_shown_stays_good() {
    let (store, _directory) = open_new();
    paired(&store, 1, TABLET).await;
    let (device, shown) = store.device_by_token([1; 32]).await.unwrap().unwrap();
    let (one, other) = tokio::join!(
        store.renew_device(&device, shown, [21; 32], later(5)),
        store.renew_device(&device, shown, [22; 32], later(5)),
    );
    assert_ne!(one.unwrap(), other.unwrap());
    let (device, shown) = store.device_by_token([1; 32]).await.unwrap().unwrap();
    assert_eq!(shown, Shown::Former { over: false });
    assert!(device.is_renewing);
    // The newest got lost: another takes its place.
    let again = store.renew_device(&device, shown, [23; 32], later(9));
    assert!(again.await.unwrap());
    assert!(store.device_by_token([22; 32]).await.unwrap().is_none());
    store.newest_arrived([23; 32]).await.unwrap();
    let (device, shown) = store.device_by_token([1; 32]).await.unwrap().unwrap();
    assert_eq!(shown, Shown::Former { over: true });
    assert!(!device.is_renewing);
    let too_late = store.renew_device(&device, shown, [24; 32], later(10));
    assert!(!too_late.await.unwrap());
}

#[tokio::test]
async fn a_device_ends_once_and_is_forgotten_when_nobody_asks_any_more() {
    let (store, _directory) = open_new();
    let device = paired(&store, 1, TABLET).await.device;
    let why = DeviceEnd::Removed;
    assert!(store.end_device(device, why, later(10)).await.unwrap());
    assert!(
        !store
            .end_device(device, DeviceEnd::Copied, later(11))
            .await
            .unwrap()
    );
    let ended = row(&store, TABLET).await.device.unwrap().ended;
    assert_eq!(ended, Some((later(10), why)));
    paired(&store, 2, TabletId(8)).await;
    kept(&store, 3, TABLET).await;
    let none = Timestamp(0);
    assert_eq!(store.purge_devices(NOW, later(10), none).await.unwrap(), 0);
    assert_eq!(
        store
            .purge_devices(later(1_000), later(11), none)
            .await
            .unwrap(),
        2
    );
    assert_eq!(store.purge_devices(NOW, none, later(0)).await.unwrap(), 1);
    assert!(store.tablets(NOW).await.unwrap().is_empty());
    // Numbers are not given again: a socket that is still open goes by them.
    assert!(paired(&store, 4, TABLET).await.device.0 > device.0 + 1);
}
