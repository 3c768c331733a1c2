//! What people do in a random day. Calls, offers and callbacks are picked from those under way, or
//! now and then from those long over or made up; so a shrunk day still means something.

use super::service::{INTERPRETERS, TABLETS, VARIANTS, configuration, languages};
use crate::command::{Command, Counter, Departure, Party};
use crate::configuration::Class;
use crate::ids::{CallId, InterpreterId, OfferId, SiteId, TabletId};
use crate::need::Mode;
use crate::protocol::{DeclineReason, HelpReason, PauseReason};
use crate::state::{Duty, State};
use crate::tag::Language;
use crate::time::Timestamp;
use proptest::prelude::*;

/// Which call, offer or callback is meant.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pick {
    /// One's own, or of those under way the one with this number, round and round.
    Live(usize),
    /// One made so many before the newest: mostly over.
    Back(u64),
    /// One that was never made.
    Foreign,
}

/// What somebody does.
#[derive(Clone, Debug)]
pub(super) enum Act {
    Come(Party),
    Leave(Party, Departure),
    Tap(TabletId, Language, Option<Mode>),
    RequestCallback(TabletId, Pick),
    AnswerCallback(TabletId, Pick),
    CancelCallback(Option<TabletId>, Pick),
    HangUp(Party, Pick),
    Available(InterpreterId, bool),
    Pause(InterpreterId, bool),
    Accept(InterpreterId, Pick),
    Decline(InterpreterId, Pick),
    EndWrapUp(InterpreterId),
    ExtendWrapUp(InterpreterId),
    Transfer(InterpreterId, Pick, Language),
    Help(InterpreterId, bool),
    Prioritise(Pick, Class),
    Assign(Pick, InterpreterId),
    Withdraw(Pick),
    Move(Pick, Language),
    Force(Counter, Option<bool>),
    MediaUp(Pick),
    Configure(u8),
    Restart,
    Wait,
}

/// A day: acts with the milliseconds that pass before each. Whole fives of seconds are many, so
/// that deadlines fall together with commands and with each other.
pub(super) fn day() -> impl Strategy<Value = Vec<(Act, u64)>> {
    let pause = prop_oneof![
        3 => Just(0),
        2 => 0u64..3000,
        3 => (0u64..5).prop_map(|fives| 5000 * fives),
        1 => (0u64..15).prop_map(|fives| 5000 * fives),
        1 => 0u64..70_000,
    ];
    prop::collection::vec((act(), pause), 1..160)
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        10 => of_tablets(),
        14 => of_interpreters(),
        4 => of_coordinators(),
        4 => of_clients(),
        4 => pick().prop_map(Act::MediaUp),
        1 => (0..VARIANTS).prop_map(Act::Configure),
        1 => prop_oneof![1 => Just(Act::Restart), 3 => Just(Act::Wait)],
    ]
}

fn of_tablets() -> impl Strategy<Value = Act> {
    let own = (tablet(), pick());
    let modes = [Mode::SpokenVideo, Mode::SpokenAudio, Mode::TextRelay];
    let mode = prop::option::weighted(0.2, prop::sample::select(modes.to_vec()));
    prop_oneof![
        10 => (tablet(), language(), mode)
            .prop_map(|(tablet, language, mode)| Act::Tap(tablet, language, mode)),
        2 => own.clone().prop_map(|(tablet, call)| Act::HangUp(Party::Tablet(tablet), call)),
        2 => own.clone().prop_map(|(tablet, call)| Act::RequestCallback(tablet, call)),
        2 => own.clone().prop_map(|(tablet, call)| Act::AnswerCallback(tablet, call)),
        1 => (prop::option::of(tablet()), pick())
            .prop_map(|(tablet, callback)| Act::CancelCallback(tablet, callback)),
    ]
}

