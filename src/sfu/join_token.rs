//! Tokens to join: whoever knows the calls gives one for a place in a room, and it lets one offer
//! in, once, within seconds, unless its holder has left the room since. So whatever is under way
//! when somebody goes or a call ends, nobody gets media of a call they are not in. Pure.

use super::ids::{ParticipantId, RoomId};
use super::limits::JOIN_TOKEN_LIFE;
use super::standing::{Seat, Standing};
use std::collections::VecDeque;
use std::time::Instant;

/// A moment in the order in which calls are decided on, counted up by whoever decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Epoch(pub u64);

impl Epoch {
    /// The moment after the next decision.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// Lets one offer of a participant into a room. It cannot be copied, and joining takes it.
#[derive(Debug)]
pub struct JoinToken {
    pub(super) seat: Seat,
    epoch: Epoch,
    issued: Instant,
}

impl JoinToken {
    /// One for this place, after all that was decided until `epoch`; given now.
    pub const fn new(
        room: RoomId,
        participant: ParticipantId,
        standing: Standing,
        epoch: Epoch,
        now: Instant,
    ) -> Self {
        let seat = Seat {
            room,
            participant,
            standing,
        };
        Self {
            seat,
            epoch,
            issued: now,
        }
    }

    /// Uses it up.
    const fn spend(self) -> (Seat, Epoch, Instant) {
        (self.seat, self.epoch, self.issued)
    }
}

/// Why a token is worth nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Void {
    /// It was not used in time.
    Expired,
    /// Its holder has left, or the call has ended.
    Left,
}

/// Who has left lately: for as long as somebody may hold a token from before.
#[derive(Debug, Default)]
pub(super) struct Departures(VecDeque<Departure>);

#[derive(Clone, Copy, Debug)]
struct Departure {
    room: RoomId,
    /// `None` for everybody.
    participant: Option<ParticipantId>,
    epoch: Epoch,
    at: Instant,
}

impl Departures {
    /// A participant has left, or everybody, by a decision of this epoch.
    pub(super) fn note(
        &mut self,
        room: RoomId,
        participant: Option<ParticipantId>,
        epoch: Epoch,
        now: Instant,
    ) {
        let is_past = |departure: &Departure| now - departure.at > JOIN_TOKEN_LIFE;
        while self.0.front().is_some_and(is_past) {
            self.0.pop_front();
        }
        self.0.push_back(Departure {
            room,
            participant,
            epoch,
            at: now,
        });
    }

    /// The place of a token that is good.
    pub(super) fn redeem(&self, token: JoinToken, now: Instant) -> Result<Seat, Void> {
        let (seat, epoch, issued) = token.spend();
        if now.saturating_duration_since(issued) > JOIN_TOKEN_LIFE {
            return Err(Void::Expired);
        }
        let has_left = |departure: &Departure| {
            departure.room == seat.room
                && departure
                    .participant
                    .is_none_or(|it| it == seat.participant)
                && departure.epoch > epoch
        };
        if self.0.iter().any(has_left) {
            return Err(Void::Left);
        }
        Ok(seat)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::monotonic;
    use proptest::prelude::*;
    use std::time::Duration;

    const ROOM: RoomId = RoomId(1);
    const WHO: ParticipantId = ParticipantId(7);
    const STANDING: Standing = Standing {
        precedence: 0,
        silent: false,
    };

    fn token(epoch: u64, now: Instant) -> JoinToken {
        JoinToken::new(ROOM, WHO, STANDING, Epoch(epoch), now)
    }

    #[test]
    fn a_token_lives_for_seconds() {
        let (departures, start) = (Departures::default(), monotonic());
        let used = |after| departures.redeem(token(1, start), start + after).err();
        assert_eq!(used(Duration::ZERO), None);
        assert_eq!(used(JOIN_TOKEN_LIFE), None);
        let late = JOIN_TOKEN_LIFE + Duration::from_millis(1);
        assert_eq!(used(late), Some(Void::Expired));
    }

    #[test]
    fn who_leaves_takes_along_the_tokens_of_before_and_nobody_elses() {
        let (mut departures, now) = (Departures::default(), monotonic());
        departures.note(ROOM, Some(WHO), Epoch(5), now);
        assert_eq!(departures.redeem(token(4, now), now), Err(Void::Left));
        // Back in the call by a later decision.
        assert!(departures.redeem(token(5, now), now).is_ok());
        let elsewhere = JoinToken::new(RoomId(2), WHO, STANDING, Epoch(1), now);
        assert!(departures.redeem(elsewhere, now).is_ok());
        let other = || JoinToken::new(ROOM, ParticipantId(8), STANDING, Epoch(1), now);
        assert!(departures.redeem(other(), now).is_ok());
        departures.note(ROOM, None, Epoch(6), now);
        assert_eq!(departures.redeem(other(), now), Err(Void::Left));
        assert_eq!(departures.redeem(token(5, now), now), Err(Void::Left));
    }

    proptest! {
        /// Against a memory that forgets nothing.
        #[test]
        fn forgetting_old_departures_lets_nobody_in(
            steps in prop::collection::vec((0..4_000_u64, any::<bool>(), 0..3_u64), 1..60)
        ) {
            let (mut departures, mut now) = (Departures::default(), monotonic());
            let (mut all, mut held) = (Vec::new(), Vec::new());
            for (epoch, (after, leaves, room)) in (1..).zip(steps) {
                now += Duration::from_millis(after);
                if leaves {
                    departures.note(RoomId(room), Some(WHO), Epoch(epoch), now);
                    all.push((room, epoch));
                } else {
                    held.push((room, epoch, now));
                }
                for (room, given, issued) in &held {
                    let token =
                        JoinToken::new(RoomId(*room), WHO, STANDING, Epoch(*given), *issued);
                    let good = now - *issued <= JOIN_TOKEN_LIFE
                        && !all.iter().any(|(left, epoch)| left == room && epoch > given);
                    prop_assert_eq!(departures.redeem(token, now).is_ok(), good);
                }
            }
        }
    }
}
