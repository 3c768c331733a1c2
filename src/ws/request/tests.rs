//! Who may ask what, and how requests are read.

mod table;

use super::*;
use passerelle_signaling::ids::{GuestId, InterpreterId};
use table::{CALL, GUEST, INTERPRETER, NOW, TABLET, table};

const ROLES: [Identity; 5] = [
    TABLET,
    INTERPRETER,
    Identity::Coordinator,
    GUEST,
    Identity::Administrator,
];

#[test]
fn whoever_the_table_of_permissions_names_is_understood_and_nobody_else() {
    for (request, command) in table() {
        let who = permissions::who_asks(&request);
        let may = ROLES.map(|identity| action(identity, request.clone(), NOW).is_ok());
        let named = ROLES.map(|identity| who.contains(&Role::of(identity)));
        assert_eq!(may, named, "{request:?}");
        let first = ROLES.into_iter().zip(may).find(|(_, may)| *may).unwrap().0;
        let asked = action(first, request.clone(), NOW).unwrap();
        match command {
            Some(command) => assert_eq!(asked, Action::Submit(command), "{request:?}"),
            None => assert!(!matches!(asked, Action::Submit(_)), "{request:?}"),
        }
    }
}

#[test]
fn the_table_has_every_request_once() {
    let kind = |request: &Request| std::mem::discriminant(request);
    let kinds: std::collections::HashSet<_> =
        table().iter().map(|(request, _)| kind(request)).collect();
    let rows = permissions::REQUESTS.len();
    assert_eq!((kinds.len(), table().len()), (rows, rows));
}

#[test]
fn the_table_of_permissions_names_requests_as_the_wire_does() {
    let names = table().into_iter().map(|(request, _)| {
        let who = permissions::who_asks(&request);
        let written = serde_json::to_value(request).unwrap();
        (written["type"].as_str().unwrap().to_owned(), who)
    });
    for (name, who) in names {
        let mut rows = permissions::REQUESTS.iter();
        let row = rows.find(|(row, ..)| *row == name).unwrap();
        assert_eq!(row.1, who, "{name}");
    }
}

#[test]
fn a_request_means_what_its_asker_may_do() {
    let (callback, appointment) = (CALL, CALL);
    let asked = |request| action(Identity::Coordinator, request, NOW);
    let tablet = None;
    let expected = Command::CancelCallback { tablet, callback };
    let cancelled = asked(Request::CancelCallback { callback });
    assert_eq!(cancelled, Ok(Action::Submit(expected)));
    let expected = Command::CancelAppointment {
        tablet,
        appointment,
    };
    let cancelled = asked(Request::CancelAppointment { appointment });
    assert_eq!(cancelled, Ok(Action::Submit(expected)));
}

#[test]
fn everybody_in_a_call_leaves_it_and_connects_media_as_themselves() {
    let sides = [
        (TABLET, Party::Tablet(TabletId(1))),
        (INTERPRETER, Party::Interpreter(InterpreterId(2))),
        (Identity::Coordinator, Party::Coordinator),
        (GUEST, Party::Guest(GuestId(7))),
    ];
    let call = CALL;
    for (identity, party) in sides {
        let left = action(identity, Request::HangUp { call }, NOW);
        let expected = Command::HangUp { party, call };
        assert_eq!(left, Ok(Action::Submit(expected)));
        let sdp = Pii::from("v=0");
        let offer = Request::MediaOffer {
            call,
            sdp: sdp.clone(),
        };
        let expected = Action::Join { party, call, sdp };
        assert_eq!(action(identity, offer, NOW), Ok(expected));
        let shown = false;
        let hidden = action(identity, Request::Pictures { call, shown }, NOW);
        assert_eq!(hidden, Ok(Action::Pictures { party, call, shown }));
    }
}

#[test]
fn the_tablet_and_the_lead_invite_and_send_away_a_third_party_as_themselves() {
    let sides = [
        (TABLET, Party::Tablet(TabletId(1))),
        (INTERPRETER, Party::Interpreter(InterpreterId(2))),
    ];
    let call = CALL;
    for (identity, party) in sides {
        let invited = action(identity, Request::InviteGuest { call }, NOW);
        assert_eq!(invited, Ok(Action::InviteGuest { party, call }));
        let removed = action(identity, Request::RemoveGuest { call }, NOW);
        let expected = Command::RemoveGuest { party, call };
        assert_eq!(removed, Ok(Action::Submit(expected)));
    }
}

#[test]
fn a_broadcast_is_one_line_of_bounded_length_with_something_to_read() {
    let asked = |text: &str| {
        let text = text.into();
        action(Identity::Coordinator, Request::Broadcast { text }, NOW)
    };
    let line = Action::Broadcast("Pause à 12 h, مرحبا".into());
    assert_eq!(asked(" Pause\r\n\u{7}à 12\th, مرحبا\u{0} "), Ok(line));
    for empty in ["", "  \n", "\u{0}\u{1b}"] {
        assert_eq!(asked(empty), Err(Refusal::EmptyText), "{empty:?}");
    }
    assert_eq!(Refusal::EmptyText.code(), ErrorCode::BadMessage);
    let longest = "é".repeat(NOTICE_CHARS_MAX);
    assert_eq!(
        asked(&longest),
        Ok(Action::Broadcast(longest.as_str().into()))
    );
    let refused = asked(&format!("{longest}é"));
    assert_eq!(refused, Err(Refusal::TextTooLong));
    assert_eq!(Refusal::TextTooLong.code(), ErrorCode::TextTooLong);
}

#[test]
fn every_request_is_read_back_from_its_text() {
    for (id, (request, _)) in (1..).zip(table()) {
        let message = ClientMessage { id, request };
        let text = serde_json::to_string(&message).unwrap();
        assert_eq!(read(&text).unwrap(), message, "{text}");
    }
}

#[test]
fn what_cannot_be_read_is_refused_with_its_number_where_there_is_one() {
    let number = |text: &str| read(text).unwrap_err().id;
    assert_eq!(number("hello"), None);
    assert_eq!(number("[]"), None);
    assert_eq!(number(r#"{"id":7,"type":"fly"}"#), Some(7));
    assert_eq!(number(r#"{"id":7,"type":"tap","language":"FSL"}"#), Some(7));
    let odd_mode = r#"{"id":7,"type":"tap","language":"fsl","mode":"telepathy"}"#;
    assert_eq!(number(odd_mode), Some(7));
    let odd_class = r#"{"id":8,"type":"prioritise","call":1,"class":"vip"}"#;
    assert_eq!(number(odd_class), Some(8));
    let odd_counter = r#"{"id":9,"type":"force","counter":{"desk":1},"open":true}"#;
    assert_eq!(number(odd_counter), Some(9));
    let negative = r#"{"id":9,"type":"assign","call":1,"interpreter":-1}"#;
    assert_eq!(number(negative), Some(9));
    assert_eq!(number(&"x".repeat(CLIENT_MESSAGE_BYTES_MAX + 1)), None);
    let fine = read(r#"{"id":7,"type":"end_wrap_up"}"#).unwrap();
    assert_eq!(fine.request, Request::EndWrapUp);
}
