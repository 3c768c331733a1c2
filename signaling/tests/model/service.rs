//! The small service of a model, and everything that can happen next in a state of it.

use passerelle_signaling::command::{Command, Departure, Party};
use passerelle_signaling::configuration::{Configuration, LanguageRules, SiteRules};
use passerelle_signaling::core::Core;
use passerelle_signaling::hours::Hours;
use passerelle_signaling::ids::{CallId, InterpreterId, SiteId, TabletId};
use passerelle_signaling::need::{Mode, Qualification, Role, Skill, Tier};
use passerelle_signaling::protocol::DeclineReason;
use passerelle_signaling::rules::{RestRules, Rules};
use passerelle_signaling::state::{Appointment, Call, Duty, Phase, Presence, State};
use passerelle_signaling::steps::{Step, Steps};
use passerelle_signaling::tag::Language;
use passerelle_signaling::time::{Millis, Timestamp};
use passerelle_signaling::view::Availability;
use std::collections::BTreeMap;

const TABLETS: [TabletId; 2] = [TabletId(1), TabletId(2)];
const PEOPLE: [InterpreterId; 2] = [InterpreterId(1), InterpreterId(2)];

/// Nobody waits this long in a model; so ageing and rest have no part in it.
const NEVER: Millis = Millis(1_000_000);

/// A step of the search, as in the configuration.
pub(crate) const ONE: &str = "at once ring one of every tier";
/// Everybody is rung.
pub(crate) const ALL: &str = "at once ring all of every tier";

/// What one model adds to taps, rings, conversations and their ends.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Service {
    /// The only step of the search.
    pub(crate) step: &'static str,
    /// Tablets disconnect and come back, or not.
    pub(crate) tablets_leave: bool,
    /// Consoles disconnect and come back, or not.
    pub(crate) consoles_leave: bool,
    /// The gateway restarts, and everybody comes back, or not.
    pub(crate) restarts: bool,
    /// Interpreters go away by hand and return.
    pub(crate) availability: bool,
    /// A coordinator assigns.
    pub(crate) assignment: bool,
    /// Visitors ask to be called back.
    pub(crate) callbacks: bool,
    /// Interpreters ask for a colleague, and hand over.
    pub(crate) colleagues: bool,
    /// A coordinator asks to look on, the visitor answers, third parties come by link and go.
    pub(crate) company: bool,
    /// A visitor of tablet 1 has an appointment.
    pub(crate) appointment: bool,
    /// Nobody is at tablet 2.
    pub(crate) one_tablet: bool,
    /// Interpreter 2 has the day off.
    pub(crate) alone: bool,
}

impl Service {
    /// Commands that open the service: everybody there, everybody available.
    pub(crate) fn opening(&self) -> Vec<Command> {
        let mut commands = vec![Command::Configure(Box::new(self.configuration()))];
        commands.extend(TABLETS.map(|id| Command::Connected(Party::Tablet(id))));
        for interpreter in PEOPLE {
            commands.push(Command::Connected(Party::Interpreter(interpreter)));
            commands.push(available(interpreter, true));
        }
        if self.alone {
            commands.truncate(commands.len() - 2);
        }
        if self.appointment {
            commands.push(Command::Book {
                tablet: TABLETS[0],
                call: None,
                language: language(),
                mode: None,
                starts_at: Timestamp(2),
            });
        }
        commands
    }

    /// Lengths are one or two units: what is shorter than what is decided by who acts when.
    pub(crate) fn rules() -> Rules {
        Rules {
            offer_ms: Millis(1),
            connect_ms: Millis(1),
            wrap_up_ms: Millis(1),
            wait_max_ms: Millis(3),
            cooldown_ms: Millis(1),
            misses_max: 2,
            ageing_ms: NEVER,
            assignment_ms: Millis(1),
            search_max_ms: Millis(2),
            callback_ring_ms: Millis(1),
            callback_retry_ms: Millis(1),
            callback_attempts_max: 2,
            callback_max_ms: Millis(3),
            callbacks_max: 1,
            appointment_ms: Millis(2),
            appointment_lead_ms: Millis(2),
            appointment_days_max: 1,
            appointment_hold_ms: Millis(1),
            appointment_keep_ms: Millis(1),
            appointment_wait_ms: Millis(2),
            consent_ms: Millis(1),
            guest_link_ms: Millis(1),
            grace_lost_ms: Millis(1),
            rest: RestRules {
                relief_ms: BTreeMap::new(),
                rest_ms: Millis(0),
                stop_ms: NEVER,
            },
            ..Rules::default()
        }
    }

