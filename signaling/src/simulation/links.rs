//! Connections between clients and the gateway. A message sent without a connection arrives late,
//! when the client is back; a message may also be slow, or sent twice by an impatient finger.

use super::day::{Act, Run, Watch};
use crate::command::{Command, Departure, Party};
use crate::core::Core;
use crate::state::Presence;
use crate::time::{Millis, Timestamp};
use std::collections::BTreeMap;

/// Everybody's connection.
#[derive(Default)]
pub(super) struct Links {
    of: BTreeMap<Party, Link>,
    /// The gateway is down until then.
    pub(super) down_until: Option<Timestamp>,
}

/// The connection of a client whose page is open or will be again.
#[derive(Clone, Copy)]
struct Link {
    up: bool,
    /// When it comes up, when it is not.
    back_at: Timestamp,
}

/// A double click follows within this time.
const DOUBLE: (Millis, Millis) = (Millis(50), Millis(600));

/// A slow message arrives within this time.
const LATE: (Millis, Millis) = (Millis(1_000), Millis(30_000));

/// A client reconnects within this time of the gateway's return; they come back spread out.
const RECONNECT: (Millis, Millis) = (Millis(200), Millis(5_000));

impl Links {
    pub(super) fn is_up(&self, party: Party) -> bool {
        self.of.get(&party).is_some_and(|link| link.up)
    }

    /// Clients that are connected, in order.
    pub(super) fn up(&self) -> Vec<Party> {
        let up = self.of.iter().filter(|(_, link)| link.up);
        up.map(|(party, _)| *party).collect()
    }
}

impl<W: Watch> Run<'_, W> {
    /// Sends a message after a while, if the network lets it.
    pub(super) fn send(&mut self, after: Millis, party: Party, command: Command) {
        let faults = self.scenario.faults;
        let late = if self.network.happens(faults.lates) {
            self.network.between(LATE.0, LATE.1)
        } else {
            Millis(0)
        };
        let at = self.now + after + late;
        if self.network.happens(faults.doubles) {
            let again = self.network.between(DOUBLE.0, DOUBLE.1);
            self.plan(at + again, Act::Say(party, command.clone()));
        }
        self.plan(at, Act::Say(party, command));
    }

    /// A message arrives, or waits for the connection. Whoever has closed the page for good says
    /// nothing more.
    pub(super) fn say(&mut self, party: Party, command: Command) {
        let Some(link) = self.links.of.get(&party).copied() else {
            return;
        };
        if !link.up {
            self.plan(link.back_at + Millis(1), Act::Say(party, command));
        } else if std::mem::take(&mut self.crash_midway) {
            // Whatever was decided about it never became durable and was never seen: the client
            // says it again once it is back.
            self.crash();
            self.say(party, command);
        } else {
            let step = self.handle(&command);
            self.told(party, &command, step.rejection);
        }
    }

    /// A coordinator's command; one who finds the gateway down tries again when it is back.
    pub(super) fn direct(&mut self, command: Command) {
        if let Some(until) = self.links.down_until {
            self.plan(until + Millis(1), Act::Direct(command));
            return;
        }
        self.handle(&command);
        if matches!(command, Command::Configure(_)) {
            self.reconnect_forgotten();
        }
    }

    /// A page is opened, or comes back after a while.
    pub(super) fn come(&mut self, party: Party, after: Millis) {
        let up_again = self.links.down_until.unwrap_or(self.now);
        let back_at = up_again.max(self.now) + after;
        let down = Link { up: false, back_at };
        self.links.of.insert(party, down);
        self.plan(back_at, Act::Back(party));
    }

    /// The page connects, unless something has come between.
    pub(super) fn back(&mut self, party: Party) {
        let now = self.now;
        let due = |link: &&mut Link| !link.up && link.back_at == now;
        let Some(link) = self.links.of.get_mut(&party).filter(due) else {
            return;
        };
        link.up = true;
        self.handle(&Command::Connected(party));
        if let Party::Interpreter(interpreter) = party {
            self.resume(interpreter);
        }
    }

    /// The connection ends. `back_after`: `None` for good.
    pub(super) fn part(&mut self, party: Party, how: Departure, back_after: Option<Millis>) {
        if self.links.is_up(party) {
            self.handle(&Command::Disconnected(party, how));
        }
        match back_after {
            Some(after) => self.come(party, after),
            None => drop(self.links.of.remove(&party)),
        }
    }

    /// The gateway dies. It comes back with what the journal says, and everybody reconnects.
    pub(super) fn crash(&mut self) {
        let replayed = Core::replay(self.day.journal.iter().cloned());
        self.watch.crashed(&self.core, &replayed);
        self.core = replayed;
        self.day.crashes += 1;
        let until = self.now + self.network.between(Millis(500), Millis::from_secs(40));
        self.links.down_until = Some(until);
        self.plan(until, Act::Restart);
        let everybody: Vec<(Party, Link)> = self
            .links
            .of
            .iter()
            .map(|(party, link)| (*party, *link))
            .collect();
        for (party, link) in everybody {
            let jitter = self.network.between(RECONNECT.0, RECONNECT.1);
            // Whoever was away for longer than the gateway comes back when they would have.
            let later = if link.up {
                Millis(0)
            } else {
                link.back_at.since(until)
            };
            self.come(party, jitter.max(later));
        }
    }

    pub(super) fn restart(&mut self) {
        self.links.down_until = None;
        self.handle(&Command::Restarted);
    }

    /// People whom a new directory has brought back find themselves signed out, and sign in.
    fn reconnect_forgotten(&mut self) {
        for party in self.links.up() {
            if self.core.state().presence(party) == Some(Presence::Absent) {
                self.come(party, Millis(500));
            }
        }
    }
}
