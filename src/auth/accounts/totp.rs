//! Codes of a telephone (TOTP, RFC 6238) and those in their place. SHA-1, six digits and thirty
//! seconds, because some authenticators know nothing else and do not say so; within HMAC nothing is
//! known against SHA-1.

use crate::random::{self, RandomError};
use crate::store::TotpSecret;
use passerelle_signaling::time::{Millis, Timestamp};
use ring::hmac;

/// A step of time.
const STEP: Millis = Millis::from_secs(30);

/// Digits of a code.
const DIGITS: usize = 6;

/// Codes of one step before and one after the present pass as well (RFC 6238 §5.2): clocks differ,
/// and typing takes time.
const STEPS_APART: u64 = 1;

/// Bytes of a recovery code. 80 bits cannot be guessed, so that they need no count.
const RECOVERY_BYTES: usize = 10;

/// Recovery codes of an account.
pub(super) const RECOVERY_CODES: usize = 10;

/// As much is read of what somebody typed.
const TYPED_CHARS_MAX: usize = 64;

/// RFC 4648.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// What somebody typed where a code is asked for.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub(super) enum TypedCode {
    /// Of the telephone.
    Telephone(u32),
    /// In its place.
    Recovery(String),
    /// Neither.
    None,
}

/// Reads either, with spaces and hyphens anywhere, in either case.
pub(super) fn read(typed: &str) -> TypedCode {
    if typed.chars().count() > TYPED_CHARS_MAX {
        return TypedCode::None;
    }
    let is_between =
        |char: &char| char.is_whitespace() || matches!(char, '-' | '\u{2010}'..='\u{2015}');
    let code: String = typed.chars().filter(|char| !is_between(char)).collect();
    if code.len() == DIGITS && code.bytes().all(|byte| byte.is_ascii_digit()) {
        return code.parse().map_or(TypedCode::None, TypedCode::Telephone);
    }
    let letter = |char: char| match char.to_ascii_uppercase() {
        // None of these three is in the alphabet.
        '0' => 'O',
        '1' => 'I',
        '8' => 'B',
        other => other,
    };
    let code: String = code.chars().map(letter).collect();
    let is_base32 = code.bytes().all(|byte| BASE32.contains(&byte));
    if is_base32 && code.len() == RECOVERY_BYTES * 8 / 5 {
        TypedCode::Recovery(code)
    } else {
        TypedCode::None
    }
}

/// A new secret: 160 bits, as RFC 4226 §4 recommends.
pub(super) fn secret() -> Result<TotpSecret, RandomError> {
    Ok(TotpSecret(random::bytes()?))
}

/// Codes in the place of the telephone's: as they are read, and as they are shown.
pub(super) fn recovery_codes() -> Result<Vec<(String, String)>, RandomError> {
    let code = |_| {
        let code = base32(&random::bytes::<RECOVERY_BYTES>()?);
        let shown = in_fours(&code, "-");
        Ok((code, shown))
    };
    (0..RECOVERY_CODES).map(code).collect()
}

/// The step of time whose code this is, the present one or one beside it.
pub(super) fn step_of(secret: TotpSecret, code: u32, now: Timestamp) -> Option<u64> {
    let present = now.0 / STEP.0;
    let around = present.saturating_sub(STEPS_APART)..=present + STEPS_APART;
    // The newest first: those before it are used up with it.
    around.rev().find(|step| code_of(secret, *step) == code)
}

/// RFC 4226 §5.3.
fn code_of(TotpSecret(secret): TotpSecret, step: u64) -> u32 {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &secret);
    let signed = hmac::sign(&key, &step.to_be_bytes());
    let signed = signed.as_ref();
    let offset = usize::from(signed[signed.len() - 1] & 0xf);
    let mut word = [0; 4];
    word.copy_from_slice(&signed[offset..offset + 4]);
    (u32::from_be_bytes(word) & 0x7fff_ffff) % 10_u32.pow(DIGITS as u32)
}

/// The secret as it is typed into a telephone.
pub(super) fn typed_secret(TotpSecret(secret): TotpSecret) -> String {
    in_fours(&base32(&secret), " ")
}