    fn configuration(&self) -> Configuration {
        let step: Step = self.step.parse().expect("`ONE` and `ALL` are steps");
        let skill = Skill {
            tier: Tier::FIRST,
            modes: [Mode::SpokenVideo].into(),
        };
        // The first minute of a model, which is a Thursday, one o'clock in Paris.
        let planned = || Hours {
            weekly: vec!["thu 01:00-01:01".parse().expect("hours")],
            ..Hours::always()
        };
        let qualification = Qualification {
            roster: self.appointment.then(planned),
            skills: [(language(), skill)].into(),
            ..Qualification::default()
        };
        let rules = LanguageRules {
            steps: Steps::try_from(vec![step]).expect("the only step begins at once"),
            ..LanguageRules::default()
        };
        Configuration {
            rules: Self::rules(),
            languages: [(language(), rules)].into(),
            sites: [(SiteId(1), SiteRules::default())].into(),
            tablets: TABLETS.map(|id| (id, SiteId(1))).into(),
            interpreters: PEOPLE.map(|id| (id, qualification.clone())).into(),
            ..Configuration::default()
        }
    }

    /// Everything that can happen next, with its moment. Time passes to the next deadline or not at
    /// all.
    pub(crate) fn next(&self, core: &Core) -> Vec<(Command, Timestamp)> {
        let mut commands = Vec::new();
        for id in TABLETS
            .into_iter()
            .take(if self.one_tablet { 1 } else { 2 })
        {
            self.at_tablet(core.state(), id, core.latest(), &mut commands);
        }
        for id in PEOPLE.into_iter().take(if self.alone { 1 } else { 2 }) {
            self.by_interpreter(core.state(), id, &mut commands);
        }
        for (call, live) in core.state().calls() {
            match live.phase {
                Phase::Waiting if self.assignment => {
                    let assign = |interpreter| Command::Assign { call, interpreter };
                    commands.extend(PEOPLE.map(assign));
                }
                Phase::Connecting { .. } => commands.push(Command::MediaUp { call }),
                Phase::Active { .. } if self.company => company(core, call, live, &mut commands),
                Phase::Waiting | Phase::Active { .. } => {}
            }
        }
        for made in core.state().appointments() {
            of_appointment(made, &mut commands);
        }
        if self.restarts {
            commands.push(Command::Restarted);
        }
        let now = core.latest();
        let tick = tick(core).map(|at| (Command::Tick, at));
        commands
            .into_iter()
            .map(|command| (command, now))
            .chain(tick)
            .collect()
    }

    fn at_tablet(&self, state: &State, id: TabletId, now: Timestamp, out: &mut Vec<Command>) {
        let Some(tablet) = state.tablet(id) else {
            return;
        };
        self.comes_or_goes(Party::Tablet(id), tablet.presence, out);
        if tablet.presence != Presence::Connected {
            return;
        }
        match tablet.call {
            Some(call) => {
                let party = Party::Tablet(id);
                out.push(Command::HangUp { party, call });
                if self.callbacks {
                    out.push(Command::RequestCallback { tablet: id, call });
                }
            }
            None => out.push(Command::Tap {
                tablet: id,
                language: language(),
                mode: None,
                tapped_at: now,
            }),
        }
        for made in state.callbacks_at(id) {
            let (tablet, callback) = (id, made.record.call);
            out.push(Command::AnswerCallback { tablet, callback });
            let tablet = Some(id);
            out.push(Command::CancelCallback { tablet, callback });
        }
    }

