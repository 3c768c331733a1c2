//! What a conversation is about: chosen while the visitor waits, on the interpreter's card and in
//! the record.

use crate::people::{SOON, activity, interpreter, outcome, position, refusal, tablet, tap};
use crate::service::{Service, changed};
use passerelle::config::DEMO_TOML;
use passerelle_signaling::protocol::{ErrorCode, Identity, Request, ServerMessage, View};
use passerelle_signaling::tag::Subject;
use passerelle_signaling::view::Activity;

/// The subject on the card of whoever is rung.
fn briefed(view: &View) -> Option<Option<Subject>> {
    match activity(view)? {
        Activity::Ringing { subject, .. } => Some(*subject),
        _ => None,
    }
}

#[tokio::test]
async fn the_subject_is_on_the_card_of_whoever_is_rung_and_in_the_record() {
    let service = Service::start(DEMO_TOML);
    let mut coordinator = service.connect(Identity::Coordinator).await;
    let mut calling = service.connect(tablet(1)).await;
    let told = &calling.directory().subjects;
    let subject = told.iter().map(|one| one.subject).nth(1);
    assert_eq!(subject.unwrap().as_str(), "housing");
    tap(&mut calling, "uk").await;
    let (call, _) = position(&mut calling).await;
    calling
        .ask(Request::SetSubject { call, subject })
        .await
        .unwrap();
    let unknown = Some("fishing".parse().unwrap());
    let asked = Request::SetSubject {
        call,
        subject: unknown,
    };
    assert_eq!(refusal(&mut calling, asked).await, ErrorCode::NotFound);
    let mut answering = service.available(5).await;
    let card = answering.view_where("a ring", SOON, briefed).await;
    assert_eq!(card.unwrap(), subject);
    calling.ask(Request::HangUp { call }).await.unwrap();
    let (_, record) = outcome(&mut coordinator, call).await;
    assert_eq!(record.subject, subject);
}

#[tokio::test]
async fn subjects_limits_and_ways_change_while_the_gateway_runs() {
    let service = Service::start(DEMO_TOML);
    let mut calling = service.connect(tablet(1)).await;
    let mut person = service.connect(interpreter(1)).await;
    let fishing = "[[subjects]]\ntag = \"fishing\"\nname_fr = \"Pêche\"\nname_en = \"Fishing\"\n\n\
                   [[subjects]]\ntag = \"housing\"\n";
    let text = changed(DEMO_TOML, "[[subjects]]\ntag = \"housing\"\n", fishing);
    let text = changed(&text, "\"sign\", \"text_relay\"", "\"sign\"");
    let text = changed(
        &text,
        "id = 1\nname = \"Camille",
        "id = 1\nrest_ms = 600000\nname = \"Camille",
    );
    service.write(&format!("[rules]\nguest_link_ms = 60000\n{text}"));
    let (code, _, errors) = service.reload(&[]);
    assert_eq!(code, Some(0), "{errors}");
    let names = |message: &ServerMessage| match message {
        ServerMessage::DirectoryChanged { directory } => Some(directory.clone()),
        _ => None,
    };
    for client in [&mut calling, &mut person] {
        let told = client.message_where("the new names", SOON, names).await;
        let told = told.unwrap();
        assert_eq!(told.subjects[1].subject.as_str(), "fishing");
        assert_eq!(told.languages[0].modes.len(), 1);
    }
    tap(&mut calling, "uk").await;
    let (call, _) = position(&mut calling).await;
    let subject = Some("fishing".parse().unwrap());
    calling
        .ask(Request::SetSubject { call, subject })
        .await
        .unwrap();
    service.write(&format!(
        "[rules]\nguest_link_ms = 60\nappointment_ms = 5\n{text}"
    ));
    let (code, _, errors) = service.reload(&[]);
    assert_eq!(code, Some(1));
    for key in ["rules.guest_link_ms", "rules.appointment_ms"] {
        assert!(errors.contains(key), "{errors}");
    }
}
