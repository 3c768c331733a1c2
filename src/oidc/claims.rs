//! What a provider has said of somebody, read by names of claims such as `realm_access.roles`.

use passerelle_signaling::private::Pii;
use serde_json::{Map, Value};

/// The longest name that is shown, in characters: one line, as those of the configuration.
const NAME_CHARS_MAX: usize = 80;

/// Everything said of one person. Never in a log: it has no `Debug`.
pub struct Claims(Map<String, Value>);

impl Claims {
    /// What the ID token says, and over it what the provider says when it is asked.
    pub(super) fn new(id_token: Map<String, Value>, user_info: Map<String, Value>) -> Self {
        let mut said = id_token;
        if user_info.contains_key("email") {
            // That another one is verified says nothing of this one.
            said.remove("email_verified");
        }
        said.extend(user_info);
        Self(said)
    }

    /// The claim of this name; one with dots is looked for whole, then in parts.
    fn find(&self, name: &str) -> Option<&Value> {
        find(&self.0, name)
    }

    /// The texts of a claim, which may be one, or a list.
    pub fn texts(&self, name: &str) -> Vec<&str> {
        match self.find(name) {
            Some(Value::String(text)) => vec![text],
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// A number, also one that is written as text.
    pub fn number(&self, name: &str) -> Option<u32> {
        match self.find(name)? {
            Value::Number(number) => number.as_u64()?.try_into().ok(),
            Value::String(text) => text.trim().parse().ok(),
            // Attributes of a person are lists at some providers.
            Value::Array(list) => match list.as_slice() {
                [Value::String(text)] => text.trim().parse().ok(),
                _ => None,
            },
            _ => None,
        }
    }

    /// The address of the mailbox, unless the provider says that nobody has verified it.
    pub fn email(&self) -> Option<&str> {
        let verified = match self.find("email_verified") {
            None => true,
            Some(Value::Bool(verified)) => *verified,
            Some(Value::String(text)) => text == "true",
            Some(_) => false,
        };
        self.find("email")?.as_str().filter(|_| verified)
    }

    /// The name to show, of these claims one after the other.
    pub fn name(&self, claims: &[String]) -> Option<Pii<String>> {
        let parts = claims.iter().flat_map(|claim| self.texts(claim));
        let name = parts.map(str::trim).collect::<Vec<_>>().join(" ");
        let plain = name.chars().filter(|letter| !letter.is_control());
        let name: String = plain.take(NAME_CHARS_MAX).collect();
        let name = name.trim();
        (!name.is_empty()).then(|| name.into())
    }
}

fn find<'a>(said: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    if let Some(value) = said.get(name) {
        return Some(value);
    }
    name.match_indices('.').find_map(|(at, _)| {
        let inner = said.get(&name[..at])?.as_object()?;
        find(inner, &name[at + 1..])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn claims(said: &Value) -> Claims {
        Claims(said.as_object().unwrap().clone())
    }

    #[test]
    fn a_role_is_a_text_a_list_or_lies_deeper_also_under_a_name_with_dots() {
        let said = claims(&json!({
            "role": "one",
            "roles": ["one", 2, "three"],
            "realm_access": { "roles": ["deep"] },
            "resource_access": { "relais.example.fr": { "roles": ["deeper"] } },
            "https://example.fr/roles": ["named"],
        }));
        assert_eq!(said.texts("role"), ["one"]);
        assert_eq!(said.texts("roles"), ["one", "three"]);
        assert_eq!(said.texts("realm_access.roles"), ["deep"]);
        assert_eq!(
            said.texts("resource_access.relais.example.fr.roles"),
            ["deeper"]
        );
        assert_eq!(said.texts("https://example.fr/roles"), ["named"]);
        assert!(said.texts("realm_access").is_empty() && said.texts("none.of").is_empty());
    }

    #[test]
    fn a_mailbox_that_nobody_has_verified_is_nobodys() {
        let email = |verified: Value| {
            let said = claims(&json!({ "email": "a@example.fr", "email_verified": verified }));
            said.email().map(str::to_owned)
        };
        assert!(email(json!(true)).is_some() && email(json!("true")).is_some());
        for no in [
            json!(false),
            json!("false"),
            json!(0),
            json!(null),
            json!([]),
        ] {
            assert_eq!(email(no), None);
        }
        assert!(
            claims(&json!({ "email": "a@example.fr" }))
                .email()
                .is_some()
        );
        let object = |said: Value| said.as_object().unwrap().clone();
        let unverified = object(json!({ "email": "a@example.fr", "email_verified": false }));
        let verified = object(json!({ "email": "b@example.fr", "email_verified": true }));
        let said = Claims::new(verified.clone(), unverified.clone());
        assert_eq!(said.email(), None);
        let said = Claims::new(unverified, verified);
        assert_eq!(said.email(), Some("b@example.fr"));
    }

    #[test]
    fn a_name_is_put_together_on_one_line_and_a_number_is_read_in_any_form() {
        let said = claims(&json!({
            "given_name": " Claire\n", "usual_name": "Petit", "long": "x".repeat(500),
            "a": 5, "b": "5", "c": ["5"], "d": -1, "e": ["5", "6"], "f": "cinq",
        }));
        let name = |names: &[&str]| {
            let names: Vec<_> = names.iter().map(|it| String::from(*it)).collect();
            said.name(&names).map(Pii::into_inner)
        };
        assert_eq!(
            name(&["given_name", "usual_name"]).as_deref(),
            Some("Claire Petit")
        );
        assert_eq!(name(&["long"]).unwrap().len(), NAME_CHARS_MAX);
        assert_eq!(name(&["nothing"]), None);
        let numbers = ["a", "b", "c", "d", "e", "f", "g"].map(|it| said.number(it));
        assert_eq!(numbers, [Some(5), Some(5), Some(5), None, None, None, None]);
    }
}
