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

/// Decides one command: which file it belongs to, exhaustively, so that no command is forgotten.
/// Deadlines that have passed are the business of `due`, which the core asks
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
        Command::Connected(_)
        | Command::Disconnected(..)
        | Command::Restarted
        | Command::Resumed => presence::decide(state, command, now),
        Command::Tick => Ok(Vec::new()),
        Command::MediaUp { call } => media_up(state, call),
        Command::Tap { .. }
        | Command::ChangeMode { .. }
        | Command::SetSubject { .. }
        | Command::HangUp {
            party: Party::Tablet(_),
            ..
        } => tablet::decide(state, command, now),
        Command::RequestCallback { .. }
        | Command::AnswerCallback { .. }
        | Command::CancelCallback { .. } => callback::decide(state, command, now),
        Command::Book { .. }
        | Command::AnswerAppointment { .. }
        | Command::CancelAppointment { .. }
        | Command::TakeAppointment { .. }
        | Command::ReleaseAppointment { .. } => appointment::decide(state, command, now),
        Command::SetAvailable { .. }
        | Command::Pause { .. }
        | Command::Accept { .. }
        | Command::Decline { .. }
        | Command::EndWrapUp { .. }
        | Command::ExtendWrapUp { .. }
        | Command::AskHelp { .. }
        | Command::Transfer { .. }
        | Command::HangUp {
            party: Party::Interpreter(_),
            ..
        } => interpreter::decide(state, command, now),
        Command::Invite { .. }
        | Command::CancelInvite { .. }
        | Command::TakeOver { .. }
        | Command::ColleagueUp { .. } => colleague::decide(state, command, now),
        Command::Prioritise { .. }
        | Command::Assign { .. }
        | Command::Withdraw { .. }
        | Command::Move { .. }
        | Command::Force { .. } => coordinator::decide(state, command, now),
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