fn of_interpreters() -> impl Strategy<Value = Act> {
    let own = (person(), pick());
    prop_oneof![
        4 => (person(), prop::bool::weighted(0.8))
            .prop_map(|(person, available)| Act::Available(person, available)),
        9 => own.clone().prop_map(|(person, offer)| Act::Accept(person, offer)),
        3 => own.clone().prop_map(|(person, offer)| Act::Decline(person, offer)),
        3 => own.clone().prop_map(|(person, call)| Act::HangUp(Party::Interpreter(person), call)),
        3 => person().prop_map(Act::EndWrapUp),
        2 => person().prop_map(Act::ExtendWrapUp),
        2 => (own, language())
            .prop_map(|((person, call), language)| Act::Transfer(person, call, language)),
        1 => (person(), any::<bool>()).prop_map(|(person, by)| Act::Pause(person, by)),
        1 => (person(), any::<bool>()).prop_map(|(person, asks)| Act::Help(person, asks)),
    ]
}

fn of_coordinators() -> impl Strategy<Value = Act> {
    let classes = vec![Class::Emergency, Class::Priority, Class::Normal];
    let counter = prop_oneof![
        language().prop_map(Counter::Language),
        (1u32..=4).prop_map(|id| Counter::Site(SiteId(10 * id))),
    ];
    prop_oneof![
        2 => (pick(), prop::sample::select(classes))
            .prop_map(|(call, class)| Act::Prioritise(call, class)),
        3 => (pick(), person()).prop_map(|(call, person)| Act::Assign(call, person)),
        1 => pick().prop_map(Act::Withdraw),
        2 => (pick(), language()).prop_map(|(call, language)| Act::Move(call, language)),
        1 => (counter, any::<Option<bool>>()).prop_map(|(counter, open)| Act::Force(counter, open)),
    ]
}

fn of_clients() -> impl Strategy<Value = Act> {
    let departures = vec![
        Departure::Closed,
        Departure::Lost,
        Departure::Lost,
        Departure::SignedOut,
    ];
    prop_oneof![
        3 => party().prop_map(Act::Come),
        1 => (party(), prop::sample::select(departures))
            .prop_map(|(party, how)| Act::Leave(party, how)),
    ]
}

fn tablet() -> impl Strategy<Value = TabletId> + Clone {
    prop_oneof![30 => (1..=TABLETS).prop_map(TabletId), 1 => Just(TabletId(77))]
}

fn person() -> impl Strategy<Value = InterpreterId> + Clone {
    prop_oneof![40 => (1..=INTERPRETERS).prop_map(InterpreterId), 1 => Just(InterpreterId(77))]
}

fn party() -> impl Strategy<Value = Party> {
    prop_oneof![
        tablet().prop_map(Party::Tablet),
        person().prop_map(Party::Interpreter)
    ]
}

fn language() -> impl Strategy<Value = Language> + Clone {
    let unknown: Language = "xx".parse().unwrap();
    prop_oneof![30 => prop::sample::select(languages().to_vec()), 1 => Just(unknown)]
}

fn pick() -> impl Strategy<Value = Pick> + Clone {
    prop_oneof![
        12 => (0usize..4).prop_map(Pick::Live),
        2 => (0u64..4).prop_map(Pick::Back),
        1 => Just(Pick::Foreign),
    ]
}

impl Act {
    /// The command this act is in this state.
    pub(super) fn command(&self, state: &State, now: Timestamp) -> Command {
        let tablets = |tablet| state.tablet(tablet).and_then(|tablet| tablet.call);
        let of = |party, pick| call(state, own_call(state, party), pick);
        let any_call = |pick| call(state, None, pick);
        match *self {
            Self::Come(party) => Command::Connected(party),
            Self::Leave(party, how) => Command::Disconnected(party, how),
            Self::Tap(tablet, language, mode) => Command::Tap {
                tablet,
                language,
                mode,
                tapped_at: now,
            },
            Self::RequestCallback(tablet, pick) => Command::RequestCallback {
                tablet,
                call: call(state, tablets(tablet), pick),
            },
            Self::AnswerCallback(tablet, pick) => Command::AnswerCallback {
                tablet,
                callback: callback(state, Some(tablet), pick),
            },
            Self::CancelCallback(tablet, pick) => Command::CancelCallback {
                tablet,
                callback: callback(state, tablet, pick),
            },
            Self::HangUp(party, pick) => Command::HangUp {
                party,
                call: of(party, pick),
            },
            Self::Transfer(interpreter, pick, language) => Command::Transfer {
                interpreter,
                call: of(Party::Interpreter(interpreter), pick),
                language,
            },
            Self::Prioritise(pick, class) => Command::Prioritise {
                call: any_call(pick),
                class,
            },
            Self::Assign(pick, interpreter) => Command::Assign {
                call: any_call(pick),
                interpreter,
            },
            Self::Withdraw(pick) => Command::Withdraw {
                call: any_call(pick),
            },
            Self::Move(pick, language) => Command::Move {
                call: any_call(pick),
                language,
            },
            Self::MediaUp(pick) => Command::MediaUp {
                call: any_call(pick),
            },
            Self::Force(counter, open) => Command::Force { counter, open },
            Self::Configure(variant) => Command::Configure(Box::new(configuration(variant))),
            Self::Restart => Command::Restarted,
            Self::Wait => Command::Tick,
            _ => self.by_interpreter(state),
        }
    }

