//! Asks an authority for the certificate and renews it, for as long as the gateway runs. Each
//! attempt that fails is said with the moment of the next.

use super::{WARN_BEFORE, Warning, day_of, tell_of_replaced};
use crate::clock::Clock;
use crate::tls::{Acme, Standing};
use passerelle_signaling::time::{Millis, Timestamp};

/// How the certificate stands is looked at so often, whatever is planned.
const LOOK_EVERY: Millis = Millis::from_secs(60 * 60);

/// Of a short-lived certificate's lifetime, the last part in which somebody has to know: it should
/// have been renewed when twice as much was left.
const LAST_PART: u64 = 6;

/// Keeps the certificate in force.
pub(super) async fn keep(acme: Acme, clock: Clock) {
    let mut warning = Warning::default();
    let mut is_asked = false;
    let mut suggestion_at = Timestamp(0);
    if acme.stand(clock.now()) == Standing::SelfSigned {
        tracing::warn!(
            id = "acme_self_signed_meanwhile",
            "there is no certificate of the authority yet: browsers are shown a self-signed one"
        );
    }
    loop {
        let now = clock.now();
        acme.stand(now);
        let lifetime = acme.lifetime().unwrap_or(WARN_BEFORE);
        let before = WARN_BEFORE.min(Millis(lifetime.0 / LAST_PART));
        warning.look(acme.ends_at(), before, now);
        let next = acme.next_attempt(now, is_asked);
        is_asked = false;
        if next <= now {
            attempt(&acme, &clock).await;
            continue;
        }
        if suggestion_at <= now {
            suggestion_at = now + acme.follow_suggestion(&clock).await;
            continue;
        }
        tokio::select! {
            () = clock.wait_until(next.min(suggestion_at).min(now + LOOK_EVERY)) => {}
            () = acme.asked() => is_asked = true,
        }
    }
}

async fn attempt(acme: &Acme, clock: &Clock) {
    let names = acme.names().join(", ");
    tracing::info!(
        id = "acme_attempt",
        names,
        "asking the authority for a certificate"
    );
    match acme.attempt(clock).await {
        Ok(()) => {
            tracing::info!(
                id = "acme_certificate_issued",
                names,
                "the authority has issued"
            );
            tell_of_replaced(acme.ends_at());
        }
        Err(failure) => {
            let now = clock.now();
            let again = acme.next_attempt(now, false).since(now);
            tracing::warn!(
                id = failure.code(),
                problem = %failure,
                again_in_s = again.0 / 1000,
                "the certificate could not be renewed; what was served goes on to be"
            );
        }
    }
}

/// What an administrator is told, whose question is also a reason to try at once what has failed.
pub(super) fn asked_about(acme: &Acme, now: Timestamp) -> String {
    let names = acme.names().join(", ");
    let until = day_of(acme.ends_at()).unwrap_or_default();
    let is = match acme.stand(now) {
        Standing::Good | Standing::RenewalFails => format!("is in force until {until}"),
        Standing::SelfSigned => String::from("has not been issued yet: a self-signed one is shown"),
        Standing::Ended => format!("has ended ({until})"),
    };
    let failed = acme.problem();
    let failed = failed.map_or_else(String::new, |problem| format!(" Last: {problem}."));
    let next = acme.next_attempt(now, true);
    let then = if next <= now {
        String::from("The authority is asked now: see the log.")
    } else {
        format!("The authority is asked again at {}.", moment(next))
    };
    acme.ask();
    format!("The certificate of {names} {is}.{failed} {then}")
}

/// Such as `2026-12-24T05:00:00Z`.
fn moment(moment: Timestamp) -> String {
    let milliseconds = i64::try_from(moment.0).unwrap_or(i64::MAX);
    let moment = jiff::Timestamp::from_millisecond(milliseconds);
    moment.map_or_else(
        |_| String::new(),
        |it| it.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
    )
}
