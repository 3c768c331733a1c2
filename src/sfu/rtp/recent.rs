//! The newest packets of a published picture, kept once for all who receive it, so that what a
//! receiver lost can be sent again (RFC 4588). Pure.

use super::packet::Packet;
use crate::sfu::limits::NACK_HISTORY;

/// A ring by number. It grows with the first packets: most peers publish no picture.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    packets: Vec<Option<Packet>>,
}

impl Recent {
    /// Keeps a packet in place of the one [`NACK_HISTORY`] before it. The payload is shared.
    pub(crate) fn keep(&mut self, packet: &Packet) {
        let place = place(packet.header.sequence_number);
        if self.packets.len() <= place {
            self.packets.resize(usize::from(NACK_HISTORY), None);
        }
        self.packets[place] = Some(packet.clone());
    }

    /// The packet of this number, if it is still there.
    pub(crate) fn get(&self, number: u16) -> Option<&Packet> {
        let kept = self.packets.get(place(number))?.as_ref();
        kept.filter(|packet| packet.header.sequence_number == number)
    }
}

fn place(number: u16) -> usize {
    usize::from(number % NACK_HISTORY)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(sequence_number: u16) -> Packet {
        let mut packet = Packet::default();
        packet.header.sequence_number = sequence_number;
        packet
    }

    #[test]
    fn the_newest_are_kept_and_only_they() {
        let mut recent = Recent::default();
        assert_eq!(recent.get(0), None);
        for number in (60_000..=u16::MAX).chain(0..1000) {
            recent.keep(&numbered(number));
        }
        for number in 1000 - NACK_HISTORY..1000 {
            assert_eq!(recent.get(number), Some(&numbered(number)));
        }
        assert_eq!(recent.get(1000 - NACK_HISTORY - 1), None);
        assert_eq!(recent.packets.len(), usize::from(NACK_HISTORY));
    }
}
