//! `GET /api/tablets`: for coordinators and administrators, every site with its tablets and
//! what is paired as each.

use super::allowed::Allowed;
use super::{ApiError, HttpState};
use crate::auth::TabletState;
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
    let in_force = state.current.get();
    let sites = in_force.config.sites.iter().map(|section| Site {
        site: section.id,
        name: section.name.clone(),
        tablets: {
            let numbers = section.tablets.iter();
            let rows = numbers.map(|tablet| row(*tablet, section.id, known.remove(tablet)));
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