    fn by_interpreter(&self, state: &State, id: InterpreterId, out: &mut Vec<Command>) {
        let Some(person) = state.interpreter(id) else {
            return;
        };
        let interpreter = id;
        self.comes_or_goes(Party::Interpreter(id), person.presence, out);
        if person.presence != Presence::Connected {
            return;
        }
        let is_available = person.availability == Availability::Available;
        if self.availability || !is_available {
            out.push(available(id, !is_available));
        }
        match person.duty {
            Duty::Free => {}
            Duty::Ringing(offer) => {
                out.push(Command::Accept { interpreter, offer });
                let reason = DeclineReason::Tired;
                out.push(Command::Decline {
                    interpreter,
                    offer,
                    reason,
                });
            }
            Duty::InCall(call) => {
                let party = Party::Interpreter(id);
                out.push(Command::HangUp { party, call });
                if self.colleagues {
                    self.colleagues(state, id, call, out);
                }
            }
            Duty::WrapUp { .. } => out.push(Command::EndWrapUp { interpreter }),
        }
    }

    fn colleagues(&self, state: &State, id: InterpreterId, call: CallId, out: &mut Vec<Command>) {
        let Some(live) = state.call(call) else {
            return;
        };
        let interpreter = id;
        match (live.role_of(id), live.phase) {
            (Some(Role::Lead), Phase::Active { .. }) => {
                let invite = |role| Command::Invite {
                    interpreter,
                    call,
                    role,
                    language: None,
                    to: None,
                };
                out.extend([Role::Relief, Role::Second].map(invite));
                out.push(Command::CancelInvite { interpreter, call });
            }
            (Some(Role::Relief | Role::Second), _) => {
                out.push(Command::ColleagueUp { call, interpreter });
                out.push(Command::TakeOver { interpreter, call });
            }
            _ => {}
        }
    }

    fn comes_or_goes(&self, party: Party, presence: Presence, out: &mut Vec<Command>) {
        let leaves = match party {
            Party::Tablet(_) => self.tablets_leave,
            Party::Interpreter(_) => self.consoles_leave,
            Party::Guest(_) | Party::Coordinator => false,
        };
        match presence {
            Presence::Connected if leaves => {
                out.push(Command::Disconnected(party, Departure::Lost));
            }
            Presence::Connected => {}
            Presence::Absent | Presence::Leaving { .. } => out.push(Command::Connected(party)),
        }
    }
}

/// Whatever can happen to an appointment. Its tablet answers it when it is there.
fn of_appointment(made: &Appointment, out: &mut Vec<Command>) {
    let appointment = made.record.call;
    let tablet = made.tablet;
    out.push(Command::AnswerAppointment {
        tablet,
        appointment,
    });
    let tablet = Some(tablet);
    out.push(Command::CancelAppointment {
        tablet,
        appointment,
    });
    for interpreter in PEOPLE {
        for by_coordinator in [false, true] {
            out.push(Command::TakeAppointment {
                interpreter,
                appointment,
                by_coordinator,
            });
        }
        out.push(Command::ReleaseAppointment {
            interpreter,
            appointment,
        });
    }
}

/// Whatever a coordinator, a third party and their hosts can do in a conversation.
fn company(core: &Core, call: CallId, live: &Call, out: &mut Vec<Command>) {
    let tablet = live.tablet;
    let party = Party::Coordinator;
    out.extend([Command::AskToJoin { call }, Command::HangUp { party, call }]);
    for yes in [false, true] {
        out.push(Command::Consent {
            tablet,
            call,
            agree: yes,
        });
        out.push(Command::ObserverUp { call, up: yes });
    }
    let lead = live.interpreter().map(Party::Interpreter);
    for party in lead.into_iter().chain([Party::Tablet(tablet)]) {
        out.push(Command::InviteGuest { party, call });
        out.push(Command::RemoveGuest { party, call });
    }
    if let Some(guest) = live.guest {
        let (party, guest) = (Party::Guest(guest.guest), guest.guest);
        let presence = core.state().presence(party);
        out.push(match presence {
            Some(Presence::Connected) => Command::Disconnected(party, Departure::Lost),
            _ => Command::Connected(party),
        });
        out.push(Command::GuestUp { call, guest });
        out.push(Command::HangUp { party, call });
    }
}

/// The next moment at which something falls due by itself, as far as a model looks.
pub(crate) fn tick(core: &Core) -> Option<Timestamp> {
    let far = core.latest() + Millis(NEVER.0 / 2);
    core.next_deadline().filter(|at| *at < far)
}

fn available(interpreter: InterpreterId, available: bool) -> Command {
    Command::SetAvailable {
        interpreter,
        available,
    }
}

fn language() -> Language {
    "en".parse().expect("`en` is a tag")
}
