//! Who is told which names: places and languages are public, people's names are for coordinators
//! and for the person.

use passerelle_signaling::protocol::{Directory, Identity};

/// The directory as this client may see it.
pub(super) fn told_to(identity: Identity, all: &Directory) -> Directory {
    let mut told = all.clone();
    match identity {
        Identity::Coordinator => {}
        Identity::Interpreter { interpreter } => {
            told.interpreters
                .retain(|person| person.interpreter == interpreter);
        }
        Identity::Tablet { .. } => told.interpreters.clear(),
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
        assert_eq!(count(Identity::Coordinator), 8);
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
