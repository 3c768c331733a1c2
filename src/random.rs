//! The only source of randomness. Session tokens, invitation codes and ids made at the edge come
//! from the operating system's cryptographic generator, so that no token can be guessed from
//! another.

use crate::hexadecimal::hexadecimal;
use rand::TryRngCore;
use rand::distr::{Distribution, StandardUniform};

/// Bytes of a token: 256 bits cannot be guessed, whatever the number of sessions.
pub const TOKEN_BYTES: usize = 32;

/// The operating system gave no randomness.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gives no random bytes: check that /dev/urandom is available here")]
pub struct RandomError(#[source] rand::rand_core::OsError);

/// `N` unpredictable bytes.
pub fn bytes<const N: usize>() -> Result<[u8; N], RandomError> {
    let mut bytes = [0; N];
    system_generator()
        .try_fill_bytes(&mut bytes)
        .map_err(RandomError)?;
    Ok(bytes)
}

/// A value that has to differ from others and is no secret, such as the number a stream begins
/// with. From the thread's generator, so it cannot fail.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one source of randomness"
)]
pub fn arbitrary<T>() -> T
where
    StandardUniform: Distribution<T>,
{
    rand::random()
}

#[expect(
    clippy::disallowed_types,
    reason = "this is the one source of randomness"
)]
const fn system_generator() -> rand::rngs::OsRng {
    rand::rngs::OsRng
}

/// A token for a cookie or an invitation: [`TOKEN_BYTES`] bytes in lower-case hexadecimal. Only its
/// hash is ever stored.
pub fn token() -> Result<String, RandomError> {
    Ok(hexadecimal(&bytes::<TOKEN_BYTES>()?))
}

/// An id made at the edge, such as a request's number in the log. 64 bits: unique in practice
/// within one log, and never a secret.
pub fn edge_id() -> Result<u64, RandomError> {
    Ok(u64::from_le_bytes(bytes()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_long_hexadecimal_and_never_the_same() {
        let tokens: std::collections::BTreeSet<String> =
            (0..100).map(|_| token().unwrap()).collect();
        assert_eq!(tokens.len(), 100);
        for token in tokens {
            assert_eq!(token.len(), 2 * TOKEN_BYTES);
            assert!(token.bytes().all(|byte| byte.is_ascii_hexdigit()));
        }
        assert_ne!(edge_id().unwrap(), edge_id().unwrap());
    }
}
