//! In which order a batch shows its pictures.

use super::*;
use crate::dispatch::batch::Draft;
use crate::dispatch::clients::Clients;
use crate::dispatch::input::Inputs;
use passerelle_signaling::core::Core;
use tokio::runtime::Handle;

#[tokio::test]
async fn whom_it_is_about_is_shown_it_before_whoever_only_sees_the_queue() {
    let (tablet, other, rung) = (TabletId(7), InterpreterId(1), InterpreterId(2));
    let (caller, bystander, answering) = (
        Party::Tablet(tablet),
        Party::Interpreter(other),
        Party::Interpreter(rung),
    );
    let (sender, _inputs) = mpsc::channel(1);
    let clients = Clients::new();
    let register =
        |identity| clients.register(identity, Inputs::new(sender.clone(), Handle::current()));
    let _connections = [
        register(Identity::Tablet { tablet }),
        register(Identity::Interpreter { interpreter: other }),
        register(Identity::Interpreter { interpreter: rung }),
    ];
    let mut core = Core::new();
    let available = Command::SetAvailable {
        interpreter: rung,
        available: true,
    };
    for command in [
        Command::Configure(Box::new(configuration())),
        Command::Connected(caller),
        Command::Connected(bystander),
        Command::Connected(answering),
        available,
    ] {
        assert_eq!(core.handle(&command, LATE_EVENING).rejection, None);
    }

    let mut draft = Draft::default();
    let tap = Command::Tap {
        tablet,
        language: language("fsl"),
        mode: None,
        tapped_at: LATE_EVENING,
    };
    let step = core.handle(&tap, LATE_EVENING);
    assert_eq!(draft.add(&core, step, Epoch::default()), None);
    let (_, release) = draft.close(&core, &clients);
    let order: Vec<Party> = release.views.iter().map(|(party, _)| *party).collect();
    assert_eq!(order, [caller, answering, bystander]);
}
