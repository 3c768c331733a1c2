//! Who is told how pictures arrive: figures to interpreters and coordinators, standstills to
//! everybody in the conversation, and nothing of it to the journal.

use super::*;
use passerelle_signaling::protocol::{Motion, PictureQuality};

const VISITOR: Party = Party::Tablet(TabletId(7));
const INTERPRETER: Party = Party::Interpreter(InterpreterId(2));

/// Waits until a client is told this of somebody's picture.
async fn told(
    client: &mut Connection,
    from: Identity,
    wanted: impl Fn(&PictureQuality) -> bool,
) -> PictureQuality {
    let picture = |told: &Qualities| {
        let pictures = told.iter().flat_map(|call| &call.pictures);
        let of = |picture: &&PictureQuality| picture.from == from && wanted(picture);
        pictures.copied().find(|picture| of(&picture))
    };
    let waiting = client.quality.wait_for(|told| picture(told).is_some());
    let seen = timeout(PATIENCE, waiting).await;
    let seen = seen.expect("it is told").unwrap();
    picture(&seen).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_stands_is_told_to_both_sides_and_figures_only_to_those_who_work() {
    let (gateway, _directory) = Gateway::start_new().await;
    let mut coordinator = gateway.coordinator().await;
    let mut interpreter = gateway.interpreter(2).await;
    let mut tablet = gateway.tablet(7).await;
    let (call, offer) = gateway.ring(&mut interpreter, 7).await;
    gateway.accept(offer).await;
    let visitor = gateway.join(VISITOR, call).await;
    let helper = gateway.join(INTERPRETER, call).await;
    let at_tablet = Identity::Tablet {
        tablet: TabletId(7),
    };
    let has_figures = |picture: &PictureQuality| picture.figures.is_some_and(|of| of.fps > 10);
    told(&mut interpreter, at_tablet, has_figures).await;
    told(&mut coordinator, at_tablet, has_figures).await;
    tablet_view(&mut tablet, active).await;
    let entries = || gateway.store.load_journal().unwrap().len();
    let before = entries();

    visitor.hold_picture(true);
    let stands = |picture: &PictureQuality| picture.motion == Motion::StillCamera;
    told(&mut coordinator, at_tablet, stands).await;
    told(&mut interpreter, at_tablet, stands).await;
    assert_eq!(told(&mut tablet, at_tablet, stands).await.figures, None);
    assert_eq!(entries(), before, "nothing of it is journaled");
    // A page that is opened meanwhile is told, too.
    let mut again = gateway.interpreter(2).await;
    told(&mut again, at_tablet, stands).await;

    visitor.hold_picture(false);
    gateway.dispatch.camera(VISITOR, call, Camera::Off);
    let off = |picture: &PictureQuality| picture.motion == Motion::Off;
    told(&mut again, at_tablet, off).await;
    gateway.dispatch.camera(VISITOR, call, Camera::On);
    let moves = |picture: &PictureQuality| picture.motion == Motion::Moving;
    told(&mut tablet, at_tablet, moves).await;
    // Its page sees black pictures: they stand, although they come.
    gateway.dispatch.camera(VISITOR, call, Camera::Taken);
    told(&mut tablet, at_tablet, stands).await;
    gateway.dispatch.camera(VISITOR, call, Camera::On);
    told(&mut tablet, at_tablet, moves).await;

    let party = VISITOR;
    gateway.submit(Command::HangUp { party, call }).await;
    let over = coordinator.quality.wait_for(|told| told.is_empty());
    timeout(PATIENCE, over).await.unwrap().unwrap();
    for client in [visitor, helper] {
        client.close().await;
    }
}
