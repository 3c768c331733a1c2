//! An engine in a process of its own, so that what is measured of it is its alone: the test program
//! again, with a variable set, asked and answered in lines of JSON.

use super::super::paths::door;
use super::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use tokio::sync::oneshot;

/// Set in the process of the engine.
const HERE: &str = "PASSERELLE_TEST_ENGINE";
/// What its answers begin with, beside what the test program says.
const ANSWER: &str = "answer ";
/// Questions that wait for the engine: of a few calls at a time.
const QUESTIONS_MAX: usize = 1024;

#[derive(Serialize, Deserialize)]
enum Ask {
    Join {
        room: u64,
        participant: u64,
        sdp: String,
    },
    Leave {
        room: u64,
        participant: u64,
    },
    CloseRoom {
        room: u64,
    },
    /// Where connections over TCP are let in.
    Door,
    Figures,
}

#[derive(Serialize, Deserialize)]
enum Answer {
    Joined(String),
    Door(SocketAddr),
    /// The engine has been told.
    Told,
    Figures(Figures),
}

/// What of the engine's figures matters here.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Figures {
    rooms: usize,
    peers: usize,
    addresses: usize,
    streams: usize,
    pub(super) joins: u64,
    pub(super) peers_lost: u64,
    pub(super) media_ups: u64,
}

impl Figures {
    pub(super) const fn is_empty(&self) -> bool {
        self.rooms == 0 && self.peers == 0 && self.addresses == 0 && self.streams == 0
    }
}

type Waiting = Arc<Mutex<BTreeMap<u64, oneshot::Sender<Answer>>>>;

/// A handle of the engine; it ends with this.
pub(super) struct Apart {
    child: Child,
    /// Its next question's number, and the way there.
    ask: Mutex<(u64, ChildStdin)>,
    waiting: Waiting,
}

impl Drop for Apart {
    fn drop(&mut self) {
        // Both fail only when it has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Apart {
    /// Whether this process is the engine.
    pub(super) fn is_here() -> bool {
        std::env::var_os(HERE).is_some()
    }

    /// Starts this test again, as the engine.
    pub(super) fn start(test: &str) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", test, "--nocapture"])
            .env(HERE, "1");
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let ask = Mutex::new((0, child.stdin.take().unwrap()));
        let waiting = Waiting::default();
        let output = child.stdout.take().unwrap();
        let answered = Arc::clone(&waiting);
        std::thread::spawn(move || read_answers(output, &answered));
        Self {
            child,
            ask,
            waiting,
        }
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(super) async fn join(&self, room: u64, participant: ParticipantId, sdp: String) -> String {
        let participant = participant.0;
        let join = Ask::Join {
            room,
            participant,
            sdp,
        };
        match self.answer_to(&join).await {
            Answer::Joined(answer) => answer,
            _ => panic!("the engine answers something else"),
        }
    }

    pub(super) async fn door(&self) -> SocketAddr {
        match self.answer_to(&Ask::Door).await {
            Answer::Door(address) => address,
            _ => panic!("the engine answers something else"),
        }
    }

    pub(super) async fn leave(&self, room: u64, participant: ParticipantId) {
        let participant = participant.0;
        self.answer_to(&Ask::Leave { room, participant }).await;
    }

    pub(super) async fn close_room(&self, room: u64) {
        self.answer_to(&Ask::CloseRoom { room }).await;
    }

    pub(super) async fn figures(&self) -> Figures {
        match self.answer_to(&Ask::Figures).await {
            Answer::Figures(figures) => figures,
            _ => panic!("the engine answers something else"),
        }
    }

    async fn answer_to(&self, ask: &Ask) -> Answer {
        let (sender, answer) = oneshot::channel();
        self.send(ask, sender);
        let answer = timeout(PATIENCE, answer).await.expect("an answer in time");
        answer.expect("the engine runs")
    }

    fn send(&self, ask: &Ask, answer: oneshot::Sender<Answer>) {
        let mut way = self.ask.lock().unwrap();
        way.0 += 1;
        let number = way.0;
        self.waiting.lock().unwrap().insert(number, answer);
        let line = serde_json::to_string(&(number, ask)).unwrap();
        writeln!(way.1, "{line}").unwrap();
    }
}

fn read_answers(output: ChildStdout, waiting: &Waiting) {
    for line in BufReader::new(output).lines().map_while(Result::ok) {
        // The test program's own first words end without a line's end.
        let Some((_, answer)) = line.split_once(ANSWER) else {
            continue;
        };
        let (number, answer): (u64, Answer) = serde_json::from_str(answer).unwrap();
        let asked = waiting.lock().unwrap().remove(&number);
        // Whoever asked may have given up.
        let _ = asked.map(|asked| asked.send(answer));
    }
    waiting.lock().unwrap().clear();
}

/// Is the engine, until nobody can ask any more.
pub(super) fn serve() {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_all().build().unwrap();
    let (sender, mut questions) = mpsc::channel::<(u64, Ask)>(QUESTIONS_MAX);
    std::thread::spawn(move || {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            let question = serde_json::from_str(&line).unwrap();
            if sender.blocking_send(question).is_err() {
                break;
            }
        }
    });
    runtime.block_on(async {
        let House {
            sfu, mut events, ..
        } = House::start_with_tcp();
        let (door, _accepting) = door(&sfu).await;
        let media_ups = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&media_ups);
        tokio::spawn(async move {
            while let Some(event) = events.recv().await {
                let is_up = matches!(event, SfuEvent::MediaUp { .. });
                counted.fetch_add(u64::from(is_up), Ordering::Relaxed);
            }
        });
        while let Some((number, ask)) = questions.recv().await {
            let (sfu, media_ups) = (sfu.clone(), Arc::clone(&media_ups));
            tokio::spawn(async move {
                let answer = answer(&sfu, door, ask, media_ups.load(Ordering::Relaxed)).await;
                let line = serde_json::to_string(&(number, answer)).unwrap();
                writeln!(std::io::stdout(), "{ANSWER}{line}").unwrap();
            });
        }
    });
}

async fn answer(sfu: &Sfu, door: SocketAddr, ask: Ask, media_ups: u64) -> Answer {
    match ask {
        Ask::Door => Answer::Door(door),
        Ask::Join {
            room,
            participant,
            sdp,
        } => {
            let (room, participant) = (RoomId(room), ParticipantId(participant));
            let joined = sfu.join(token(room, participant), sdp);
            Answer::Joined(joined.await.expect("the offer is answered"))
        }
        Ask::Leave { room, participant } => {
            sfu.leave(RoomId(room), ParticipantId(participant), EPOCH);
            Answer::Told
        }
        Ask::CloseRoom { room } => {
            sfu.close_room(RoomId(room), EPOCH);
            Answer::Told
        }
        Ask::Figures => {
            let stats = sfu.stats().await;
            Answer::Figures(Figures {
                rooms: stats.rooms,
                peers: stats.peers,
                addresses: stats.addresses,
                streams: stats.streams,
                joins: stats.counters.joins,
                peers_lost: stats.counters.peers_lost,
                media_ups,
            })
        }
    }
}
