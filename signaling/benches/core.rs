//! Figures of the pure core on one core of this machine, one line each, tab-separated: name, value,
//! unit, target, `ok` or `short`. `make bench` gathers them. Each is the best of several runs: what
//! else the machine does can only make a run slower.

#![expect(
    clippy::disallowed_types,
    reason = "a benchmark measures time; the core does not"
)]

use passerelle_signaling::Core;
use passerelle_signaling::command::{Command, Departure, Party};
use passerelle_signaling::configuration::{Configuration, LanguageRules, SiteRules};
use passerelle_signaling::hours::{Holidays, Hours};
use passerelle_signaling::ids::{InterpreterId, SiteId, TabletId};
use passerelle_signaling::need::{Mode, Pool, Qualification, Skill, Tier};
use passerelle_signaling::protocol::DeclineReason;
use passerelle_signaling::rules::Rules;
use passerelle_signaling::state::Duty;
use passerelle_signaling::steps::{Step, Steps};
use passerelle_signaling::tag::Language;
use passerelle_signaling::time::{Millis, Timestamp};
use std::time::Instant;

/// The language that the shapes of the long queue starve; the others are served meanwhile.
const STARVED: &str = "pt";
const SERVED: [&str; 4] = ["fsl", "en", "ar", "uk"];
const CROWD: u32 = 1_000;
const RUNS: usize = 15;

fn main() {
    let per_second = best(RUNS, f64::max, || decisions_per_second(28, 8));
    let ok = per_second >= 500_000.0;
    line("decisions_per_s", per_second, "1/s", "500000", ok);
    let mut growth = 0.0_f64;
    for (name, shape) in [
        ("busy", Shape::Busy),
        ("nobody", Shape::NobodyOnDuty),
        ("cooldown", Shape::CoolingDown),
        ("callbacks", Shape::Callbacks),
    ] {
        let [short, long] = [1_000, 10_000].map(|waiting| shape.micros_per_decision(waiting));
        line(
            &format!("decision_us_at_1k_{name}"),
            short,
            "us",
            "20",
            short <= 20.0,
        );
        let long_name = match shape {
            Shape::Busy => "decision_us_at_10k".to_owned(),
            _ => format!("decision_us_at_10k_{name}"),
        };
        line(&long_name, long, "us", "20", long <= 20.0);
        growth = growth.max(long / short);
    }
    line("decision_growth_10x", growth, "ratio", "2", growth <= 2.0);
    let slots_ms = slots_ms();
    line("slots_ms", slots_ms, "ms", "20", slots_ms <= 20.0);
}

#[expect(
    clippy::print_stdout,
    reason = "the figures are what this program is for"
)]
fn line(name: &str, value: f64, unit: &str, target: &str, ok: bool) {
    let held = if ok { "ok" } else { "short" };
    println!("{name}\t{value:.2}\t{unit}\t{target}\t{held}");
}

fn best(runs: usize, better: fn(f64, f64) -> f64, run: impl FnMut() -> f64) -> f64 {
    std::iter::repeat_with(run)
        .take(runs)
        .reduce(better)
        .expect("there is at least one run")
}

fn language(tag: &str) -> Language {
    tag.parse().expect("each is a tag")
}

/// The language called from a tablet, or taken by an interpreter: dealt in turn.
fn dealt(id: u32) -> Language {
    language(SERVED[id as usize % SERVED.len()])
}

fn steps() -> Steps {
    let sentences = [
        "at once ring one of tier 1",
        "after 30 s ring 2 of tiers 1 to 2",
        "after 2 min ring 3 of every tier and the overflow pool, audio will do",
    ];
    let steps = sentences.map(|text| text.parse::<Step>().expect("each is a step"));
    Steps::try_from(Vec::from(steps)).expect("the steps are in order")
}

/// Two languages each, the first as a specialist; every fifth person belongs to a partner.
fn qualification(id: u32, languages: [Language; 2]) -> Qualification {
    let tiers = [Tier::FIRST, Tier(2)];
    Qualification {
        skills: languages
            .into_iter()
            .zip(tiers)
            .map(|(language, tier)| {
                let modes = [Mode::SpokenVideo, Mode::SpokenAudio].into();
                (language, Skill { tier, modes })
            })
            .collect(),
        pool: if id % 5 == 4 {
            Pool::Overflow
        } else {
            Pool::Own
        },
        ..Qualification::default()
    }
}

/// A service at work: interpreters accept, talk and wrap up as fast as commands can be handled.
#[derive(Clone)]
struct Service {
    core: Core,
    now: Timestamp,
    commands: u64,
}

