//! What follows from a command: events, or a refusal. Reads the state, changes nothing. One file
//! per kind of command; what happens by itself when its time comes is in `due`, who is rung in
//! `ring`.

mod appointment;
mod callback;
mod colleague;
mod configure;
mod coordinator;
mod due;
mod end;
mod interpreter;
mod onlooker;
mod presence;
mod ring;
mod tablet;

use crate::command::{Command, Party, Rejection};
use crate::event::Event;
use crate::ids::CallId;
use crate::state::{Phase, State};
use crate::time::Timestamp;
pub(crate) use callback::may_request;
pub(crate) use due::due;
pub(crate) use ring::ring;

/// Decides one command. Deadlines that have passed are the business of `due`, which the core asks
/// first, so that a late click meets the state it would have met had the timer fired on time.
///
/// # Errors
/// A [`Rejection`] when the command is not possible in this state; nothing changes then.
pub(crate) fn decide(
    state: &State,
    command: &Command,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    match *command {
        Command::Configure(ref configuration) => {
            Ok(configure::configure(state, configuration, now))
        }
        Command::Connected(party) => presence::connected(state, party),
        Command::Disconnected(party, how) => presence::disconnected(state, party, how, now),
        Command::Restarted => Ok(presence::restarted(state, now)),
        Command::Tick => Ok(Vec::new()),
        Command::MediaUp { call } => media_up(state, call),
        Command::ColleagueUp { call, interpreter } => colleague::up(state, call, interpreter),
        Command::Tap {
            tablet,
            language,
            mode,
            tapped_at,
        } => tablet::tap(state, tablet, language, mode, tapped_at, now),
        Command::RequestCallback { tablet, call } => callback::request(state, tablet, call, now),
        Command::AnswerCallback { tablet, callback } => {
            callback::answer(state, tablet, callback, now)
        }
        Command::CancelCallback { tablet, callback } => callback::cancel(state, tablet, callback),
        Command::ChangeMode { tablet, call, mode } => {
            tablet::change_mode(state, tablet, call, mode, now)
        }
        Command::SetSubject {
            tablet,
            call,
            subject,
        } => tablet::set_subject(state, tablet, call, subject),
        Command::HangUp {
            party: Party::Tablet(tablet),
            call,
        } => tablet::hang_up(state, tablet, call, now),
        Command::Prioritise { call, class } => coordinator::prioritise(state, call, class),
        Command::Assign { call, interpreter } => coordinator::assign(state, call, interpreter, now),
        Command::Withdraw { call } => coordinator::withdraw(state, call, now),
        Command::Move { call, language } => coordinator::move_to(state, call, language, now),
        Command::Force { counter, open } => coordinator::force(state, counter, open),
        Command::Book { .. }
        | Command::AnswerAppointment { .. }
        | Command::CancelAppointment { .. }
        | Command::TakeAppointment { .. }
        | Command::ReleaseAppointment { .. } => appointment::decide(state, command, now),
        Command::AskToJoin { .. }
        | Command::Consent { .. }
        | Command::ObserverUp { .. }
        | Command::InviteGuest { .. }
        | Command::RemoveGuest { .. }
        | Command::GuestUp { .. }
        | Command::HangUp {
            party: Party::Guest(_) | Party::Coordinator,
            ..
        } => onlooker::decide(state, command, now),
        _ => by_interpreter(state, command, now),
    }
}

/// What interpreters ask.
fn by_interpreter(
    state: &State,
    command: &Command,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    match *command {
        Command::HangUp {
            party: Party::Interpreter(interpreter),
            call,
        } => interpreter::hang_up(state, interpreter, call, now),
        Command::SetAvailable {
            interpreter,
            available,
        } => interpreter::set_available(state, interpreter, available, now),
        Command::Pause {
            interpreter,
            reason,
            by_coordinator,
        } => interpreter::pause(state, interpreter, reason, by_coordinator, now),
        Command::Accept { interpreter, offer } => {
            interpreter::accept(state, interpreter, offer, now)
        }
        Command::Decline {
            interpreter,
            offer,
            reason,
        } => interpreter::decline(state, interpreter, offer, reason, now),
        Command::EndWrapUp { interpreter } => interpreter::end_wrap_up(state, interpreter),
        Command::ExtendWrapUp { interpreter } => interpreter::extend_wrap_up(state, interpreter),
        Command::AskHelp {
            interpreter,
            reason,
        } => interpreter::ask_help(state, interpreter, reason),
        Command::Transfer {
            interpreter,
            call,
            language,
        } => interpreter::transfer(state, interpreter, call, language, now),
        Command::Invite {
            interpreter,
            call,
            role,
            language,
            to,
        } => colleague::invite(state, interpreter, call, (role, language, to), now),
        Command::CancelInvite { interpreter, call } => {
            colleague::cancel(state, interpreter, call, now)
        }
        Command::TakeOver { interpreter, call } => {
            colleague::take_over(state, interpreter, call, now)
        }
        // Decided above; named here so that a new command cannot be forgotten.
        Command::Configure(_)
        | Command::Connected(_)
        | Command::Disconnected(..)
        | Command::Restarted
        | Command::Tick
        | Command::MediaUp { .. }
        | Command::ColleagueUp { .. }
        | Command::Tap { .. }
        | Command::RequestCallback { .. }
        | Command::AnswerCallback { .. }
        | Command::CancelCallback { .. }
        | Command::ChangeMode { .. }
        | Command::SetSubject { .. }
        | Command::Book { .. }
        | Command::AnswerAppointment { .. }
        | Command::CancelAppointment { .. }
        | Command::TakeAppointment { .. }
        | Command::ReleaseAppointment { .. }
        | Command::AskToJoin { .. }
        | Command::Consent { .. }
        | Command::ObserverUp { .. }
        | Command::InviteGuest { .. }
        | Command::RemoveGuest { .. }
        | Command::GuestUp { .. }
        | Command::HangUp { .. }
        | Command::Prioritise { .. }
        | Command::Assign { .. }
        | Command::Withdraw { .. }
        | Command::Move { .. }
        | Command::Force { .. } => Ok(Vec::new()),
    }
}

fn media_up(state: &State, call: CallId) -> Result<Vec<Event>, Rejection> {
    match state.call(call).map(|call| call.phase) {
        Some(Phase::Connecting { .. }) => Ok(vec![Event::MediaUp { call }]),
        Some(Phase::Active { .. }) => Ok(Vec::new()),
        Some(Phase::Waiting) => Err(Rejection::WrongState),
        None => Err(Rejection::CallGone),
    }
}
