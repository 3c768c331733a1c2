//! The one call of the smoke test, step by step. Every wait has a deadline.

use super::error::SmokeError;
use crate::auth::Role;
use crate::client::http::{ClientError, Cookie, Target};
use crate::client::media::MediaClient;
use crate::client::signalling::SignallingClient;
use crate::config::Config;
use crate::store::Store;
use passerelle_signaling::ids::{CallId, OfferId, TabletId};
use passerelle_signaling::protocol::{Identity, Request, View};
use passerelle_signaling::record::{CallRecord, Outcome};
use passerelle_signaling::tag::Language;
use passerelle_signaling::time::{Millis, Timestamp};
use passerelle_signaling::view::{Activity, TabletPhase};
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

/// A change on a screen takes milliseconds; this is for a machine under heavy load.
const SCREEN_MAX: Duration = Duration::from_secs(5);

/// Media takes under a second on loopback; the rules give a call 15.
const MEDIA_MAX: Duration = Duration::from_secs(15);

/// Everything of this test happened within the last while.
const RECENT: Millis = Millis::from_secs(600);

/// Both clients of the call.
pub(super) struct Call {
    language: Language,
    tablet: SignallingClient,
    interpreter: SignallingClient,
    rung: Option<(OfferId, CallId)>,
    media: Option<[MediaClient; 2]>,
}

impl Call {
    /// Signs both in and opens their WebSockets.
    pub(super) async fn sign_in(config: &Config, target: &Target) -> Result<Self, SmokeError> {
        let missing =
            |what: &str| SmokeError::Unexpected(format!("the configuration has no {what}"));
        let language = config
            .languages
            .first()
            .ok_or_else(|| missing("language"))?
            .tag;
        let takes = |person: &&crate::config::InterpreterSection| {
            person.all_languages().any(|tag| tag == language)
        };
        let person = config.interpreters.iter().find(takes);
        let interpreter = person.ok_or_else(|| missing("interpreter"))?.id;
        let tablet = Identity::Tablet {
            tablet: TabletId(1),
        };
        Ok(Self {
            language,
            tablet: connect(target, tablet).await?,
            interpreter: connect(target, Identity::Interpreter { interpreter }).await?,
            rung: None,
            media: None,
        })
    }

    pub(super) async fn become_available(&mut self) -> Result<(), SmokeError> {
        self.interpreter
            .ask(Request::SetAvailable { available: true })
            .await?;
        Ok(())
    }

    /// Taps at the tablet and waits for the ring.
    pub(super) async fn tap(&mut self) -> Result<(), SmokeError> {
        let tap = Request::Tap {
            language: self.language,
            mode: None,
        };
        self.tablet.ask(tap).await?;
        let ring = |view: &View| match activity(view)? {
            Activity::Ringing { offer, call, .. } => Some((*offer, *call)),
            _ => None,
        };
        self.rung = Some(
            self.interpreter
                .view_where("the ring", SCREEN_MAX, ring)
                .await?,
        );
        Ok(())
    }

    /// Accepts; both sides then connect media at once and wait for the other's picture and sound.
    pub(super) async fn accept_and_connect(&mut self) -> Result<(), SmokeError> {
        let (offer, call) = self.rung()?;
        self.interpreter.ask(Request::Accept { offer }).await?;
        let connecting = |view: &View| {
            let phase = matches!(phase(view), Some(TabletPhase::Connecting { .. }));
            phase.then_some(())
        };
        self.tablet
            .view_where("the accept at the tablet", SCREEN_MAX, connecting)
            .await?;
        let (tablet, interpreter) = tokio::try_join!(
            join("tablet", &mut self.tablet, call),
            join("interpreter", &mut self.interpreter, call),
        )?;
        self.media = Some([tablet, interpreter]);
        Ok(())
    }

    /// Waits until both screens show the call in progress.
    pub(super) async fn see_active(&mut self) -> Result<(), SmokeError> {
        let at_tablet =
            |view: &View| matches!(phase(view), Some(TabletPhase::Active { .. })).then_some(());
        let at_interpreter =
            |view: &View| matches!(activity(view), Some(Activity::Active { .. })).then_some(());
        self.tablet
            .view_where("the call in progress", SCREEN_MAX, at_tablet)
            .await?;
        self.interpreter
            .view_where("the call in progress", SCREEN_MAX, at_interpreter)
            .await?;
        Ok(())
    }

    /// Hangs up at the tablet and waits until both screens show it.
    pub(super) async fn hang_up(&mut self) -> Result<(), SmokeError> {
        let (_, call) = self.rung()?;
        self.tablet.ask(Request::HangUp { call }).await?;
        let ended = |view: &View| match view {
            View::Tablet(view) if view.phase == TabletPhase::Idle => view.last.clone(),
            _ => None,
        };
        let ended = self
            .tablet
            .view_where("the end of the call", SCREEN_MAX, ended)
            .await?;
        if (ended.call, ended.outcome) != (call, Outcome::Completed) {
            return Err(SmokeError::Unexpected(format!(
                "the tablet shows {ended:?}"
            )));
        }
        let wrap_up =
            |view: &View| matches!(activity(view), Some(Activity::WrapUp { .. })).then_some(());
        self.interpreter
            .view_where("wrap-up", SCREEN_MAX, wrap_up)
            .await?;
        for client in self.media.take().into_iter().flatten() {
            client.close().await;
        }
        Ok(())
    }

