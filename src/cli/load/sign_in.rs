//! Signing many people in: before the gateway runs in its store, or at a running demonstration with
//! its one click.

use super::error::LoadError;
use crate::audit::Audit;
use crate::auth::{Auth, AuthError, Role, SignOuts};
use crate::client::http::{Cookie, Target};
use crate::clock::Clock;
use crate::store::Store;
use futures_util::future::try_join_all;
use passerelle_signaling::protocol::Identity;
use passerelle_signaling::tag::Language;
use serde::Deserialize;
use std::path::Path;

/// Opens a session for each. Nobody may serve this directory meanwhile.
pub(super) async fn in_store(
    data_dir: &Path,
    everybody: &[Identity],
) -> Result<Vec<(Identity, Cookie)>, LoadError> {
    let store = Store::open(data_dir)?;
    let clock = Clock::system(store.newest_moment()?);
    let audit = Audit::open(data_dir, clock.clone()).map_err(AuthError::from)?;
    let auth = Auth::new(
        store.clone(),
        clock,
        true,
        audit.clone(),
        SignOuts::default(),
    );
    let sign_in = async |identity: &Identity| {
        let set = auth.sign_in(*identity, None, "").await?;
        let pair = set.0.to_str().unwrap_or_default().split(';').next();
        let cookie = Cookie(pair.unwrap_or_default().to_owned());
        Ok::<_, LoadError>((*identity, cookie))
    };
    let passes = try_join_all(everybody.iter().map(sign_in)).await;
    audit.close().await;
    store.close().await;
    passes
}

/// Signs in at a demonstration with one click.
pub(super) async fn at_demo(target: &Target, identity: Identity) -> Result<Cookie, LoadError> {
    let body = serde_json::json!({ "identity": identity });
    let answer = target.post("/api/demo/sign-in", &body, None).await?;
    let cookie = answer.accepted()?.cookie();
    cookie.ok_or_else(|| LoadError::Broken(String::from("the demonstration gave no session")))
}

/// Somebody a demonstration offers to sign in as.
#[derive(Deserialize)]
pub(super) struct Choice {
    pub(super) identity: Identity,
    detail: String,
}

impl Choice {
    /// The first language this interpreter takes.
    pub(super) fn language(&self) -> Option<Language> {
        self.detail.split(" · ").next()?.parse().ok()
    }
}

/// Whom a demonstration has of this role.
pub(super) async fn choices(target: &Target, role: Role) -> Result<Vec<Choice>, LoadError> {
    #[derive(Deserialize)]
    struct Page {
        identities: Vec<Choice>,
    }
    let answer = target
        .get(&format!("/api/session?role={role}"), None)
        .await?;
    let page: Result<Page, _> = serde_json::from_str(&answer.accepted()?.body);
    let page = page.map_err(|error| LoadError::Broken(format!("not a demonstration: {error}")))?;
    Ok(page.identities)
}
