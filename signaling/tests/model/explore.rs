//! Breadth first over all states, with the shortest way into each, and back again from the ends.

use crate::invariants::{of_step, of_strangers};
use crate::key::{Key, key};
use crate::service::{Service, tick};
use passerelle_signaling::command::Command;
use passerelle_signaling::core::Core;
use passerelle_signaling::state::Phase;
use passerelle_signaling::time::Timestamp;
use std::collections::{BTreeMap, VecDeque};

/// A model that is larger is a mistake in its key, and would take all memory.
const STATES_MAX: usize = 2_000_000;

/// The first way into a state: from which, by what, when.
type Way = Option<(usize, Command, Timestamp)>;

/// All states of a service.
#[derive(Default)]
struct Graph {
    numbers: BTreeMap<Key, usize>,
    ways: Vec<Way>,
    /// From, to.
    edges: Vec<(usize, usize)>,
    /// Where the next deadline alone leads.
    ticks: BTreeMap<usize, usize>,
    /// No call left.
    quiet: Vec<usize>,
    /// No call left that waits or connects.
    settled: Vec<usize>,
    /// Still to be looked at.
    open: VecDeque<(usize, Core)>,
}

/// Visits every state of a service and checks every promise in it.
#[expect(
    clippy::print_stdout,
    reason = "how large a model is belongs to what its test says"
)]
pub(crate) fn explore(service: &Service) {
    let mut graph = Graph::default();
    let mut core = Core::new();
    for command in service.opening() {
        let step = core.handle(&command, Timestamp(0));
        assert_eq!(step.rejection, None, "{command:?}");
    }
    graph.visit(core, None);
    while let Some((from, core)) = graph.open.pop_front() {
        let strange = of_strangers(&core);
        assert_eq!(strange, None, "{}", graph.path(service, &graph.ways[from]));
        for (command, at) in service.next(&core) {
            let mut after = core.clone();
            let step = after.handle(&command, at);
            let broken = of_step(&command, &core, &after, &step);
            let ticks = command == Command::Tick;
            let to = graph.visit(after, Some((from, command.clone(), at)));
            graph.edges.push((from, to));
            if ticks {
                graph.ticks.insert(from, to);
            }
            let last = Some((from, command, at));
            assert_eq!(broken, None, "{}", graph.path(service, &last));
        }
    }
    graph.every_call_can_end(service);
    graph.every_wait_ends_by_itself(service);
    println!(
        "{} states, {} transitions: {service:?}",
        graph.ways.len(),
        graph.edges.len()
    );
}

impl Graph {
    /// The number of a state, and a note to look at it when it is new.
    fn visit(&mut self, core: Core, way: Way) -> usize {
        let next = self.ways.len();
        let number = *self.numbers.entry(key(&core)).or_insert(next);
        if number == next {
            assert!(next < STATES_MAX, "the model does not end");
            let state = core.state();
            let settled = |phase: Phase| matches!(phase, Phase::Active { .. });
            let awaited =
                state.callbacks().next().is_some() || state.appointments().next().is_some();
            if state.calls().next().is_none() && !awaited {
                self.quiet.push(next);
            }
            let talking = state.calls().all(|(_, call)| settled(call.phase));
            if talking && tick(&core).is_none() && state.appointments().next().is_none() {
                self.settled.push(next);
            }
            self.ways.push(way);
            self.open.push_back((next, core));
        }
        number
    }

    /// From every state, some way leads to where no call is left: there is no dead end.
    fn every_call_can_end(&self, service: &Service) {
        self.reach(
            service,
            &self.quiet,
            self.edges.iter().copied(),
            "no call can end",
        );
    }

    /// If nobody does anything any more, every wait, ring, connection and grace ends: what is left
    /// are conversations.
    fn every_wait_ends_by_itself(&self, service: &Service) {
        let ticks = self.ticks.iter().map(|(from, to)| (*from, *to));
        self.reach(
            service,
            &self.settled,
            ticks,
            "time alone does not end a wait",
        );
    }

    /// Looks back from the ends: whichever state is not met leads to none of them.
    fn reach(
        &self,
        service: &Service,
        ends: &[usize],
        edges: impl Iterator<Item = (usize, usize)>,
        broken: &str,
    ) {
        let mut back = vec![Vec::new(); self.ways.len()];
        edges.for_each(|(from, to)| back[to].push(from));
        let mut reached = vec![false; self.ways.len()];
        let mut open = ends.to_vec();
        while let Some(state) = open.pop() {
            if !std::mem::replace(&mut reached[state], true) {
                open.extend(&back[state]);
            }
        }
        let lost = reached.iter().position(|reached| !reached);
        let path = |state: usize| self.path(service, &self.ways[state]);
        assert_eq!(
            lost,
            None,
            "{broken}:\n{}",
            lost.map_or_else(String::new, path)
        );
    }

    /// The way into a state, as lines of a test.
    fn path(&self, service: &Service, last: &Way) -> String {
        let mut lines = Vec::new();
        let mut way = last;
        while let Some((from, command, at)) = way {
            lines.push(format!("core.handle(&{}, {at:?});", pasted(command)));
            way = &self.ways[*from];
        }
        let opening = service.opening().into_iter().skip(1);
        lines.extend(
            opening
                .map(|command| format!("core.handle(&{}, Timestamp(0));", pasted(&command)))
                .rev(),
        );
        lines.reverse();
        format!("with {service:?}:\n{}", lines.join("\n"))
    }
}

/// A command as Rust, with the names its debug form leaves out.
fn pasted(command: &Command) -> String {
    let names = [
        ("Tablet(TabletId", "Party::Tablet(TabletId"),
        (
            "Interpreter(InterpreterId",
            "Party::Interpreter(InterpreterId",
        ),
        ("role: ", "role: Role::"),
        ("Language(en)", "\"en\".parse().unwrap()"),
        (" Lost", " Departure::Lost"),
        (" Tired", " DeclineReason::Tired"),
    ];
    let text = format!("Command::{command:?}");
    names
        .iter()
        .fold(text, |text, (short, long)| text.replace(short, long))
}
