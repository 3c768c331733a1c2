//! Who is told which names: places and languages are public, people's names are for coordinators
//! and for the person.

use crate::config::{Current, InForce};
use passerelle_signaling::protocol::{Directory, Identity};
use std::sync::Arc;
use tokio::sync::watch;

/// The names one client is told, as they change.
pub(super) struct Names {
    identity: Identity,
    newest: watch::Receiver<Arc<InForce>>,
    told: Directory,
}

impl Names {
    /// The names in force now.
    pub(super) fn of(identity: Identity, current: &Current) -> Self {
        let mut newest = current.watch();
        let told = told_to(identity, &newest.borrow_and_update().directory);
        Self {
            identity,
            newest,
            told,
        }
    }

    /// What the client has been told.
    pub(super) const fn told(&self) -> &Directory {
        &self.told
    }

    /// Ends when this client's names have changed, and gives the new ones; may be cancelled.
    pub(super) async fn changed(&mut self) -> Directory {
        // The sender lives as long as the sessions' shared state, which this one holds.
        while self.newest.changed().await.is_ok() {
            let names = told_to(self.identity, &self.newest.borrow_and_update().directory);
            if names != self.told {
                self.told = names;
                return self.told.clone();
            }
        }
        std::future::pending().await
    }
}

/// The directory as this client may see it.
fn told_to(identity: Identity, all: &Directory) -> Directory {
    let mut told = all.clone();
    match identity {
        Identity::Coordinator => {}
        Identity::Interpreter { interpreter } => {
            told.interpreters
                .retain(|person| person.interpreter == interpreter);
        }
        Identity::Tablet { .. } | Identity::Guest { .. } => told.interpreters.clear(),
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use passerelle_signaling::ids::{InterpreterId, TabletId};

    #[test]
    fn names_of_people_go_to_coordinators_and_to_the_person() {
        let all = Config::demo().unwrap().directory();
        let count = |identity| told_to(identity, &all).interpreters.len();
        assert_eq!(count(Identity::Coordinator), 10);
        assert_eq!(
            count(Identity::Tablet {
                tablet: TabletId(1)
            }),
            0
        );
        let interpreter = InterpreterId(3);
        let told = told_to(Identity::Interpreter { interpreter }, &all);
        assert_eq!(told.interpreters.len(), 1);
        assert_eq!(told.interpreters[0].interpreter, interpreter);
        assert_eq!(told.sites.len(), 28);
    }
}
