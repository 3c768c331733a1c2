//! Who is told which names: places and languages are public, people's names are for coordinators
//! and for the person. A third party is told the names of the one conversation.

use crate::config::{Current, InForce};
use passerelle_signaling::ids::SiteId;
use passerelle_signaling::protocol::{Directory, Identity, View};
use passerelle_signaling::tag::Language;
use std::sync::Arc;
use tokio::sync::watch;

/// The names one client is told, as they change.
pub(super) struct Names {
    identity: Identity,
    conversation: Option<Conversation>,
    newest: watch::Receiver<Arc<InForce>>,
    /// All names of the time when it was last told its own; everybody's share this.
    told: Arc<InForce>,
}

/// What a third party's page names. Neither changes while the conversation lasts.
#[derive(Clone, Copy)]
struct Conversation {
    language: Language,
    site: SiteId,
}

impl Names {
    /// The names in force now, for a client that is shown this first.
    pub(super) fn of(identity: Identity, shown: Option<&View>, current: &Current) -> Self {
        let conversation = match shown {
            Some(View::Guest(view)) => Some(Conversation {
                language: view.language,
                site: view.site,
            }),
            _ => None,
        };
        let mut newest = current.watch();
        let told = Arc::clone(&newest.borrow_and_update());
        Self {
            identity,
            conversation,
            newest,
            told,
        }
    }

    /// What the client has been told.
    pub(super) fn told(&self) -> Directory {
        told_to(self.identity, self.conversation, &self.told.directory)
    }

    /// Ends when this client's names have changed, and gives the new ones; may be cancelled.
    pub(super) async fn changed(&mut self) -> Directory {
        // The sender lives as long as the sessions' shared state, which this one holds.
        while self.newest.changed().await.is_ok() {
            let before = self.told();
            self.told = Arc::clone(&self.newest.borrow_and_update());
            let names = self.told();
            if names != before {
                return names;
            }
        }
        std::future::pending().await
    }
}

/// The directory as this client may see it.
fn told_to(identity: Identity, of: Option<Conversation>, all: &Directory) -> Directory {
    let mut told = all.clone();
    match identity {
        Identity::Coordinator => {}
        Identity::Interpreter { interpreter } => {
            told.interpreters
                .retain(|person| person.interpreter == interpreter);
        }
        Identity::Tablet { .. } | Identity::Administrator => told.interpreters.clear(),
        Identity::Guest { .. } => {
            told.interpreters.clear();
            told.subjects.clear();
            told.sites
                .retain(|entry| of.is_some_and(|of| of.site == entry.site));
            told.languages
                .retain(|entry| of.is_some_and(|of| of.language == entry.language));
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use passerelle_signaling::ids::{GuestId, InterpreterId, TabletId};

    #[test]
    fn names_of_people_go_to_coordinators_and_to_the_person() {
        let all = Config::demo().unwrap().directory();
        let count = |identity| told_to(identity, None, &all).interpreters.len();
        assert_eq!(count(Identity::Coordinator), 10);
        assert_eq!(
            count(Identity::Tablet {
                tablet: TabletId(1)
            }),
            0
        );
        let interpreter = InterpreterId(3);
        let told = told_to(Identity::Interpreter { interpreter }, None, &all);
        assert_eq!(told.interpreters.len(), 1);
        assert_eq!(told.interpreters[0].interpreter, interpreter);
        assert_eq!(told.sites.len(), 28);
    }

    #[test]
    fn a_third_party_is_told_the_names_of_the_conversation_and_no_others() {
        let all = Config::demo().unwrap().directory();
        let (guest, of) = (
            GuestId(1),
            Conversation {
                language: all.languages[1].language,
                site: all.sites[2].site,
            },
        );
        let told = told_to(Identity::Guest { guest }, Some(of), &all);
        assert_eq!(told.languages, all.languages[1..2]);
        assert_eq!(told.sites, all.sites[2..3]);
        assert!(told.subjects.is_empty() && told.interpreters.is_empty());
        assert_eq!(told.service, all.service);
    }
}