impl Service {
    /// Everybody connected, every interpreter available. The last interpreter takes the starved
    /// language alone.
    fn open(tablets: u32, interpreters: u32, wait_max_ms: Millis) -> Self {
        let starved = language(STARVED);
        let people = (1..=interpreters).map(|id| {
            let alone = id == interpreters;
            let other = if alone { starved } else { dealt(id + 1) };
            let own = if alone { starved } else { dealt(id) };
            (InterpreterId(id), qualification(id, [own, other]))
        });
        let rules = LanguageRules {
            steps: steps(),
            queue_max: Some(u32::MAX),
            wait_max_ms: Some(wait_max_ms),
            ..LanguageRules::default()
        };
        let configuration = Configuration {
            rules: Rules {
                // Whom one interpreter declined may be thousands here.
                cooldown_ms: Millis::from_secs(3600),
                ..Rules::default()
            },
            languages: SERVED
                .iter()
                .chain([&STARVED])
                .map(|tag| (language(tag), rules.clone()))
                .collect(),
            sites: (0..28)
                .map(|id| (SiteId(id), SiteRules::default()))
                .collect(),
            tablets: (1..=tablets)
                .map(|id| (TabletId(id), SiteId(id % 28)))
                .collect(),
            interpreters: people.collect(),
            ..Configuration::default()
        };
        let mut service = Self {
            core: Core::new(),
            now: Timestamp(0),
            commands: 0,
        };
        service.run(&Command::Configure(Box::new(configuration)));
        for id in 1..=tablets {
            service.run(&Command::Connected(Party::Tablet(TabletId(id))));
        }
        for interpreter in (1..=interpreters).map(InterpreterId) {
            service.run(&Command::Connected(Party::Interpreter(interpreter)));
            service.run(&Command::SetAvailable {
                interpreter,
                available: true,
            });
        }
        service
    }

    fn run(&mut self, command: &Command) {
        self.commands += 1;
        let step = self.core.handle(command, self.now);
        assert_eq!(step.rejection, None, "{command:?}");
    }

    /// Lets time pass, carrying out what falls due on the way.
    fn pass(&mut self, length: Millis) {
        let end = self.now + length;
        while let Some(at) = self.core.next_deadline().filter(|at| *at <= end) {
            self.now = at;
            self.run(&Command::Tick);
        }
        self.now = end;
    }

    /// A visitor at an idle tablet calls.
    fn tap(&mut self, tablet: TabletId, language: Language) {
        let idle = |tablet: &passerelle_signaling::state::Tablet| tablet.call.is_none();
        if self.core.state().tablet(tablet).is_some_and(idle) {
            self.run(&Command::Tap {
                tablet,
                language,
                mode: None,
                tapped_at: self.now,
            });
        }
    }

    /// An interpreter does the next thing there is to do; nothing when idle. Whoever is hung up on
    /// calls again at once, so that as many wait as before.
    fn serve(&mut self, interpreter: InterpreterId) {
        let state = self.core.state();
        let mut again = None;
        let duty = state.interpreter(interpreter).map(|person| person.duty);
        let command = match duty {
            Some(Duty::Ringing(offer)) => Command::Accept { interpreter, offer },
            Some(Duty::InCall(call)) => {
                let live = state
                    .call(call)
                    .expect("whoever is in a call is in a live one");
                let party = Party::Interpreter(interpreter);
                if live.record.connected_at.is_some() {
                    again = Some((live.tablet, live.need.language));
                    Command::HangUp { party, call }
                } else {
                    Command::MediaUp { call }
                }
            }
            Some(Duty::WrapUp { .. }) => Command::EndWrapUp { interpreter },
            Some(Duty::Free) | None => return,
        };
        self.run(&command);
        if let Some((tablet, language)) = again {
            self.tap(tablet, language);
        }
    }

    fn serve_all(&mut self, people: u32) {
        (1..=people).for_each(|id| self.serve(InterpreterId(id)));
    }

    fn decline(&mut self, interpreter: InterpreterId) {
        let person = self.core.state().interpreter(interpreter);
        if let Some(Duty::Ringing(offer)) = person.map(|person| person.duty) {
            let reason = DeclineReason::NotQualified;
            self.run(&Command::Decline {
                interpreter,
                offer,
                reason,
            });
        }
    }

    fn call_back_later(&mut self, tablet: TabletId, language: Language) {
        self.tap(tablet, language);
        let called = self.core.state().tablet(tablet);
        if let Some(call) = called.and_then(|tablet| tablet.call) {
            self.run(&Command::RequestCallback { tablet, call });
        }
    }

    fn waiting(&self) -> usize {
        let calls = self.core.state().calls();
        calls.filter(|(_, call)| call.is_waiting()).count()
    }
}

/// Commands per second over a day of the city: taps, rings, conversations, steps, waits that are
/// too long, rest.
fn decisions_per_second(tablets: u32, interpreters: u32) -> f64 {
    let mut service = Service::open(tablets, interpreters, Millis::from_secs(15 * 60));
    service.commands = 0;
    let start = Instant::now();
    while service.commands < 50_000 {
        service.pass(Millis::from_secs(1));
        for id in 1..=tablets {
            service.tap(TabletId(id), dealt(id));
        }
        service.serve_all(interpreters);
    }
    service.commands as f64 / start.elapsed().as_secs_f64()
}

