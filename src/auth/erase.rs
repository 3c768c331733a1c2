//! Forgetting a person: their name is in the configuration, where the operator takes it out; here
//! their number is taken out of the records.

use crate::audit::{Act, Audit, AuditError};
use crate::store::{Erased, Store, StoreError};
use passerelle_signaling::configuration::Configuration;
use passerelle_signaling::ids::InterpreterId;

/// Why somebody was not erased.
#[derive(Debug, thiserror::Error)]
pub enum EraseError {
    /// They still work here: further calls would be recorded under the number.
    #[error(
        "interpreter {0} is still in the configuration: take their entry out, \
             `passerelle reload`, then erase"
    )]
    StillThere(InterpreterId),
    /// The number is in the record of a call that goes on.
    #[error(
        "{} records were erased; {} calls of interpreter {person} go on: erase again when they \
             are over", erased.records, erased.going_on
    )]
    GoingOn {
        /// Who.
        person: InterpreterId,
        /// What was done.
        erased: Erased,
    },
    /// It could not be written down, and so was not done.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// It could not be stored.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Takes a person out of the records, once they are out of the configuration, and ends their
/// sessions and invitations. What is to be said of it.
///
/// # Errors
/// When they are still in the configuration or in a call, or the store does not answer.
pub async fn erase_person(
    store: &Store,
    audit: &Audit,
    configuration: &Configuration,
    person: InterpreterId,
) -> Result<String, EraseError> {
    if configuration.interpreters.contains_key(&person) {
        return Err(EraseError::StillThere(person));
    }
    audit.record(Act::Erased { who: person }, None).await?;
    let erased = store.erase_interpreter(person).await?;
    if erased.going_on > 0 {
        return Err(EraseError::GoingOn { person, erased });
    }
    Ok(format!(
        "Interpreter {person} is in no record any more ({} changed); the figures are as before. \
         Older backups still hold the number: it names nobody, and must not be given again.",
        erased.records
    ))
}
