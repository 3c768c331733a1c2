//! The text side of a peer: its data channel, what comes in, what goes out, and whose text the
//! receiver has to be told was lost.

use super::ids::ParticipantId;
use super::limits::{MAX_CHANNELS_OPENED, MAX_PARTICIPANTS_PER_ROOM, MAX_TEXT_BACKLOG};
use super::peer::{Peer, PeerOutput};
use super::text::{LOSS_MARK, TEXT_CHANNEL, TEXT_PROTOCOL, TextGate};
use rtc::data_channel::{RTCDataChannelId, RTCDataChannelMessage};
use rtc::peer_connection::event::RTCDataChannelEvent;
use rtc::peer_connection::message::RTCMessage;
use std::time::Instant;

/// One participant's text connection.
pub(super) struct TextLine {
    /// The channel in use, while it is open.
    channel: Option<RTCDataChannelId>,
    opened_at: Option<Instant>,
    /// All that was sent on the last one had come when it closed.
    ended_whole: bool,
    channels_opened: usize,
    gate: TextGate,
    /// Senders of whom something did not fit on the way to this receiver.
    owed: Vec<ParticipantId>,
    /// What the participant says of its text (`text_terms`).
    pub(super) terms: Option<String>,
}

impl TextLine {
    /// A line without a channel.
    pub(super) fn new() -> Self {
        Self {
            channel: None,
            opened_at: None,
            ended_whole: false,
            channels_opened: 0,
            gate: TextGate::new(),
            owed: Vec::new(),
            terms: None,
        }
    }

    /// True while text can be sent to the participant.
    pub(super) fn is_open(&self) -> bool {
        self.channel.is_some()
    }

    /// Since when, while it can.
    pub(super) fn open_since(&self) -> Option<Instant> {
        self.opened_at.filter(|_| self.is_open())
    }
}

impl Peer {
    /// Notes that a channel opened or closed. Of several for text the newest counts; one for
    /// anything else is closed, and a client that goes on opening them is lost.
    pub(super) fn channel_changed(
        &mut self,
        now: Instant,
        event: &RTCDataChannelEvent,
        outputs: &mut Vec<PeerOutput>,
    ) {
        match *event {
            RTCDataChannelEvent::OnOpen(id) => {
                self.text.channels_opened += 1;
                if self.text.channels_opened > MAX_CHANNELS_OPENED {
                    outputs.push(PeerOutput::Lost);
                    return;
                }
                let channel = self.connection.data_channel(id);
                // Whether it is reliable too, rtc 0.21.1 does not tell of a channel it accepts.
                let is_text = channel.is_some_and(|channel| {
                    channel.label() == TEXT_CHANNEL
                        && channel.protocol() == TEXT_PROTOCOL
                        && channel.ordered()
                });
                let superseded = if is_text {
                    outputs.push(PeerOutput::TextOpened);
                    self.text.opened_at = Some(now);
                    self.text.channel.replace(id)
                } else {
                    Some(id)
                };
                if let Some(mut channel) =
                    superseded.and_then(|id| self.connection.data_channel(id))
                {
                    // It fails only for a channel that has gone already.
                    let _ = channel.close();
                }
            }
            RTCDataChannelEvent::OnClose(id) if self.text.channel == Some(id) => {
                self.text.ended_whole = self.has_delivered_text();
                self.text.channel = None;
                self.text.owed.clear();
                outputs.push(PeerOutput::TextClosed);
            }
            _ => {}
        }
    }

    /// Collects what was written; then says whose text was lost, if there is room for it now.
    pub(super) fn collect_text(&mut self, now: Instant, outputs: &mut Vec<PeerOutput>) {
        while let Some(message) = self.connection.poll_data_read() {
            let RTCMessage::DataChannelMessage(id, RTCDataChannelMessage { is_string, data }) =
                message.message
            else {
                continue;
            };
            if self.text.channel != Some(id) || data.is_empty() {
                continue;
            }
            let text = self.text.gate.admit(is_string, &data, now);
            outputs.push(PeerOutput::Text(text.map(str::to_owned)));
        }
        while self.has_room_for_text()
            && let Some(sender) = self.text.owed.pop()
        {
            self.send_text(now, sender, LOSS_MARK);
        }
    }

    /// Sends another participant's text to this one; false when it has no open channel or is too
    /// far behind, in which case it gets a loss mark once it has caught up.
    pub(super) fn send_text(&mut self, now: Instant, sender: ParticipantId, text: &str) -> bool {
        if !self.text.is_open() {
            return false;
        }
        let owed = self.text.owed.iter().position(|owed| *owed == sender);
        if !self.has_room_for_text() {
            if owed.is_none() && self.text.owed.len() < MAX_PARTICIPANTS_PER_ROOM {
                self.text.owed.push(sender);
            }
            return false;
        }
        let mark = owed.map_or("", |owed| {
            self.text.owed.swap_remove(owed);
            LOSS_MARK
        });
        self.is_stirred = true;
        let channel = self
            .text
            .channel
            .and_then(|id| self.connection.data_channel(id));
        channel.is_some_and(|mut channel| {
            channel
                .send_text(now, format!("{sender}\n{mark}{text}"))
                .is_ok()
        })
    }

    /// True when all that was sent has come to the participant.
    pub(super) fn has_delivered_text(&mut self) -> bool {
        if !self.text.is_open() {
            return self.text.ended_whole;
        }
        self.text.owed.is_empty() && self.text_on_the_way() == Some(0)
    }

    fn has_room_for_text(&mut self) -> bool {
        self.text_on_the_way()
            .is_some_and(|bytes| bytes < MAX_TEXT_BACKLOG)
    }

    /// Bytes sent and not confirmed; `None` without a channel.
    fn text_on_the_way(&mut self) -> Option<usize> {
        let channel = self.connection.data_channel(self.text.channel?)?;
        Some(channel.outstanding_bytes())
    }
}
