//! The SRTP profiles we speak, and in which order we choose among those a client offers. Pure.

/// AEAD_AES_128_GCM for every client that has it: one pass over a packet, in hardware. The same
/// with a key of 256 bits comes second: as quick, but nobody's first choice. AES-CM with HMAC-SHA1
/// costs several times as much and is for whoever has nothing else: every WebRTC client has it (RFC
/// 8827 §6.5). Its short tags of 32 bits are not spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    /// AEAD_AES_128_GCM (RFC 7714).
    Gcm128,
    /// AEAD_AES_256_GCM (RFC 7714).
    Gcm256,
    /// AES128_CM_HMAC_SHA1_80 (RFC 3711, RFC 5764).
    Cm,
}

impl Profile {
    /// The best first.
    pub(crate) const ALL: [Profile; 3] = [Profile::Gcm128, Profile::Gcm256, Profile::Cm];

    /// As the handshake names it (RFC 5764 §4.1.2, RFC 7714 §14.2).
    pub(crate) fn id(self) -> u16 {
        match self {
            Profile::Gcm128 => 7,
            Profile::Gcm256 => 8,
            Profile::Cm => 1,
        }
    }

    /// The one the handshake names so.
    pub(crate) fn of(id: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.id() == id)
    }

    /// Bytes of the master key and of each session key (RFC 7714 §12, RFC 3711 §8.2).
    pub(super) const fn key_bytes(self) -> usize {
        match self {
            Profile::Gcm128 | Profile::Cm => 16,
            Profile::Gcm256 => 32,
        }
    }

    /// Bytes of the master salt and of each session salt.
    pub(super) const fn salt_bytes(self) -> usize {
        match self {
            Profile::Gcm128 | Profile::Gcm256 => 12,
            Profile::Cm => 14,
        }
    }
}