/// What a telephone reads from a QR code (`otpauth`, Key URI Format).
pub(super) fn uri(TotpSecret(secret): TotpSecret, service: &str, login: &str) -> String {
    let (issuer, login) = (percent_encoded(service), percent_encoded(login));
    let secret = base32(&secret);
    format!(
        "otpauth://totp/{issuer}:{login}?secret={secret}&issuer={issuer}\
         &algorithm=SHA1&digits={DIGITS}&period=30"
    )
}

fn percent_encoded(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let encoded = text.bytes().map(|byte| {
        if is_plain(byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    });
    encoded.collect()
}

/// Without padding: all we encode is a multiple of five bytes.
fn base32(bytes: &[u8]) -> String {
    let chunks = bytes.chunks_exact(5);
    let letters = chunks.flat_map(|chunk| {
        let bits = chunk
            .iter()
            .fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        (0..8)
            .rev()
            .map(move |place| BASE32[(bits >> (5 * place) & 31) as usize])
    });
    letters.map(char::from).collect()
}

fn in_fours(text: &str, between: &str) -> String {
    let groups = text.as_bytes().chunks(4);
    let groups: Vec<_> = groups.map(String::from_utf8_lossy).collect();
    groups.join(between)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The code that a telephone shows.
    pub(in crate::auth) fn shown(secret: TotpSecret, now: Timestamp) -> String {
        format!("{:06}", code_of(secret, now.0 / STEP.0))
    }

    const RFC: TotpSecret = TotpSecret(*b"12345678901234567890");

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B; the last six of its eight digits.
        let vectors = [
            (59, 287_082),
            (1_111_111_109, 81_804),
            (1_111_111_111, 50_471),
            (1_234_567_890, 5_924),
            (2_000_000_000, 279_037),
            (20_000_000_000, 353_130),
        ];
        for (second, code) in vectors {
            assert_eq!(code_of(RFC, second / 30), code, "{second}");
            let now = Timestamp(second * 1000);
            assert_eq!(step_of(RFC, code, now), Some(second / 30));
        }
    }

    #[test]
    fn a_code_is_good_one_step_before_and_after_its_own_and_not_two() {
        let now = Timestamp(1_795_381_200_000);
        let step = now.0 / STEP.0;
        for apart in [-2_i64, -1, 0, 1, 2] {
            let other = step.checked_add_signed(apart).unwrap();
            let found = step_of(RFC, code_of(RFC, other), now);
            assert_eq!(found, (apart.abs() < 2).then_some(other));
        }
    }

    #[test]
    fn base32_is_that_of_the_standard() {
        // RFC 4648 §10.
        assert_eq!(base32(b"fooba"), "MZXW6YTB");
        assert_eq!(
            base32(b"12345678901234567890"),
            "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        );
        assert!(typed_secret(RFC).starts_with("GEZD GNBV GY3T "));
        assert_eq!(
            uri(RFC, "Ville d'Amiens", "c@a.fr"),
            "otpauth://totp/Ville%20d%27Amiens:c%40a.fr?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=Ville%20d%27Amiens&algorithm=SHA1&digits=6&period=30"
        );
    }

    #[test]
    fn recovery_codes_are_ten_and_read_however_they_are_typed() {
        let codes = recovery_codes().unwrap();
        assert_eq!(codes.len(), 10);
        for (code, shown) in codes {
            assert_eq!(shown.len(), 19);
            let typed = format!(" {} ", shown.to_lowercase().replace('-', " – "));
            for typed in [shown, typed, code.replace('O', "0").replace('B', "8")] {
                assert_eq!(read(&typed), TypedCode::Recovery(code.clone()), "{typed}");
            }
        }
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_read_as_a_code_or_none(typed in "\\PC{0,80}") {
            if let TypedCode::Telephone(code) = read(&typed) {
                prop_assert!(code < 1_000_000);
            }
        }

        #[test]
        fn six_digits_are_the_telephones(code in 0_u32..1_000_000) {
            let typed = format!("{:03} {:03}", code / 1000, code % 1000);
            prop_assert_eq!(read(&typed), TypedCode::Telephone(code));
        }
    }
}
