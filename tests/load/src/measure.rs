//! One measurement: a server, the clients of its calls, and a span of time in which packets, CPU
//! and delays are counted.

use crate::client::{Pace, Swarm, Tally};
use crate::error::LoadError;
use crate::figures::remark;
use crate::relay::{Conditions, Counts, Relay, Way};
use crate::servers::{Kind, Plan, Server};
use passerelle::clock::monotonic;
use passerelle::process::{self, Reading};
use std::time::Duration;

/// All clients see each other well before that, unless something is wrong.
const SET_UP_MAX: Duration = Duration::from_secs(60);

/// What counts begins so long after the last call: keyframes, timers and caches have settled.
const WARM_UP: Duration = Duration::from_secs(2);

/// A server with its calls.
pub(crate) struct Bench {
    server: Server,
    swarm: Swarm,
    way: Way,
    calls: usize,
    peers: usize,
    /// Before the first call.
    idle: Reading,
}

/// What was counted.
pub(crate) struct Outcome {
    pub(crate) calls: usize,
    pub(crate) tally: Tally,
    pub(crate) span: Duration,
    /// CPU of the server and of the clients.
    pub(crate) server: Duration,
    pub(crate) clients: Duration,
    /// What the calls hold of the server's memory.
    pub(crate) memory_kb: u64,
    /// From the clients, and to them.
    pub(crate) relayed: [Counts; 2],
}

impl Bench {
    /// Starts a server and, if its network is to be worse than loopback, a relay before it.
    pub(crate) async fn start(
        kind: Kind,
        plan: &Plan<'_>,
        pace: Pace,
        network: (Conditions, u64),
    ) -> Result<Self, LoadError> {
        let server = Server::start(kind, plan).await?;
        let swarm = Swarm::start(pace).map_err(LoadError::Sockets)?;
        let (conditions, seed) = network;
        let way = if conditions.is_plain() {
            Way::Straight
        } else {
            Way::Through(Relay::start(conditions, seed)?)
        };
        Ok(Self {
            idle: server.reading()?,
            server,
            swarm,
            way,
            calls: 0,
            peers: 0,
        })
    }

    /// Places calls until there are so many, and waits until everybody receives.
    pub(crate) async fn grow_to(&mut self, calls: usize) -> Result<(), LoadError> {
        while self.calls < calls {
            let placed = self.server.place_call(self.calls, &self.way, &self.swarm);
            self.peers += placed.await?;
            self.calls += 1;
        }
        let expected = self.peers;
        let mut standing = self.swarm.standing();
        let all_receive = standing.wait_for(|now| {
            now.lost > 0 || (now.peers == expected && now.receiving == now.receivers)
        });
        let began = monotonic();
        let settled = tokio::time::timeout(SET_UP_MAX, all_receive).await;
        let now = *self.swarm.standing().borrow();
        match settled {
            Ok(Ok(_)) if now.lost == 0 => Ok(()),
            Ok(_) => Err(LoadError::Broken(format!("clients were lost: {now:?}"))),
            Err(_) => Err(LoadError::TimedOut {
                what: format!("not everybody receives: {now:?}"),
                waited: monotonic().duration_since(began),
            }),
        }
    }

    /// How the server stands, and the bytes it has written.
    pub(crate) fn standing(&self) -> Result<(Reading, u64), LoadError> {
        Ok((self.server.reading()?, self.server.written_bytes()?))
    }

    /// Counts for so long.
    pub(crate) async fn measure(&self, span: Duration) -> Result<Outcome, LoadError> {
        self.way.worsen();
        pass(WARM_UP).await;
        let relayed = self.way.counts();
        let before = (self.server.reading()?, process::read(std::process::id())?);
        let began = monotonic();
        self.swarm.begin();
        pass(span).await;
        let tally = self.swarm.end();
        let span = monotonic().duration_since(began);
        let after = (self.server.reading()?, process::read(std::process::id())?);
        let tally = tally.await.ok_or_else(|| {
            LoadError::Broken(String::from("the clients' thread has ended by itself"))
        })?;
        let now = self.way.counts();
        Ok(Outcome {
            calls: self.calls,
            tally,
            span,
            server: after.0.cpu.saturating_sub(before.0.cpu),
            clients: after.1.cpu.saturating_sub(before.1.cpu),
            memory_kb: after.0.rss_kb.saturating_sub(self.idle.rss_kb),
            relayed: [0, 1].map(|way| now[way].since(relayed[way])),
        })
    }
}

/// Lets time pass that is part of what is measured.
async fn pass(span: Duration) {
    tokio::time::sleep_until(tokio::time::Instant::from_std(monotonic() + span)).await;
}

impl Outcome {
    /// CPU seconds of the server for a million packets that came through.
    pub(crate) fn cpu_per_million(&self) -> f64 {
        self.server.as_secs_f64() * 1e6 / (self.tally.received.max(1) as f64)
    }

    /// Percent of its core.
    pub(crate) fn server_pct(&self) -> f64 {
        100.0 * self.server.as_secs_f64() / self.span.as_secs_f64()
    }

    /// Percent of theirs. Near 100, delay and loss are the clients' own.
    pub(crate) fn clients_pct(&self) -> f64 {
        100.0 * self.clients.as_secs_f64() / self.span.as_secs_f64()
    }

    /// Of the server's memory, for each of the two who publish in a call.
    pub(crate) fn publisher_kb(&self) -> f64 {
        self.memory_kb as f64 / (2.0 * self.calls.max(1) as f64)
    }

    /// All of it, for the eye.
    pub(crate) fn print(&self, prefix: &str) {
        let say = |name: &str, value, unit| remark(&format!("{prefix}_{name}"), value, unit);
        say("calls", self.calls as f64, "1");
        say("forwarded", self.tally.received as f64, "packets");
        say("cpu_per_million", self.cpu_per_million(), "s");
        say("cpu", self.server_pct(), "%");
        say("clients_cpu", self.clients_pct(), "%");
        for (name, share) in [("p50", 0.5), ("p99", 0.99), ("p999", 0.999)] {
            say(&format!("delay_{name}"), self.tally.delay_us(share), "us");
        }
        say("lost", self.tally.lost_pct(), "%");
        say(
            "memory_per_call",
            self.memory_kb as f64 / self.calls.max(1) as f64,
            "kB",
        );
    }
}
