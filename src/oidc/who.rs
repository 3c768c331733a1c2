//! Who somebody is here, by what the provider has said of them and what the configuration makes of
//! it.

use super::{Person, Refusal, RefusalKind};
use crate::config::{GrantedRole, PersonSection};
use passerelle_signaling::ids::InterpreterId;
use passerelle_signaling::private::Pii;
use passerelle_signaling::protocol::Identity;

/// Who somebody is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// As whom they sign in.
    pub identity: Identity,
    /// The mailbox by which the list says so, in lower case; `None` when the provider says it.
    pub mailbox: Option<Pii<String>>,
}

impl Person {
    /// Who they are here, as far as the provider knows: whether the directory has them is for
    /// whoever asks.
    ///
    /// # Errors
    /// When nothing that was said of them means anything here.
    pub fn known(&self) -> Result<Known, Refusal> {
        let listed = self.listed();
        let role = match &self.section.role_claim {
            Some(claim) => self.role_said(claim),
            None => listed.and_then(|person| person.role),
        };
        let no_role = || Refusal::of(RefusalKind::NoRole, self.why_no_role());
        let role = role.ok_or_else(no_role)?;
        let said = self.number_said();
        let number = said.or_else(|| listed.and_then(|person| person.interpreter));
        let no_number = Refusal::of(RefusalKind::NoPerson, "no_number");
        let identity = role.identity(number).ok_or(no_number)?;
        let by_provider = role.identity(said) == Some(identity);
        let listed = listed.filter(|_| self.section.role_claim.is_none() || !by_provider);
        let mailbox = listed.map(|person| person.email.reveal().to_ascii_lowercase().into());
        Ok(Known { identity, mailbox })
    }

    fn listed(&self) -> Option<&PersonSection> {
        self.section.person(self.claims.email()?)
    }

    /// The first of the configured roles that somebody has.
    fn role_said(&self, claim: &str) -> Option<GrantedRole> {
        let said = self.claims.texts(claim);
        let mut roles = self.section.roles.iter();
        let role = roles.find(|role| said.contains(&role.value.as_str()))?;
        Some(role.role)
    }

    fn number_said(&self) -> Option<InterpreterId> {
        let claim = self.section.interpreter_claim.as_ref()?;
        self.claims.number(claim).map(InterpreterId)
    }

    fn why_no_role(&self) -> &'static str {
        match (&self.section.role_claim, self.claims.email()) {
            (Some(_), _) => "no_role",
            (None, Some(_)) => "not_listed",
            (None, None) => "no_mailbox",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::OidcSection;
    use crate::oidc::Claims;
    use serde_json::{Map, Value, json};

    const PROVIDER: &str = "issuer = \"https://a.example.fr\"\nclient_id = \"a\"\nlabel = \"a\"\n";

    const BY_ROLE: &str = r#"
        role_claim = "realm_access.roles"
        roles = [
            { value = "chef", role = "coordinator" },
            { value = "relais", role = "interpreter" },
        ]
        interpreter_claim = "number"
        people = [{ email = "Claire@example.fr", interpreter = 5 }]
    "#;

    const BY_MAILBOX: &str = r#"
        people = [
            { email = "Claire@example.fr", role = "interpreter", interpreter = 5 },
            { email = "chef@example.fr", role = "coordinator" },
            { email = "mark@example.fr", role = "coordinator" },
        ]
    "#;

    fn known(section: &str, said: Value) -> Result<Known, &'static str> {
        let section: OidcSection = toml::from_str(&format!("{PROVIDER}{section}")).unwrap();
        let said: Map<String, Value> = serde_json::from_value(said).unwrap();
        let person = Person {
            section,
            subject: "s".into(),
            claims: Claims::new(said, Map::new()),
            id_token: "".into(),
        };
        person.known().map_err(|refusal| refusal.reason)
    }

    fn who(section: &str, said: Value) -> Result<Identity, &'static str> {
        known(section, said).map(|known| known.identity)
    }

    const fn interpreter(number: u32) -> Identity {
        let interpreter = InterpreterId(number);
        Identity::Interpreter { interpreter }
    }

    #[test]
    fn the_first_of_the_roles_that_somebody_has_counts_and_a_number_is_said_or_listed() {
        let roles = |roles: &[&str], more: Value| {
            let mut said = json!({ "realm_access": { "roles": roles } });
            let map = said.as_object_mut().unwrap();
            map.extend(more.as_object().unwrap().clone());
            who(BY_ROLE, said)
        };
        let nothing = || json!({});
        assert_eq!(
            roles(&["relais", "chef"], nothing()),
            Ok(Identity::Coordinator)
        );
        assert_eq!(
            roles(&["relais"], json!({ "number": "7" })),
            Ok(interpreter(7))
        );
        let claire = json!({ "email": "claire@example.fr" });
        assert_eq!(roles(&["relais"], claire.clone()), Ok(interpreter(5)));
        assert_eq!(roles(&["relais"], nothing()), Err("no_number"));
        assert_eq!(roles(&["other"], claire.clone()), Err("no_role"));
        assert_eq!(who(BY_ROLE, claire), Err("no_role"));
    }

    #[test]
    fn a_mailbox_counts_where_the_list_has_said_anything_by_it() {
        let mailbox = |section: &str, said: Value| {
            let known = known(section, said).unwrap();
            known.mailbox.map(Pii::into_inner)
        };
        let claire = Some(String::from("claire@example.fr"));
        let said = json!({ "email": "CLAIRE@example.fr", "realm_access": { "roles": ["relais"] } });
        assert_eq!(mailbox(BY_MAILBOX, said.clone()), claire);
        assert_eq!(mailbox(BY_ROLE, said.clone()), claire);
        let with = |name: &str, value: Value| {
            let mut said = said.clone();
            said[name] = value;
            said
        };
        assert_eq!(mailbox(BY_ROLE, with("number", json!(7))), None);
        let chef = with("realm_access", json!({ "roles": ["chef"] }));
        assert_eq!(mailbox(BY_ROLE, chef), None);
    }

    #[test]
    fn where_the_provider_says_no_roles_the_list_of_mailboxes_does_and_only_for_verified_ones() {
        let mail = |email: &str| who(BY_MAILBOX, json!({ "email": email }));
        assert_eq!(mail("claire@EXAMPLE.fr"), Ok(interpreter(5)));
        assert_eq!(mail("chef@example.fr"), Ok(Identity::Coordinator));
        // The sign of Kelvin, whose lower case is `k`.
        assert_eq!(mail("mar\u{212a}@example.fr"), Err("not_listed"));
        assert_eq!(mail("MARK@example.fr"), Ok(Identity::Coordinator));
        assert_eq!(mail("other@example.fr"), Err("not_listed"));
        assert_eq!(who(BY_MAILBOX, json!({})), Err("no_mailbox"));
        let unverified = json!({ "email": "chef@example.fr", "email_verified": false });
        assert_eq!(who(BY_MAILBOX, unverified), Err("no_mailbox"));
    }
}
