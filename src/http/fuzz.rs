//! For the fuzzer: everything that is read of a body.

use super::{account, demo_sign_in, invite, pair, people, self_test};
use serde::de::DeserializeOwned;

/// How one body is read.
pub(super) type Reader = fn(&[u8]);

/// Reads any bytes as the body of each endpoint that has one.
pub(crate) fn bodies(bytes: &[u8]) {
    const OTHERS: &[Reader] = &[
        body::<demo_sign_in::Asked>,
        body::<invite::Asked>,
        body::<pair::Asked>,
        body::<self_test::Offered>,
        body::<self_test::Found>,
    ];
    let all = OTHERS.iter().chain(account::BODIES).chain(people::BODIES);
    all.for_each(|read| read(bytes));
}

/// Reads them as one.
pub(super) fn body<T: DeserializeOwned>(bytes: &[u8]) {
    drop(serde_json::from_slice::<T>(bytes));
}