    fn by_interpreter(&self, state: &State) -> Command {
        match *self {
            Self::Available(interpreter, available) => Command::SetAvailable {
                interpreter,
                available,
            },
            Self::Pause(interpreter, by_coordinator) => Command::Pause {
                interpreter,
                reason: PauseReason::Meal,
                by_coordinator,
            },
            Self::Accept(interpreter, pick) => Command::Accept {
                interpreter,
                offer: offer(state, interpreter, pick),
            },
            Self::Decline(interpreter, pick) => Command::Decline {
                interpreter,
                offer: offer(state, interpreter, pick),
                reason: DeclineReason::Tired,
            },
            Self::EndWrapUp(interpreter) => Command::EndWrapUp { interpreter },
            Self::ExtendWrapUp(interpreter) => Command::ExtendWrapUp { interpreter },
            Self::Help(interpreter, asks) => Command::AskHelp {
                interpreter,
                reason: asks.then_some(HelpReason::Difficult),
            },
            _ => Command::Tick,
        }
    }
}

fn own_call(state: &State, party: Party) -> Option<CallId> {
    match party {
        Party::Tablet(id) => state.tablet(id)?.call,
        Party::Interpreter(id) => match state.interpreter(id)?.duty {
            Duty::InCall(call) | Duty::WrapUp { call, .. } => Some(call),
            Duty::Free | Duty::Ringing(_) => None,
        },
    }
}

fn call(state: &State, own: Option<CallId>, pick: Pick) -> CallId {
    match pick {
        Pick::Live(number) => {
            let live = state.calls().map(|(id, _)| id);
            own.or_else(|| nth(live.collect(), number))
                .unwrap_or(CallId(9999))
        }
        Pick::Back(back) => CallId(state.next_call().0.saturating_sub(1 + back)),
        Pick::Foreign => CallId(9999),
    }
}

fn callback(state: &State, tablet: Option<TabletId>, pick: Pick) -> CallId {
    let theirs = state
        .callbacks()
        .filter(|callback| tablet.is_none_or(|tablet| tablet == callback.tablet));
    match pick {
        Pick::Live(number) => nth(theirs.map(|one| one.record.call).collect(), number),
        Pick::Back(_) => nth(state.callbacks().map(|one| one.record.call).collect(), 0),
        Pick::Foreign => None,
    }
    .unwrap_or(CallId(9999))
}

fn offer(state: &State, interpreter: InterpreterId, pick: Pick) -> OfferId {
    let duty = state.interpreter(interpreter).map(|person| person.duty);
    match (pick, duty) {
        (Pick::Live(_), Some(Duty::Ringing(offer))) => offer,
        (Pick::Foreign, _) => OfferId(9999),
        (Pick::Live(_), _) => OfferId(state.next_offer().0.saturating_sub(1)),
        (Pick::Back(back), _) => OfferId(state.next_offer().0.saturating_sub(1 + back)),
    }
}

fn nth(all: Vec<CallId>, number: usize) -> Option<CallId> {
    all.get(number % all.len().max(1)).copied()
}
