//! Figures of the pure core on one core of this machine, one line each, tab-separated: name, value,
//! unit, target, `ok` or `short`. `make bench` gathers them.

#![expect(
    clippy::disallowed_types,
    reason = "a benchmark measures time; the core does not"
)]

use passerelle_signaling::Core;
use passerelle_signaling::command::{Command, Configuration, Party};
use passerelle_signaling::ids::{InterpreterId, SiteId, TabletId};
use passerelle_signaling::rules::Rules;
use passerelle_signaling::state::Duty;
use passerelle_signaling::tag::Language;
use passerelle_signaling::time::{Millis, Timestamp};
use std::time::Instant;

fn main() {
    let per_second = decisions_per_second();
    line(
        "decisions_per_s",
        per_second,
        "1/s",
        500_000.0,
        per_second >= 500_000.0,
    );
    let micros = decision_micros_at_ten_thousand_waiting();
    line("decision_us_at_10k", micros, "us", 20.0, micros <= 20.0);
}

#[expect(
    clippy::print_stdout,
    reason = "the figures are what this program is for"
)]
fn line(name: &str, value: f64, unit: &str, target: f64, ok: bool) {
    println!(
        "{name}\t{value:.1}\t{unit}\t{target}\t{}",
        if ok { "ok" } else { "short" }
    );
}

/// The city's service: everybody connected, every interpreter available, languages dealt in turn.
fn service(tablets: u32, interpreters: u32, wait_max: Millis) -> Core {
    let languages: [Language; 5] =
        ["fsl", "en", "ar", "uk", "pt"].map(|tag| tag.parse().expect("each is a tag"));
    let of = |id: u32| languages[id as usize % languages.len()];
    let configuration = Configuration {
        rules: Rules {
            queue_max: u32::MAX,
            wait_max_ms: wait_max,
            ..Rules::default()
        },
        languages: languages.into(),
        tablets: (1..=tablets).map(|id| (TabletId(id), SiteId(id))).collect(),
        interpreters: (1..=interpreters)
            .map(|id| (InterpreterId(id), [of(id), of(id + 1)].into()))
            .collect(),
    };
    let mut core = Core::new();
    core.handle(&Command::Configure(configuration), Timestamp(0));
    for id in 1..=tablets {
        core.handle(
            &Command::Connected(Party::Tablet(TabletId(id))),
            Timestamp(0),
        );
    }
    for id in 1..=interpreters {
        let interpreter = InterpreterId(id);
        core.handle(
            &Command::Connected(Party::Interpreter(interpreter)),
            Timestamp(0),
        );
        core.handle(
            &Command::SetAvailable {
                interpreter,
                available: true,
            },
            Timestamp(0),
        );
    }
    core
}

fn tap(core: &mut Core, tablet: u32, now: Timestamp) {
    let tags = ["fsl", "en", "ar", "uk", "pt"];
    let language = tags[tablet as usize % 5].parse().expect("each is a tag");
    let command = Command::Tap {
        tablet: TabletId(tablet),
        language,
        tapped_at: now,
    };
    core.handle(&command, now);
}

/// One interpreter does the next thing there is to do; false when idle.
fn serve(core: &mut Core, interpreter: InterpreterId, now: Timestamp) -> bool {
    let command = match core
        .state()
        .interpreter(interpreter)
        .map(|person| person.duty)
    {
        Some(Duty::Ringing(offer)) => Command::Accept { interpreter, offer },
        Some(Duty::InCall(call)) => {
            let connecting = core
                .state()
                .call(call)
                .is_some_and(|live| live.record.connected_at.is_none());
            let party = Party::Interpreter(interpreter);
            if connecting {
                Command::MediaUp { call }
            } else {
                Command::HangUp { party, call }
            }
        }
        Some(Duty::WrapUp { .. }) => Command::EndWrapUp { interpreter },
        Some(Duty::Free) | None => return false,
    };
    core.handle(&command, now);
    true
}

/// Commands per second over the calls of 28 tablets and 8 interpreters.
fn decisions_per_second() -> f64 {
    let mut core = service(28, 8, Millis::from_secs(3600));
    let mut commands = 0_u64;
    let start = Instant::now();
    let mut now = Timestamp(0);
    while commands < 1_000_000 {
        now = now + Millis(200);
        for tablet in 1..=28 {
            tap(&mut core, tablet, now);
            commands += 1;
        }
        for id in 1..=8 {
            commands += u64::from(serve(&mut core, InterpreterId(id), now));
        }
    }
    commands as f64 / start.elapsed().as_secs_f64()
}

/// Microseconds per command with 10,000 calls waiting and 1,000 interpreters at work.
fn decision_micros_at_ten_thousand_waiting() -> f64 {
    let mut core = service(11_000, 1_000, Millis::from_secs(360_000));
    for tablet in 1..=11_000 {
        tap(&mut core, tablet, Timestamp(1));
    }
    let mut commands = 0_u64;
    let start = Instant::now();
    // Four commands a call, so 2,000 calls are served and as many tapped again.
    for round in 0..8_u64 {
        let now = Timestamp(2 + round);
        for id in 1..=1_000 {
            commands += u64::from(serve(&mut core, InterpreterId(id), now));
        }
    }
    let micros = start.elapsed().as_secs_f64() * 1e6 / commands as f64;
    let waiting: usize = core
        .state()
        .calls()
        .filter(|(_, call)| call.is_waiting())
        .count();
    assert!(waiting >= 8_000, "the queue ran dry: {waiting}");
    micros
}
