//! The bare forwarder: the least that an SFU of two-party calls can be. str0m, one thread, one UDP
//! socket on loopback, and each packet of a call passed to its other side; no signalling but a line
//! in and a line out, no rooms that change, no figures. What a real SFU costs beside it is what its
//! services cost. It ends with its input.

use crate::client::{PeerError, configured};
use crate::error::LoadError;
use passerelle::clock::monotonic;
use rustix::event::Timespec;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::{BufRead, ErrorKind, StdinLock, Write, stdin, stdout};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};
use str0m::change::SdpOffer;
use str0m::format::Codec;
use str0m::media::{KeyframeRequestKind, Mid, Pt};
use str0m::net::{Protocol, Receive};
use str0m::rtp::{RtpPacket, RtpWrite};
use str0m::{Candidate, Event, Input, Output, Rtc};

/// Datagrams read before timers have their turn, as in our own SFU.
const DATAGRAMS_PER_TURN: usize = 64;
const DATAGRAM_BYTES: usize = 2048;

/// Connections it takes: more than a core carries.
const PEERS_MAX: usize = 1024;

/// Timers are looked at this often; str0m's are of tens of milliseconds.
const TURN: Duration = Duration::from_millis(5);

const SOCKET: u64 = 0;
const INPUT: u64 = 1;

struct Side {
    rtc: Rtc,
    room: u64,
    mid: Option<Mid>,
    payload_type: Option<Pt>,
    deadline: Instant,
}

struct Forwarder {
    socket: UdpSocket,
    address: SocketAddr,
    sides: Vec<Side>,
    by_source: HashMap<SocketAddr, usize>,
    by_room: HashMap<u64, Vec<usize>>,
    /// What sides have for their other side: a packet, or the wish for a keyframe.
    wanted: Vec<(usize, Option<RtpPacket>)>,
}

/// Forwards until the input ends.
pub(crate) fn run() -> Result<(), LoadError> {
    let mut forwarder = Forwarder::bind()?;
    let input = stdin();
    let mut input = input.lock();
    let poll = epoll::create(CreateFlags::CLOEXEC).map_err(failed)?;
    let readable = EventFlags::IN;
    epoll::add(
        &poll,
        &forwarder.socket,
        EventData::new_u64(SOCKET),
        readable,
    )
    .map_err(failed)?;
    epoll::add(&poll, &input, EventData::new_u64(INPUT), readable).map_err(failed)?;
    let pause = Timespec {
        tv_sec: 0,
        tv_nsec: i64::from(TURN.subsec_nanos()),
    };
    let mut looked = monotonic();
    let mut ready = Vec::with_capacity(2);
    loop {
        ready.clear();
        // Interrupted, say: the next turn is soon.
        let _ = epoll::wait(
            &poll,
            rustix::buffer::spare_capacity(&mut ready),
            Some(&pause),
        );
        for event in &ready {
            match event.data.u64() {
                SOCKET => forwarder.read(),
                _ if !forwarder.answer_a_line(&mut input)? => return Ok(()),
                _ => {}
            }
        }
        let now = monotonic();
        if now >= looked + TURN {
            looked = now;
            forwarder.tick(now);
        }
    }
}

fn failed(error: rustix::io::Errno) -> LoadError {
    LoadError::Sockets(error.into())
}

