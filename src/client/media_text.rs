//! The text side of the built-in client: writes real-time text, and keeps what the others wrote, as
//! the server relayed it.

use super::media::MediaClient;
use crate::sfu::{TEXT_CHANNEL, TEXT_PROTOCOL};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch::Sender;
use tokio::time::timeout;
use webrtc::data_channel::{DataChannel, DataChannelEvent, RTCDataChannelInit};
use webrtc::error::Error;

/// Messages kept; the oldest go first. Many more than a smoke test needs.
const TEXTS_KEPT: usize = 4096;

/// What a client has received of real-time text.
#[derive(Clone, Default)]
pub struct ReceivedText {
    /// The channel is open now.
    pub is_open: bool,
    /// The participants' numbers and what they wrote, in the order of arrival.
    pub messages: VecDeque<(u64, String)>,
}

impl ReceivedText {
    /// All that one participant wrote, joined.
    pub fn of(&self, participant: u64) -> String {
        let messages = self.messages.iter();
        messages
            .filter(|(sender, _)| *sender == participant)
            .map(|(_, text)| text.as_str())
            .collect()
    }
}

impl MediaClient {
    /// Opens a text channel, at once or with the connection.
    pub(super) async fn open_text(&mut self) -> Result<(), Error> {
        let protocol = TEXT_PROTOCOL.to_owned();
        self.open_text_as(RTCDataChannelInit {
            protocol,
            ..RTCDataChannelInit::default()
        })
        .await
    }

    async fn open_text_as(&mut self, init: RTCDataChannelInit) -> Result<(), Error> {
        let opening = self
            .connection
            .create_data_channel(TEXT_CHANNEL, Some(init));
        let channel = opening.await?;
        let texts = self.shared.texts.clone();
        texts.send_modify(|texts| texts.is_open = false);
        self.shared.spawn(receive(Arc::clone(&channel), texts));
        self.text = Some(channel);
        Ok(())
    }

    /// Writes; false when there is no channel for it, or not yet, or no more, or the text is longer
    /// than the server takes.
    pub async fn write(&self, text: &str) -> bool {
        match &self.text {
            Some(channel) => channel.send_text(text).await.is_ok(),
            None => false,
        }
    }

    /// Closes the text channel and opens another; false when the connection is gone.
    pub async fn reopen_text(&mut self) -> bool {
        if let Some(before) = self.text.take() {
            // It fails only for a channel that has gone already.
            let _ = before.close().await;
        }
        self.open_text().await.is_ok()
    }

    /// The same with a channel that is none for text: of another subprotocol, or out of order.
    #[cfg(test)]
    pub(crate) async fn reopen_wrongly(&mut self, protocol: &str, ordered: bool) -> bool {
        if let Some(before) = self.text.take() {
            let _ = before.close().await;
        }
        let protocol = protocol.to_owned();
        let init = RTCDataChannelInit {
            protocol,
            ordered,
            ..RTCDataChannelInit::default()
        };
        self.open_text_as(init).await.is_ok()
    }

    /// Waits until the text received satisfies `condition`, and returns it; `None` when it did not
    /// within `limit`.
    pub async fn wait_for_text(
        &self,
        limit: Duration,
        condition: impl FnMut(&ReceivedText) -> bool,
    ) -> Option<ReceivedText> {
        let mut texts = self.shared.texts.subscribe();
        let reached = timeout(limit, texts.wait_for(condition)).await;
        reached.ok()?.ok().map(|texts| texts.clone())
    }

    /// The text received so far.
    pub fn text(&self) -> ReceivedText {
        self.shared.texts.borrow().clone()
    }
}

/// Receives text until the channel closes.
async fn receive(channel: Arc<dyn DataChannel>, texts: Sender<ReceivedText>) {
    while let Some(event) = channel.poll().await {
        match event {
            DataChannelEvent::OnOpen => texts.send_modify(|texts| texts.is_open = true),
            DataChannelEvent::OnMessage(message) => {
                let relayed = std::str::from_utf8(&message.data).ok();
                let Some((sender, text)) = relayed.and_then(|text| text.split_once('\n')) else {
                    continue;
                };
                let Ok(sender) = sender.parse() else { continue };
                texts.send_modify(|texts| {
                    if texts.messages.len() >= TEXTS_KEPT {
                        texts.messages.pop_front();
                    }
                    texts.messages.push_back((sender, text.to_owned()));
                });
            }
            _ => {}
        }
    }
}
