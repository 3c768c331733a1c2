//! Accounts on a real store and by a clock that is moved by hand: what ends a session by itself,
//! and what may happen at the same time.

use super::*;
use crate::audit::Audit;
use crate::auth::{CookieNames, IDLE_MAX, SEEN_SPACING, SignOuts};
use crate::clock::ClockHand;
use crate::config::Config;
use crate::store::Store;
use axum::http::HeaderValue;
use axum::http::header::COOKIE;
use passerelle_signaling::ids::InterpreterId;
use passerelle_signaling::time::Timestamp;
use tempfile::TempDir;

/// 2026-11-22T21:00:00Z.
const BEGIN: Timestamp = Timestamp(1_795_381_200_000);

const WHO: Identity = Identity::Interpreter {
    interpreter: InterpreterId(5),
};

/// The accounts of a gateway with the demonstration's people, and its clock.
struct House {
    auth: Auth,
    hand: ClockHand,
    clock: Clock,
    store: Store,
    audit: Audit,
    configuration: Configuration,
    _directory: TempDir,
}

impl House {
    fn open() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(directory.path()).unwrap();
        let (clock, hand) = Clock::manual(BEGIN);
        let audit = Audit::open(directory.path(), clock.clone()).unwrap();
        let (kept, time) = (store.clone(), clock.clone());
        Self {
            auth: Auth::new(kept, time, true, audit.clone(), SignOuts::default()),
            hand,
            clock,
            store,
            audit,
            configuration: Config::demo().unwrap().configuration(),
            _directory: directory,
        }
    }

    async fn done(&self, command: AccountCommand) -> String {
        let kept = (&self.store, &self.audit, &self.clock);
        let carried = carry_out(command, By::default(), kept, &self.configuration).await;
        let carried = carried.map_err(|error| error.to_string()).unwrap();
        carried.done.said("")
    }

    /// The code of a link for interpreter 5.
    async fn link(&self) -> String {
        let login = "claire".into();
        let said = self.done(AccountCommand::Add { login, who: WHO }).await;
        said.split_once("#account=").unwrap().1.to_owned()
    }

    async fn choose(&self, code: &str, password: &str) -> Result<HeaderMap, SignInError> {
        let (headers, password) = (HeaderMap::new(), Password::from(password.to_owned()));
        let chosen = self.auth.choose_password(code, password, "", at(&headers));
        chosen.await.map(|chosen| match chosen {
            Chosen::SignedIn(signed_in) => jar(&signed_in),
            Chosen::CodeNeeded { .. } => panic!("an administrator's link signs in"),
        })
    }

    async fn sign_in(&self, password: &str, headers: &HeaderMap) -> Result<HeaderMap, SignInError> {
        let typed = Typed {
            login: "claire".to_owned(),
            password: Password::from(password.to_owned()),
            code: None,
        };
        let configuration = &self.configuration;
        let signed_in = self
            .auth
            .sign_in_by_password(typed, configuration, at(headers));
        signed_in.await.map(|signed_in| jar(&signed_in))
    }

    async fn is_in(&self, headers: &HeaderMap) -> bool {
        let session = self.auth.session(Role::Interpreter, headers).await;
        session.unwrap().is_some()
    }
}

fn at(headers: &HeaderMap) -> Place<'_> {
    Place {
        headers,
        from: None,
        browser: "",
    }
}

/// The cookies of a browser that was given these.
fn jar(SignedIn { cookies, .. }: &SignedIn) -> HeaderMap {
    let pairs = cookies.iter().map(|cookie| {
        let line = cookie.0.to_str().unwrap();
        line.split(';').next().unwrap().to_owned()
    });
    let line = pairs.collect::<Vec<_>>().join("; ");
    HeaderMap::from_iter([(COOKIE, HeaderValue::from_str(&line).unwrap())])
}

const PASSWORD: &str = "tomate velours horizon";

#[tokio::test]
async fn a_session_of_an_account_ends_two_hours_after_its_last_use_and_twelve_after_its_first() {
    let house = House::open();
    let browser = house
        .choose(&house.link().await, PASSWORD)
        .await
        .ok()
        .unwrap();
    // Used each hour, for as long as a day's work.
    for _ in 0..11 {
        house.hand.advance(Millis::from_secs(60 * 60));
        assert!(house.is_in(&browser).await);
    }
    house.hand.advance(Millis::from_secs(60 * 60));
    assert!(!house.is_in(&browser).await, "twelve hours");

    let browser = house.sign_in(PASSWORD, &browser).await.ok().unwrap();
    let session = house.auth.session(Role::Interpreter, &browser).await;
    let session = session.unwrap().unwrap();
    house.hand.advance(Millis(IDLE_MAX.0 - 1));
    // An open page uses it.
    assert!(house.auth.is_good(&session).await.unwrap());
    house.hand.advance(Millis(IDLE_MAX.0 - 1));
    assert!(house.is_in(&browser).await);
    // Looked at again within the spacing, which notes nothing.
    house.hand.advance(Millis(SEEN_SPACING.0 - 1));
    assert!(house.is_in(&browser).await);
    house.hand.advance(Millis(IDLE_MAX.0 - SEEN_SPACING.0 + 1));
    assert!(!house.auth.is_good(&session).await.unwrap());
    assert!(!house.is_in(&browser).await);
}