    /// Reads the call's record and checks it.
    pub(super) async fn check_record(
        &self,
        store: &Store,
        now: Timestamp,
    ) -> Result<(), SmokeError> {
        let (_, call) = self.rung()?;
        let records = store.records_between(now - RECENT, now + RECENT).await?;
        let record = records.iter().find(|record| record.call == call);
        let record = record.ok_or_else(|| {
            SmokeError::Unexpected(format!("call {call} has no record in the database"))
        })?;
        sound(record).map_err(SmokeError::Unexpected)
    }

    fn rung(&self) -> Result<(OfferId, CallId), SmokeError> {
        self.rung
            .ok_or_else(|| SmokeError::Unexpected(String::from("nothing has rung")))
    }
}

/// Signs in with one click, as the demo's pages do, and opens the WebSocket.
async fn connect(target: &Target, identity: Identity) -> Result<SignallingClient, ClientError> {
    let body = serde_json::json!({ "identity": identity });
    let answer = target
        .post("/api/demo/sign-in", &body, None)
        .await?
        .accepted()?;
    let cookie = answer.cookie().unwrap_or(Cookie(String::new()));
    SignallingClient::connect(target, Role::of(identity), &cookie).await
}

/// Connects media on one side and waits for what the other sends.
async fn join(
    side: &'static str,
    client: &mut SignallingClient,
    call: CallId,
) -> Result<MediaClient, SmokeError> {
    let failed = |error| SmokeError::Media { side, error };
    let bound = MediaClient::new(IpAddr::V4(Ipv4Addr::LOCALHOST)).await;
    let (media, sdp) = bound.map_err(failed)?;
    let answer = client
        .ask(Request::MediaOffer {
            call,
            sdp: sdp.into(),
        })
        .await?
        .ok_or_else(|| {
            SmokeError::Unexpected(format!("the {side}'s media offer got no SDP answer"))
        })?;
    media.accept_answer(answer).await.map_err(failed)?;
    media.wait_for_media(MEDIA_MAX).await.map_err(failed)?;
    Ok(media)
}

const fn phase(view: &View) -> Option<&TabletPhase> {
    match view {
        View::Tablet(view) => Some(&view.phase),
        _ => None,
    }
}

const fn activity(view: &View) -> Option<&Activity> {
    match view {
        View::Interpreter(view) => Some(&view.activity),
        _ => None,
    }
}

/// Whether a record is that of a completed call with all its moments in order.
fn sound(record: &CallRecord) -> Result<(), String> {
    if record.outcome != Some(Outcome::Completed) {
        return Err(format!(
            "the outcome stored is {:?}, not completed",
            record.outcome
        ));
    }
    let moments = [
        ("tapped", Some(record.tapped_at)),
        ("queued", Some(record.queued_at)),
        ("offered", record.offered_at),
        ("accepted", record.accepted_at),
        ("connected", record.connected_at),
        ("ended", record.ended_at),
    ];
    let mut before = Timestamp(0);
    for (name, moment) in moments {
        let moment = moment.ok_or_else(|| format!("the record has no moment `{name}`"))?;
        if moment < before {
            return Err(format!(
                "the record's moment `{name}` lies before the one preceding it"
            ));
        }
        before = moment;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use passerelle_signaling::configuration::Class;
    use passerelle_signaling::ids::{InterpreterId, SiteId};
    use passerelle_signaling::need::Mode;

    fn record() -> CallRecord {
        CallRecord {
            call: CallId(1),
            site: SiteId(1),
            language: "fsl".parse().unwrap(),
            mode: Mode::Sign,
            class: Class::Normal,
            origin: None,
            handovers: 0,
            tapped_at: Timestamp(1),
            queued_at: Timestamp(1),
            offered_at: Some(Timestamp(2)),
            accepted_at: Some(Timestamp(3)),
            connected_at: Some(Timestamp(4)),
            ended_at: Some(Timestamp(5)),
            outcome: Some(Outcome::Completed),
            interpreter: Some(InterpreterId(1)),
            offers: 1,
            callback: None,
            appointment: None,
            subject: None,
            steps: 1,
        }
    }

    #[test]
    fn a_record_must_be_complete_and_in_order() {
        assert_eq!(sound(&record()), Ok(()));
        let mut out_of_order = record();
        out_of_order.connected_at = Some(Timestamp(2));
        assert!(sound(&out_of_order).unwrap_err().contains("connected"));
        let mut incomplete = record();
        incomplete.accepted_at = None;
        assert!(sound(&incomplete).unwrap_err().contains("accepted"));
        let mut other = record();
        other.outcome = Some(Outcome::ConnectionLost);
        assert!(sound(&other).unwrap_err().contains("ConnectionLost"));
    }
}