/// What the long queue waits for while [`CROWD`] interpreters work.
#[derive(Clone, Copy)]
enum Shape {
    /// For interpreters who are all at work: each who becomes free is rung at once.
    Busy,
    /// For a language nobody is on duty for.
    NobodyOnDuty,
    /// For the only interpreter of a language, who is free and has declined every one of them; and
    /// every other tablet is away for a moment.
    CoolingDown,
    /// Nowhere: all of them are to be called back, when somebody is free.
    Callbacks,
}

impl Shape {
    /// Microseconds per command while so many calls wait.
    fn micros_per_decision(self, waiting: u32) -> f64 {
        let mut queue = self.queue(waiting);
        // Into the middle of the work, so that each round sees every kind of command.
        for tenth in 1..=10 {
            (0..4).for_each(|_| queue.serve_all(CROWD * tenth / 10 - 1));
        }
        best(RUNS, f64::min, || {
            let mut service = queue.clone();
            service.commands = 0;
            let start = Instant::now();
            for _ in 0..8 {
                service.now = service.now + Millis(1);
                service.serve_all(CROWD - 1);
            }
            let micros = start.elapsed().as_secs_f64() * 1e6 / service.commands as f64;
            let left = service.waiting() + service.core.state().callbacks().count();
            assert!(left >= waiting as usize, "the queue ran dry: {left}");
            micros
        })
    }

    /// The queue, tapped over three minutes so that its calls stand at every step.
    fn queue(self, waiting: u32) -> Service {
        let others = CROWD + CROWD / 2;
        let mut service = Service::open(others + waiting, CROWD, Millis::from_secs(360_000));
        let alone = InterpreterId(CROWD);
        if let Self::NobodyOnDuty = self {
            service.run(&Command::SetAvailable {
                interpreter: alone,
                available: false,
            });
        }
        (1..=others).for_each(|id| service.tap(TabletId(id), dealt(id)));
        (0..2).for_each(|_| service.serve_all(CROWD - 1));
        for id in others + 1..=others + waiting {
            service.pass(Millis(180_000 / u64::from(waiting)));
            match self {
                Self::Busy => service.tap(TabletId(id), dealt(id)),
                Self::NobodyOnDuty => service.tap(TabletId(id), language(STARVED)),
                Self::CoolingDown => {
                    service.tap(TabletId(id), language(STARVED));
                    service.decline(alone);
                }
                Self::Callbacks => service.call_back_later(TabletId(id), dealt(id)),
            }
        }
        if let Self::CoolingDown = self {
            for id in (others + 1..=others + waiting).step_by(2) {
                let lost = Departure::Lost;
                service.run(&Command::Disconnected(Party::Tablet(TabletId(id)), lost));
            }
        }
        service
    }
}

/// How long the times for an appointment take, which are computed between two decisions: 300
/// interpreters, each with hours of their own, two weeks, 30 appointments at each of 28 tablets.
fn slots_ms() -> f64 {
    const MONDAY: Timestamp = Timestamp(1_789_365_600_000);
    let (fsl, english) = (language("fsl"), language("en"));
    let people = (0..300).map(|id: u32| {
        let hours = format!("mon-fri {:02}:{:02}-17:00", 7 + id / 60, id % 60);
        let roster = Hours {
            weekly: vec![hours.parse().expect("these are hours")],
            ..Hours::always()
        };
        let person = Qualification {
            roster: Some(roster),
            ..qualification(1, [fsl, english])
        };
        (InterpreterId(id + 1), person)
    });
    let week = || Hours {
        weekly: vec!["mon-fri 08:00-18:00".parse().expect("these are hours")],
        holidays: Holidays::France,
        ..Hours::always()
    };
    let site = |id| {
        let hours = week();
        let rules = SiteRules {
            hours,
            ..SiteRules::default()
        };
        (SiteId(id), rules)
    };
    let rules = |tag| {
        let hours = week();
        let rules = LanguageRules {
            hours,
            ..LanguageRules::default()
        };
        (tag, rules)
    };
    let configuration = Configuration {
        languages: [fsl, english].map(rules).into(),
        sites: (0..28).map(site).collect(),
        tablets: (1..=28).map(|id| (TabletId(id), SiteId(id % 28))).collect(),
        interpreters: people.collect(),
        ..Configuration::default()
    };
    let mut service = Service {
        core: Core::new(),
        now: MONDAY,
        commands: 0,
    };
    service.run(&Command::Configure(Box::new(configuration)));
    let slots = |service: &Service, tablet, tag| {
        let slots = service.core.slots(tablet, tag, None, MONDAY);
        slots.expect("the tablet and the language are known")
    };
    for tablet in (1..=28).map(TabletId) {
        let language = if tablet.0 % 2 == 0 { fsl } else { english };
        for slot in slots(&service, tablet, language).iter().step_by(5).take(30) {
            service.run(&Command::Book {
                tablet,
                call: None,
                language,
                mode: None,
                starts_at: slot.starts_at,
            });
        }
    }
    best(RUNS, f64::min, || {
        let start = Instant::now();
        assert!(slots(&service, TabletId(28), fsl).len() > 100);
        start.elapsed().as_secs_f64() * 1e3
    })
}
