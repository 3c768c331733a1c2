//! Every wrong value is refused with its key; the examples of the documentation are sound.

use super::*;
use crate::config::Config;

const KEYCLOAK: &str = r#"
issuer = "https://sso.example.fr/realms/ville"
client_id = "passerelle"
client_secret = "0123456789abcdef"
label = "le compte de la ville"
role_claim = "realm_access.roles"
roles = [{ value = "relais-coordination", role = "coordinator" }]
"#;

fn section(text: &str) -> OidcSection {
    toml::from_str(text).unwrap()
}

fn keys(section: &OidcSection) -> Vec<String> {
    let mut problems = Problems::default();
    section.check(&[InterpreterId(5)], &mut problems);
    problems.0.into_iter().map(|problem| problem.key).collect()
}

fn with(change: impl FnOnce(&mut OidcSection)) -> Vec<String> {
    let mut changed = section(KEYCLOAK);
    change(&mut changed);
    keys(&changed)
}

#[test]
fn a_provider_is_named_by_an_address_that_nobody_else_can_answer_for() {
    assert!(keys(&section(KEYCLOAK)).is_empty());
    for good in [
        "http://127.0.0.1:8080/realms/a",
        "http://localhost:3000",
        "http://[::1]:9/x",
    ] {
        assert!(with(|it| it.issuer = good.into()).is_empty(), "{good}");
    }
    for bad in [
        "",
        "https://",
        "https:///x",
        "http://sso.example.fr",
        "http://localhost.example.fr/",
        "http://localhost@example.fr/",
        "https://sso.example.fr/?a=b",
        "https://sso.example.fr/#a",
        "https://sso example.fr",
        "ftp://sso.example.fr",
    ] {
        assert_eq!(with(|it| it.issuer = bad.into()), ["oidc.issuer"], "{bad}");
    }
    assert_eq!(with(|it| it.client_id.clear()), ["oidc.client_id"]);
    assert_eq!(with(|it| it.label = " ".into()), ["oidc.label"]);
    let bad = Some(String::from("/bye"));
    assert_eq!(
        with(|it| it.post_logout_redirect = bad),
        ["oidc.post_logout_redirect"]
    );
    let missing = Some(PathBuf::from("/nowhere/root.pem"));
    assert_eq!(with(|it| it.ca = missing), ["oidc.ca"]);
}

#[test]
fn the_secret_is_in_one_place_and_never_shown() {
    assert_eq!(
        with(|it| it.client_secret = Secret::default()),
        ["oidc.client_secret"]
    );
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("secret");
    let file = Some(path.clone());
    let by_file = |it: &mut OidcSection| {
        it.client_secret = Secret::default();
        it.client_secret_file = file.clone();
    };
    assert_eq!(with(by_file), ["oidc.client_secret_file"], "is missing");
    std::fs::write(&path, "\n").unwrap();
    assert_eq!(with(by_file), ["oidc.client_secret_file"], "is empty");
    std::fs::write(&path, "of-the-file\n").unwrap();
    assert!(with(by_file).is_empty());
    assert_eq!(
        with(|it| it.client_secret_file = file.clone()),
        ["oidc.client_secret"],
        "is there twice"
    );
    let mut section = section(KEYCLOAK);
    by_file(&mut section);
    assert_eq!(section.secret().unwrap().reveal(), "of-the-file");
    assert!(!format!("{:?}", self::section(KEYCLOAK)).contains("0123456789abcdef"));
}

#[test]
fn words_that_would_become_others_in_an_address_are_refused() {
    let two = || vec![String::from("a"), String::from("b c")];
    assert_eq!(with(|it| it.scopes = two()), ["oidc.scopes[2]"]);
    assert_eq!(with(|it| it.acr_values = two()), ["oidc.acr_values[2]"]);
    assert_eq!(with(|it| it.name_claims = two()), ["oidc.name_claims[2]"]);
    assert_eq!(
        with(|it| it.role_claim = Some(String::new())),
        ["oidc.role_claim"]
    );
    let bad = Some(String::from("a b"));
    assert_eq!(
        with(|it| it.interpreter_claim = bad),
        ["oidc.interpreter_claim"]
    );
    assert_eq!(
        with(|it| it.scopes = vec![String::from("a"); 21]),
        ["oidc.scopes"]
    );
}