#[tokio::test]
async fn a_session_of_an_invitation_has_no_way_back_and_stays_its_twelve_hours() {
    let house = House::open();
    let set = house.auth.sign_in(WHO, None, "").await.unwrap();
    let pair = set
        .0
        .to_str()
        .unwrap()
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let browser = HeaderMap::from_iter([(COOKIE, HeaderValue::from_str(&pair).unwrap())]);
    house.hand.advance(Millis(PERSON_SESSION.0 - 1));
    assert!(house.is_in(&browser).await);
    house.hand.advance(Millis(1));
    assert!(!house.is_in(&browser).await);
}

#[tokio::test]
async fn a_link_is_good_for_three_days_and_of_two_who_use_it_at_once_for_one() {
    let house = House::open();
    let code = house.link().await;
    house.hand.advance(Millis::from_secs(72 * 60 * 60 - 1));
    let (one, other) = tokio::join!(
        house.choose(&code, PASSWORD),
        house.choose(&code, "quatre-vingts grenouilles"),
    );
    assert_eq!(u8::from(one.is_ok()) + u8::from(other.is_ok()), 1);
    let login = "claire".into();
    let said = house.done(AccountCommand::Reset { login }).await;
    let code = said.split_once("#account=").unwrap().1.to_owned();
    house.hand.advance(Millis::from_secs(72 * 60 * 60));
    let late = house.choose(&code, PASSWORD).await;
    assert!(matches!(late, Err(SignInError::LinkGone)));
}

#[tokio::test]
async fn a_browser_stays_known_over_sign_outs_and_not_over_a_reset() {
    let house = House::open();
    let browser = house
        .choose(&house.link().await, PASSWORD)
        .await
        .ok()
        .unwrap();
    let known =
        async |headers: &HeaderMap| house.auth.knows_browser("CLAIRE", headers).await.unwrap();
    house
        .auth
        .sign_out(Role::Interpreter, &browser)
        .await
        .unwrap();
    assert!(known(&browser).await);
    assert!(!known(&HeaderMap::new()).await);
    assert!(!house.auth.knows_browser("nobody", &browser).await.unwrap());
    // Signing in there again leaves it one browser, also for a second account.
    let again = house.sign_in(PASSWORD, &browser).await.ok().unwrap();
    let names = CookieNames { secure: true };
    assert_eq!(names.find_browser(&again), names.find_browser(&browser));
    let login = "claire".into();
    house.done(AccountCommand::Reset { login }).await;
    assert!(!known(&again).await);
}

#[tokio::test]
async fn a_password_that_is_reset_while_it_is_checked_signs_nobody_in() {
    let house = House::open();
    house
        .choose(&house.link().await, PASSWORD)
        .await
        .ok()
        .unwrap();
    let checked = house.store.account_by_login("claire".to_owned()).await;
    let checked = checked.unwrap().unwrap();
    let login = "claire".into();
    house.done(AccountCommand::Reset { login }).await;
    let nothing = HeaderMap::new();
    let (session, _) = house.auth.account_session(&checked, at(&nothing)).unwrap();
    let opened = house.store.open_account_session(&checked, session, [1; 32]);
    assert!(!opened.await.unwrap());
    let account = checked.id;
    let mine = house
        .store
        .sessions_of(crate::store::Owner::Account(account), BEGIN)
        .await;
    assert!(mine.unwrap().is_empty());
}

#[tokio::test]
async fn of_many_who_use_one_code_of_a_telephone_at_once_one_gets_in() {
    let house = House::open();
    let browser = house
        .choose(&house.link().await, PASSWORD)
        .await
        .ok()
        .unwrap();
    let session = house.auth.session(Role::Interpreter, &browser).await;
    let session = session.unwrap().unwrap();
    let password = Password::from(PASSWORD.to_owned());
    let begun = house
        .auth
        .begin_second_factor(&session, password, "", at(&browser));
    assert!(begun.await.is_ok());
    let account = session.account.unwrap();
    let secret = house.store.proposed_totp(account).await.unwrap().unwrap();
    let code = totp::tests::shown(secret, house.clock.now());
    let confirmed = house
        .auth
        .confirm_second_factor(&session, &code, None)
        .await;
    let recovery = confirmed.ok().unwrap();
    house.hand.advance(Millis::from_secs(30));
    for code in [
        totp::tests::shown(secret, house.clock.now()),
        recovery[0].clone(),
    ] {
        let attempts = (0..8).map(|_| async {
            let typed = Typed {
                login: "claire".to_owned(),
                password: Password::from(PASSWORD.to_owned()),
                code: Some(code.clone()),
            };
            let configuration = &house.configuration;
            let signed_in = house
                .auth
                .sign_in_by_password(typed, configuration, at(&browser));
            signed_in.await.is_ok()
        });
        let attempts = futures_util::future::join_all(attempts).await;
        assert_eq!(attempts.iter().filter(|is_in| **is_in).count(), 1);
    }
}

#[tokio::test]
async fn an_interpreter_who_has_left_the_configuration_is_not_let_in_by_a_right_password() {
    let mut house = House::open();
    let browser = house
        .choose(&house.link().await, PASSWORD)
        .await
        .ok()
        .unwrap();
    house.configuration.interpreters.remove(&InterpreterId(5));
    let refused = house.sign_in(PASSWORD, &browser).await;
    assert!(matches!(refused, Err(SignInError::NotHere)));
}
