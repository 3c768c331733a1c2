//! Steps and hours of the configuration, as visitors and interpreters meet them.

use crate::people::{SOON, ended, interpreter, outcome, ring, tablet, tap};
use crate::service::{Service, changed};
use passerelle::client::http::ClientError;
use passerelle::config::DEMO_TOML;
use passerelle_signaling::event::OfferEnd;
use passerelle_signaling::protocol::{ErrorCode, Identity, Request, View};
use passerelle_signaling::record::Outcome;

#[tokio::test]
async fn a_step_that_rings_two_gives_the_call_to_the_first_and_takes_the_other_ring_back() {
    // Ukrainian is the fourth language: its first step comes after three others.
    let (before, ukrainian) = DEMO_TOML.split_once("tag = \"uk\"").unwrap();
    let both = changed(
        ukrainian,
        "at once ring one of tier 1",
        "at once ring 2 of tier 1",
    );
    let both = changed(&both, "\n    \"after 30 s ring 2 of tiers 1 to 2\",", "");
    let service = Service::start(&format!("{before}tag = \"uk\"{both}"));
    let mut first = service.available(5).await;
    let mut second = service.available(6).await;
    let mut calling = service.connect(tablet(1)).await;
    tap(&mut calling, "uk").await;
    let (offer, call) = ring(&mut first).await;
    let (other, same) = ring(&mut second).await;
    assert_eq!(same, call);
    assert_ne!(other, offer);

    second.ask(Request::Accept { offer: other }).await.unwrap();
    let lost = |view: &View| match view {
        View::Interpreter(view) => view.last_offer.filter(|last| last.offer == offer),
        _ => None,
    };
    let told = first.view_where("the end of the ring", SOON, lost).await;
    assert_eq!(told.unwrap().end, OfferEnd::LostRace);
    let late = first.ask(Request::Accept { offer }).await.unwrap_err();
    let ClientError::RequestRefused { error, .. } = late else {
        panic!("{late}")
    };
    assert_eq!(error, ErrorCode::OfferGone);
}

#[tokio::test]
async fn a_language_that_is_closed_is_shown_so_and_refused_on_record() {
    let ever = "tag = \"pt\"\nhours = { closed = [\"2000-01-01 to 2199-12-31\"] }";
    let service = Service::start(&changed(DEMO_TOML, "tag = \"pt\"", ever));
    let mut coordinator = service.connect(Identity::Coordinator).await;
    let _free = service.available(7).await;
    let mut calling = service.connect(tablet(1)).await;
    let closed = |view: &View| match view {
        View::Tablet(view) => view.closed.first().copied(),
        _ => None,
    };
    let shown = calling
        .view_where("the closed language", SOON, closed)
        .await;
    assert_eq!(shown.unwrap().language.as_str(), "pt");
    tap(&mut calling, "pt").await;
    let last = ended(&mut calling).await;
    assert_eq!(last.outcome, Outcome::RefusedClosed);
    let (_, record) = outcome(&mut coordinator, last.call).await;
    assert_eq!(
        (record.outcome, record.offers),
        (Some(Outcome::RefusedClosed), 0)
    );
}

#[tokio::test]
async fn a_site_that_asks_for_a_certificate_is_served_by_those_who_have_it() {
    let service = Service::start(DEMO_TOML);
    let mut without = service.available(6).await;
    let mut calling = service.connect(tablet(13)).await;
    tap(&mut calling, "uk").await;
    let mut with = service.available(5).await;
    let (_, call) = ring(&mut with).await;
    let mut elsewhere = service.connect(tablet(1)).await;
    tap(&mut elsewhere, "uk").await;
    // The first ring of the one without is for the other counter.
    assert_ne!(ring(&mut without).await.1, call);
    assert_eq!(with.identity(), interpreter(5));
}