impl Forwarder {
    fn bind() -> Result<Self, LoadError> {
        let bound = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|socket| {
            socket.set_nonblocking(true)?;
            Ok((socket.local_addr()?, socket))
        });
        let (address, socket) = bound.map_err(LoadError::Sockets)?;
        Ok(Self {
            socket,
            address,
            sides: Vec::new(),
            by_source: HashMap::new(),
            by_room: HashMap::new(),
            wanted: Vec::new(),
        })
    }

    /// False at the end of the input.
    fn answer_a_line(&mut self, input: &mut StdinLock<'_>) -> Result<bool, LoadError> {
        let mut line = String::new();
        if input.read_line(&mut line).map_err(LoadError::Sockets)? == 0 {
            return Ok(false);
        }
        let not_understood = || LoadError::Answer {
            server: "the measurement",
            answer: line.clone(),
        };
        let asked: Value = serde_json::from_str(&line).map_err(|_| not_understood())?;
        let (Some(room), Some(offer)) = (asked["room"].as_u64(), asked["offer"].as_str()) else {
            return Err(not_understood());
        };
        if self.sides.len() >= PEERS_MAX {
            return Err(LoadError::Broken(format!(
                "{PEERS_MAX} connections are the most"
            )));
        }
        let answer = json!({ "answer": self.join(room, offer)? });
        writeln!(stdout(), "{answer}").map_err(LoadError::Sockets)?;
        Ok(true)
    }

    fn join(&mut self, room: u64, offer: &str) -> Result<String, PeerError> {
        let now = monotonic();
        let mut rtc = configured().set_ice_lite(true).build(now);
        let candidate = Candidate::host(self.address, "udp");
        rtc.add_local_candidate(candidate.map_err(|e| PeerError::Candidate(e.to_string()))?);
        let answer = rtc
            .sdp_api()
            .accept_offer(SdpOffer::from_sdp_string(offer)?)?;
        let codec = rtc
            .codec_config()
            .find(|params| params.spec().codec == Codec::Vp8);
        let payload_type = codec.map(|params| params.pt());
        let index = self.sides.len();
        self.by_room.entry(room).or_default().push(index);
        self.sides.push(Side {
            rtc,
            room,
            mid: None,
            payload_type,
            deadline: now,
        });
        self.serve(index, Input::Timeout(now), now);
        Ok(answer.to_sdp_string())
    }

    fn read(&mut self) {
        let mut buffer = [0; DATAGRAM_BYTES];
        let now = monotonic();
        for _ in 0..DATAGRAMS_PER_TURN {
            let (length, source) = match self.socket.recv_from(&mut buffer) {
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                // The port of a client that has gone.
                Err(_) => continue,
            };
            let Ok(contents) = buffer[..length].try_into() else {
                continue;
            };
            let received = Receive {
                proto: Protocol::Udp,
                source,
                destination: self.address,
                contents,
            };
            let input = Input::Receive(now, received);
            let known = self.by_source.get(&source).copied();
            let index = known.or_else(|| self.sides.iter().position(|one| one.rtc.accepts(&input)));
            if let Some(index) = index {
                self.by_source.insert(source, index);
                self.serve(index, input, now);
                self.pass_on(now);
            }
        }
    }

    fn tick(&mut self, now: Instant) {
        for index in 0..self.sides.len() {
            if self.sides[index].deadline <= now {
                self.serve(index, Input::Timeout(now), now);
            }
        }
        self.pass_on(now);
    }

    fn serve(&mut self, index: usize, input: Input<'_>, now: Instant) {
        // A connection that fails takes part no longer; the measurement shows what it lacks.
        if self.sides[index].rtc.handle_input(input).is_ok() {
            self.drain(index, now);
        }
    }

    fn drain(&mut self, index: usize, now: Instant) {
        let side = &mut self.sides[index];
        loop {
            match side.rtc.poll_output() {
                Ok(Output::Transmit(datagram)) => {
                    // UDP may lose.
                    let _ = self
                        .socket
                        .send_to(&datagram.contents, datagram.destination);
                }
                Ok(Output::Event(Event::RtpPacket(packet))) => {
                    self.wanted.push((index, Some(packet)));
                }
                Ok(Output::Event(Event::KeyframeRequest(_))) => {
                    self.wanted.push((index, None));
                }
                Ok(Output::Event(Event::MediaAdded(added))) => side.mid = Some(added.mid),
                Ok(Output::Event(_)) => {}
                Ok(Output::Timeout(at)) => {
                    side.deadline = at.max(now);
                    return;
                }
                Err(_) => return,
            }
        }
    }

    fn pass_on(&mut self, now: Instant) {
        while let Some((from, wanted)) = self.wanted.pop() {
            let sides = self.by_room.get(&self.sides[from].room);
            let other = sides.and_then(|sides| sides.iter().find(|side| **side != from));
            let Some(other) = other.copied() else {
                continue;
            };
            let side = &mut self.sides[other];
            let (Some(mid), Some(payload_type)) = (side.mid, side.payload_type) else {
                continue;
            };
            let mut direct = side.rtc.direct_api();
            match wanted {
                None => {
                    if let Some(stream) = direct.stream_rx_by_mid(mid, None) {
                        stream.request_keyframe(KeyframeRequestKind::Pli);
                    }
                }
                Some(packet) => {
                    if let Some(stream) = direct.stream_tx_by_mid(mid, None) {
                        let written = RtpWrite::new(
                            payload_type,
                            packet.seq_no,
                            packet.header.timestamp,
                            packet.timestamp,
                            packet.payload,
                        );
                        stream.write_rtp(written.marker(packet.header.marker).nackable(true));
                    }
                }
            }
            self.serve(other, Input::Timeout(now), now);
        }
    }
}