fn person(email: &str, role: Option<GrantedRole>, interpreter: Option<u32>) -> PersonSection {
    PersonSection {
        email: email.into(),
        role,
        interpreter: interpreter.map(InterpreterId),
    }
}

#[test]
fn where_the_provider_says_roles_the_list_has_numbers_only_and_elsewhere_it_has_both() {
    let (interpreter, coordinator) = (GrantedRole::Interpreter, GrantedRole::Coordinator);
    assert_eq!(with(|it| it.roles.clear()), ["oidc.roles"]);
    assert_eq!(with(|it| it.role_claim = None), ["oidc.roles"], "of no use");
    let nobody = |it: &mut OidcSection| {
        it.role_claim = None;
        it.roles.clear();
    };
    assert_eq!(with(nobody), ["oidc.people"]);
    let listed = |people: Vec<PersonSection>| {
        with(|it| {
            nobody(it);
            it.people = people;
        })
    };
    let good = vec![
        person("claire@example.fr", Some(interpreter), Some(5)),
        person("chef@example.fr", Some(coordinator), None),
    ];
    assert!(listed(good).is_empty());
    let key = |name: &str| vec![format!("oidc.people[1].{name}")];
    let one = |role, number| listed(vec![person("a@example.fr", role, number)]);
    assert_eq!(one(None, Some(5)), key("role"));
    assert_eq!(one(Some(interpreter), None), key("interpreter"));
    assert_eq!(one(Some(coordinator), Some(5)), key("interpreter"));
    assert_eq!(one(Some(interpreter), Some(6)), key("interpreter"));
    for bad in ["", "claire", "@example.fr", "a@", "a b@example.fr", "a@b@c"] {
        let list = vec![person(bad, Some(coordinator), None)];
        assert_eq!(listed(list), key("email"), "{bad}");
    }
    let twice = vec![
        person("a@example.fr", Some(coordinator), None),
        person("A@Example.fr", Some(coordinator), None),
    ];
    assert_eq!(listed(twice), ["oidc.people[2].email"]);
    let said_twice = vec![person("a@example.fr", Some(interpreter), Some(5))];
    assert_eq!(with(|it| it.people = said_twice), key("role"));
    let no_number = vec![person("a@example.fr", None, None)];
    assert_eq!(with(|it| it.people = no_number), key("interpreter"));
}

#[test]
fn a_role_that_is_there_twice_or_empty_is_refused() {
    let again = |it: &mut OidcSection| it.roles.push(it.roles[0].clone());
    assert_eq!(with(again), ["oidc.roles[2].value"]);
    assert_eq!(
        with(|it| it.roles[0].value.clear()),
        ["oidc.roles[1].value"]
    );
}

/// The examples of the page for administrators, in its order.
fn examples() -> Vec<String> {
    let page = include_str!("../../../docs/sign-in-by-provider.md");
    let blocks = page.split("```toml\n").skip(1);
    let texts = blocks.map(|block| block.split("```").next().unwrap().to_owned());
    texts.filter(|text| text.contains("issuer")).collect()
}

#[test]
fn the_examples_for_keycloak_and_proconnect_are_sound() {
    let examples = examples();
    assert_eq!(examples.len(), 2);
    for example in &examples {
        let text = format!("{}\n{example}", crate::config::DEMO_TOML);
        let text = text.replace(
            "client_secret_file = \"/etc/passerelle/oidc-secret\"",
            "client_secret = \"of-a-test\"",
        );
        let config = Config::from_toml(&text).unwrap();
        assert!(config.oidc.is_some());
    }
    let of = |example: &str| {
        Config::from_toml(&format!(
            "{}\n{}",
            crate::config::DEMO_TOML,
            example
                .replace("client_secret_file", "# ")
                .replace("[oidc]", "[oidc]\nclient_secret = \"x\"")
        ))
    };
    let keycloak = of(&examples[0]).unwrap().oidc.unwrap();
    assert_eq!(keycloak.role_claim.as_deref(), Some("realm_access.roles"));
    let proconnect = of(&examples[1]).unwrap().oidc.unwrap();
    assert_eq!(
        (proconnect.pkce, proconnect.userinfo),
        (Pkce::Never, UserInfo::Jwt)
    );
    assert!(proconnect.role_claim.is_none() && !proconnect.people.is_empty());
}
