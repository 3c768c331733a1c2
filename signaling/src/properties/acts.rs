//! What people do in a random day. Calls, offers and callbacks are picked from those under way, or
//! now and then from those long over or made up; so a shrunk day still means something.

use super::service::{INTERPRETERS, TABLETS, VARIANTS, languages, subjects};
use crate::command::{Counter, Departure, Party};
use crate::configuration::Class;
use crate::ids::{GuestId, InterpreterId, SiteId, TabletId};
use crate::need::Mode;
use crate::tag::{Language, Subject};
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
    ChangeMode(TabletId, Pick, Mode),
    SetSubject(TabletId, Pick, Option<Subject>),
    /// The slot with this number, or one that is none.
    Book(TabletId, Pick, Language, Option<Mode>, Pick),
    AnswerAppointment(TabletId, Pick),
    CancelAppointment(Option<TabletId>, Pick),
    TakeAppointment(InterpreterId, Pick, bool),
    ReleaseAppointment(InterpreterId, Pick),
    AskToJoin(Pick),
    Consent(TabletId, Pick, bool),
    ObserverUp(Pick, bool),
    InviteGuest(Party, Pick),
    RemoveGuest(Party, Pick),
    GuestUp(Pick, GuestId),
    /// Whatever brings a coordinator (true) or a third party one step further into a conversation.
    Company(bool),
    /// Whatever brings an appointment one step further.
    Meeting,
    HangUp(Party, Pick),
    Available(InterpreterId, bool),
    Pause(InterpreterId, bool),
    Accept(InterpreterId, Pick),
    Decline(InterpreterId, Pick),
    EndWrapUp(InterpreterId),
    ExtendWrapUp(InterpreterId),
    Transfer(InterpreterId, Pick, Language),
    Invite(
        InterpreterId,
        Pick,
        bool,
        Option<Language>,
        Option<InterpreterId>,
    ),
    CancelInvite(InterpreterId, Pick),
    TakeOver(InterpreterId, Pick),
    ColleagueUp(InterpreterId, Pick),
    /// Whatever brings a colleague one step further into a conversation.
    Together(bool),
    Help(InterpreterId, bool),
    Prioritise(Pick, Class),
    Assign(Pick, InterpreterId),
    Withdraw(Pick),
    Move(Pick, Language),
    Force(Counter, Option<bool>),
    MediaUp(Pick),
    Configure(u8),
    Restart,
    Resume,
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
    let moments = prop_oneof![
        30 => (act(), pause).prop_map(|one| vec![one]),
        1 => scene(),
    ];
    prop::collection::vec(moments, 1..190).prop_map(|moments| moments.concat())
}

/// What takes several steps in a row: a handover, somebody who looks on, an appointment kept.
fn scene() -> impl Strategy<Value = Vec<(Act, u64)>> {
    let act = prop_oneof![
        any::<bool>().prop_map(Act::Together),
        any::<bool>().prop_map(Act::Company),
        Just(Act::Meeting),
    ];
    let steps = prop::collection::vec(0u64..3000, 3..8);
    let each = |(act, steps): (Act, Vec<u64>)| {
        let steps = steps.into_iter();
        steps.map(|pause| (act.clone(), pause)).collect()
    };
    prop_oneof![3 => (act, steps).prop_map(each), 1 => callback_amid_changes()]
}

/// A visitor leaves to be called back, and the directory is another before they are.
fn callback_amid_changes() -> impl Strategy<Value = Vec<(Act, u64)>> {
    let all = (tablet(), language(), 0..VARIANTS, 0u64..3000);
    all.prop_map(|(tablet, language, variant, pause)| {
        let acts = [
            Act::Come(Party::Tablet(tablet)),
            Act::Tap(tablet, language, None),
            Act::RequestCallback(tablet, Pick::Live(0)),
            Act::Configure(variant),
        ];
        acts.into_iter().map(|act| (act, pause)).collect()
    })
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        10 => of_tablets(),
        5 => of_appointments(),
        9 => of_company(),
        14 => of_interpreters(),
        4 => of_coordinators(),
        4 => of_clients(),
        4 => pick().prop_map(Act::MediaUp),
        1 => (0..VARIANTS).prop_map(Act::Configure),
        1 => prop_oneof![2 => Just(Act::Restart), 1 => Just(Act::Resume), 5 => Just(Act::Wait)],
    ]
}

