//! Mail that the gateway sends: what it says (`letter.rs`, in both languages, from `locales/`), how
//! it is handed to the mail server of the configuration (`smtp.rs`), and when it is tried again
//! (`post.rs`). Addresses and links are in no log.

mod letter;
mod post;
mod smtp;
#[cfg(test)]
mod tests;
mod wire;

pub use letter::{Letter, Recipient};
pub use post::{MailError, Post};
#[cfg(any(test, passerelle_fuzz))]
pub(crate) use wire::try_reply;
