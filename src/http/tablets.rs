//! `GET /api/tablets`: for coordinators and administrators, every site with its tablets,
//! what is paired as each, and how its newest test of itself went.

use super::allowed::Allowed;
use super::{ApiError, HttpState};
use crate::auth::TabletState;
use crate::store::SelfTest;
use axum::Json;
use axum::extract::State;
use passerelle_signaling::ids::{SiteId, TabletId};
use passerelle_signaling::time::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;

/// The answer.
#[derive(Serialize)]
pub(super) struct Answer {
    sites: Vec<Site>,
}

#[derive(Serialize)]
struct Site {
    site: SiteId,
    name: String,
    tablets: Vec<Tablet>,
}

#[derive(Serialize)]
struct Tablet {
    tablet: TabletId,
    /// `unpaired`, `paired`, `moved`, `unbound` (signed in otherwise), or how the newest device
    /// ended.
    state: &'static str,
    /// Since when.
    since: Option<Timestamp>,
    /// The mark of the session that made the code; none for the command line.
    paired_by: Option<String>,
    /// The beginning of the day (UTC) on which it was last there.
    seen_on: Option<Timestamp>,
    /// A page of it is open.
    connected: bool,
    /// Until when a code for it can be used.
    code_until: Option<Timestamp>,
    /// How its newest test of itself went; none while there was none.
    self_test: Option<Tested>,
}

#[derive(Serialize)]
struct Tested {
    at: Timestamp,
    /// What did not work; empty when all went well.
    faults: Vec<String>,
    /// `udp`, `tcp` or `relay`; none when no media got through.
    way: Option<String>,
    opened_ms: Option<u32>,
    frames_in_10: Option<u32>,
    delay_ms: Option<u32>,
}

impl From<SelfTest> for Tested {
    fn from(test: SelfTest) -> Self {
        Self {
            at: test.at,
            faults: test.faults.split_whitespace().map(str::to_owned).collect(),
            way: test.way,
            opened_ms: test.opened_ms,
            frames_in_10: test.frames_in_10,
            delay_ms: test.delay_ms,
        }
    }
}

/// Lists them in the order of the configuration.
pub(super) async fn handler(
    State(state): State<HttpState>,
    Allowed(_): Allowed,
) -> Result<Json<Answer>, ApiError> {
    let tablets = state.auth.tablets().await;
    let tablets = tablets.map_err(|error| ApiError::unavailable(&error))?;
    let mut known: BTreeMap<_, _> = tablets
        .into_iter()
        .map(|state| (state.row.tablet, state))
        .collect();
    let tests = state.auth.self_tests().await;
    let tests = tests.map_err(|error| ApiError::unavailable(&error))?;
    let mut tests: BTreeMap<_, _> = tests.into_iter().map(|test| (test.tablet, test)).collect();
    let in_force = state.current.get();
    let sites = in_force.config.sites.iter().map(|section| Site {
        site: section.id,
        name: section.name.clone(),
        tablets: {
            let numbers = section.tablets.iter();
            let rows = numbers.map(|tablet| Tablet {
                self_test: tests.remove(tablet).map(Tested::from),
                ..row(*tablet, section.id, known.remove(tablet))
            });
            rows.collect()
        },
    });
    Ok(Json(Answer {
        sites: sites.collect(),
    }))
}

fn row(tablet: TabletId, site: SiteId, known: Option<TabletState>) -> Tablet {
    let nothing = Tablet {
        tablet,
        state: "unpaired",
        since: None,
        paired_by: None,
        seen_on: None,
        connected: false,
        code_until: None,
        self_test: None,
    };
    let Some(TabletState { row, connected }) = known else {
        return nothing;
    };
    let with_code = Tablet {
        connected,
        code_until: row.code_until,
        ..nothing
    };
    match row.device {
        _ if !row.sessions.is_empty() => Tablet {
            state: "unbound",
            ..with_code
        },
        Some(device) => {
            let (since, state) = match device.ended {
                Some((at, end)) => (at, end.as_str()),
                None if device.site == site => (device.paired_at, "paired"),
                None => (device.paired_at, "moved"),
            };
            Tablet {
                state,
                since: Some(since),
                paired_by: device.paired_by,
                seen_on: Some(device.seen_on),
                ..with_code
            }
        }
        None => with_code,
    }
}
