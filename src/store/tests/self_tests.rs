//! What is kept of tablets' tests of themselves.

use super::*;
use crate::store::SelfTest;
use passerelle_signaling::ids::TabletId;

fn test(tablet: u32, at: u64, faults: &str) -> SelfTest {
    SelfTest {
        tablet: TabletId(tablet),
        at: Timestamp(at),
        faults: faults.to_owned(),
        way: Some("udp".to_owned()),
        opened_ms: Some(120),
        frames_in_10: Some(249),
        delay_ms: None,
    }
}

#[tokio::test]
async fn of_a_tablets_tests_the_newest_is_kept_until_it_is_too_old_to_say_anything() {
    let (store, _directory) = open_new();
    for kept in [
        test(2, 1000, "camera_black"),
        test(1, 1500, ""),
        test(2, 2000, ""),
    ] {
        store.keep_self_test(kept).await.unwrap();
    }
    let all = store.self_tests().await.unwrap();
    assert_eq!(all, [test(1, 1500, ""), test(2, 2000, "")]);
    let before = Timestamp(1800);
    store
        .purge_devices(Timestamp(3000), before, before)
        .await
        .unwrap();
    assert_eq!(store.self_tests().await.unwrap(), [test(2, 2000, "")]);
    store.close().await;
}