fn of_tablets() -> impl Strategy<Value = Act> {
    let own = (tablet(), pick());
    let unknown: Subject = "xx".parse().unwrap();
    let subject = prop::sample::select([subjects().as_slice(), &[unknown]].concat());
    prop_oneof![
        1 => (own.clone(), mode())
            .prop_map(|((tablet, call), mode)| Act::ChangeMode(tablet, call, mode)),
        1 => (own.clone(), prop::option::weighted(0.8, subject))
            .prop_map(|((tablet, call), subject)| Act::SetSubject(tablet, call, subject)),
        10 => (tablet(), language(), prop::option::weighted(0.2, mode()))
            .prop_map(|(tablet, language, mode)| Act::Tap(tablet, language, mode)),
        2 => own.clone().prop_map(|(tablet, call)| Act::HangUp(Party::Tablet(tablet), call)),
        2 => own.clone().prop_map(|(tablet, call)| Act::RequestCallback(tablet, call)),
        2 => own.clone().prop_map(|(tablet, call)| Act::AnswerCallback(tablet, call)),
        1 => (prop::option::of(tablet()), pick())
            .prop_map(|(tablet, callback)| Act::CancelCallback(tablet, callback)),
    ]
}

fn of_appointments() -> impl Strategy<Value = Act> {
    let mode = prop::option::weighted(0.2, mode());
    prop_oneof![
        4 => (tablet(), pick(), language(), mode, pick())
            .prop_map(|(tablet, call, language, mode, at)| {
                Act::Book(tablet, call, language, mode, at)
            }),
        1 => (tablet(), pick()).prop_map(|(tablet, pick)| Act::AnswerAppointment(tablet, pick)),
        1 => (prop::option::of(tablet()), pick())
            .prop_map(|(tablet, pick)| Act::CancelAppointment(tablet, pick)),
        3 => (person(), pick(), prop::bool::weighted(0.3))
            .prop_map(|(person, pick, by)| Act::TakeAppointment(person, pick, by)),
        1 => (person(), pick()).prop_map(|(person, pick)| Act::ReleaseAppointment(person, pick)),
        4 => Just(Act::Meeting),
    ]
}

fn of_company() -> impl Strategy<Value = Act> {
    let onlooker = prop_oneof![guest().prop_map(Party::Guest), Just(Party::Coordinator)];
    prop_oneof![
        1 => pick().prop_map(Act::AskToJoin),
        2 => (tablet(), pick(), any::<bool>())
            .prop_map(|(tablet, call, agree)| Act::Consent(tablet, call, agree)),
        1 => (pick(), any::<bool>()).prop_map(|(call, up)| Act::ObserverUp(call, up)),
        1 => (party(), pick()).prop_map(|(party, call)| Act::InviteGuest(party, call)),
        1 => (party(), pick()).prop_map(|(party, call)| Act::RemoveGuest(party, call)),
        1 => (pick(), guest()).prop_map(|(call, guest)| Act::GuestUp(call, guest)),
        1 => (onlooker, pick()).prop_map(|(party, call)| Act::HangUp(party, call)),
        24 => any::<bool>().prop_map(Act::Company),
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
        5 => person().prop_map(Act::ExtendWrapUp),
        2 => (own.clone(), language())
            .prop_map(|((person, call), language)| Act::Transfer(person, call, language)),
        12 => of_colleagues(),
        1 => (person(), any::<bool>()).prop_map(|(person, by)| Act::Pause(person, by)),
        1 => (person(), any::<bool>()).prop_map(|(person, asks)| Act::Help(person, asks)),
    ]
}

fn of_colleagues() -> impl Strategy<Value = Act> {
    let own = (person(), pick());
    let other = prop::option::weighted(0.3, language());
    let to = prop::option::weighted(0.3, person());
    prop_oneof![
        4 => (own.clone(), any::<bool>(), other, to)
            .prop_map(|((person, call), relief, language, to)| {
                Act::Invite(person, call, relief, language, to)
            }),
        2 => own.clone().prop_map(|(person, call)| Act::ColleagueUp(person, call)),
        2 => own.clone().prop_map(|(person, call)| Act::TakeOver(person, call)),
        1 => own.prop_map(|(person, call)| Act::CancelInvite(person, call)),
        12 => any::<bool>().prop_map(Act::Together),
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
        3 => (counter, any::<Option<bool>>()).prop_map(|(counter, open)| Act::Force(counter, open)),
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
        4 => tablet().prop_map(Party::Tablet),
        4 => person().prop_map(Party::Interpreter),
        2 => guest().prop_map(Party::Guest),
        1 => Just(Party::Coordinator),
    ]
}

/// Of the few there are in a day.
fn guest() -> impl Strategy<Value = GuestId> {
    (1u32..4).prop_map(GuestId)
}

fn mode() -> impl Strategy<Value = Mode> + Clone {
    let modes = [Mode::SpokenVideo, Mode::SpokenAudio, Mode::TextRelay];
    prop::sample::select(modes.to_vec())
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
