//! A configuration that changes while calls go on, by `passerelle reload` and by SIGHUP.

use crate::gateway::Gateway;
use crate::people::{SOON, board, interpreter, position, ring, tablet, tap};
use crate::service::{Service, changed, configured, reload, write};
use passerelle::client::signalling::SignallingClient;
use passerelle::config::DEMO_TOML;
use passerelle_signaling::protocol::{ByeReason, Directory, Identity, ServerMessage};

/// Polish, before the first reception point.
const POLISH: &str = r#"
[[languages]]
tag = "pl"
name = "Polski"
name_fr = "Polonais"
name_en = "Polish"

[[sites]]
id = 1
"#;

fn with_polish() -> String {
    changed(DEMO_TOML, "\n[[sites]]\nid = 1\n", POLISH)
}

/// Waits until the client is told other names.
async fn new_names(client: &mut SignallingClient) -> Directory {
    let names = |message: &ServerMessage| match message {
        ServerMessage::DirectoryChanged { directory } => Some(directory.clone()),
        _ => None,
    };
    client
        .message_where("the new names", SOON, names)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_new_language_and_a_new_name_are_told_to_everybody_and_the_queue_stands() {
    let service = Service::start(DEMO_TOML);
    let mut calling = service.connect(tablet(1)).await;
    let mut other = service.connect(tablet(2)).await;
    let mut person = service.connect(interpreter(5)).await;
    let mut coordinator = service.connect(Identity::Coordinator).await;
    for client in [&mut calling, &mut other] {
        tap(client, "uk").await;
    }
    let before = (position(&mut calling).await, position(&mut other).await);

    let renamed = changed(&with_polish(), "Hôtel de Ville", "Maison communale");
    service.write(&renamed);
    let (code, said, errors) = service.reload(&[]);
    assert_eq!(code, Some(0), "{errors}");
    assert!(said.contains("is in force: 6 languages"), "{said}");
    assert!(
        said.contains("nobody in `interpreters` takes `pl`"),
        "{said}"
    );

    let told = [
        (new_names(&mut calling).await, 0),
        (new_names(&mut person).await, 1),
        (new_names(&mut coordinator).await, 10),
    ];
    for (names, people) in told {
        let tags: Vec<_> = names
            .languages
            .iter()
            .map(|l| l.language.as_str())
            .collect();
        assert_eq!(tags, ["fsl", "en", "ar", "uk", "pt", "pl"]);
        assert_eq!(names.sites[0].name, "Maison communale");
        assert_eq!(names.interpreters.len(), people);
    }
    let after = (position(&mut calling).await, position(&mut other).await);
    assert_eq!(after, before);
    let mut third = service.connect(tablet(3)).await;
    tap(&mut third, "pl").await;
    assert_eq!(position(&mut third).await.1, 1);
}

#[tokio::test]
async fn an_interpreter_removed_while_being_rung_is_signed_out_and_the_call_rings_elsewhere() {
    let service = Service::start(DEMO_TOML);
    let mut removed = service.available(5).await;
    let mut calling = service.connect(tablet(1)).await;
    tap(&mut calling, "uk").await;
    let (_, call) = ring(&mut removed).await;

    let start = DEMO_TOML.find("[[interpreters]]\nid = 5\n").unwrap();
    let end = DEMO_TOML.find("[[interpreters]]\nid = 6\n").unwrap();
    service.write(&(DEMO_TOML[..start].to_owned() + &DEMO_TOML[end..]));
    service.gateway.reload_by_signal("is in force");
    assert_eq!(removed.bye(SOON).await.unwrap(), ByeReason::SignedOut);
    assert_eq!(position(&mut calling).await, (call, 1));
    let mut next = service.available(6).await;
    assert_eq!(ring(&mut next).await.1, call);
    let mut coordinator = service.connect(Identity::Coordinator).await;
    let people = board(&mut coordinator, "the board", |board| {
        Some(board.interpreters.len())
    });
    assert_eq!(people.await, 9);
}

#[tokio::test]
async fn a_bad_file_is_refused_with_every_problem_and_changes_nothing() {
    let service = Service::start(DEMO_TOML);
    let mut coordinator = service.connect(Identity::Coordinator).await;
    let journal = service.gateway.data_dir().join("passerelle.sqlite-wal");
    let size = || std::fs::metadata(&journal).unwrap().len();
    let bad = changed(
        &with_polish(),
        "at once ring one of tier 1",
        "ring somebody",
    );
    let bad = changed(&bad, "name = \"Coliseum\"", "name = \" \"");
    service.write(&format!("[rules]\noffer_ms = 20\n{bad}"));
    let before = size();
    let expected = ["rules.offer_ms", "languages[1].steps[1]", "sites[12].name"];

    let (code, _, errors) = service.reload(&[]);
    assert_eq!(code, Some(1));
    assert!(expected.iter().all(|key| errors.contains(key)), "{errors}");
    service.gateway.reload_by_signal("stays as it is");
    let log = service.gateway.log();
    assert!(expected.iter().all(|key| log.contains(key)), "{log}");

    // Sound by the environment of the command line, but not by the gateway's.
    service.write(&format!("[rules]\noffer_ms = 20\n{}", with_polish()));
    let (code, _, errors) = service.reload(&[("rules.offer_ms", "20000")]);
    assert_eq!(code, Some(1));
    assert!(
        errors.contains("rules.offer_ms") && errors.contains("Nothing has changed"),
        "{errors}"
    );
    assert_eq!(size(), before, "nothing is written");

    // The next one is sound: it is the first that the coordinator hears of.
    let renamed = changed(DEMO_TOML, "Coliseum", "Colisée");
    service.write(&renamed);
    let (code, _, errors) = service.reload(&[]);
    assert_eq!(code, Some(0), "{errors}");
    let names = new_names(&mut coordinator).await;
    assert_eq!(names.languages.len(), 5);
    assert_eq!(names.sites[11].name, "Colisée");
}

#[tokio::test]
async fn what_needs_a_restart_is_kept_and_named() {
    let service = Service::start(DEMO_TOML);
    let other = changed(DEMO_TOML, "Europe/Paris", "Europe/Brussels");
    let other = changed(
        &other,
        "bind = \"127.0.0.1:0\"",
        "bind = \"127.0.0.1:0\"\nannounced = [\"10.0.0.1\"]",
    );
    service.write(&other);
    let (code, said, errors) = service.reload(&[]);
    assert_eq!(code, Some(0), "{errors}");
    for key in ["`media`", "`service.time_zone`"] {
        assert!(
            said.contains(&format!("{key} has changed and needs a restart")),
            "{said}"
        );
    }
    assert!(!said.contains("`listen`"), "{said}");
}

#[tokio::test]
async fn nobody_to_reload_is_said() {
    let (_directory, file) = configured(DEMO_TOML);
    let (code, _, errors) = reload(&file, &[]);
    assert_eq!(code, Some(1));
    assert!(errors.contains("no gateway runs"), "{errors}");

    let demo = Gateway::demo(&[]);
    write(&file, &demo.data_dir(), DEMO_TOML);
    let (code, _, errors) = reload(&file, &[]);
    assert_eq!(code, Some(1));
    assert!(errors.contains("passerelle serve"), "{errors}");
}
