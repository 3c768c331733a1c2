//! `passerelle load soak`: many cities at one gateway for a long time, and whether it stays as it
//! was.
//!
//! **The load.** A city is the reference one: 28 tablets, ten interpreters, 280 calls a day, ten a
//! counter, as the store's benchmark has it. By the profile of the simulated days (peaks from 10 to
//! 12 and from 14 to 16, Arcep's usage figures) the busiest hour has 12 of 73 parts of them: 46
//! calls. `--times 20` is twenty such cities in that hour, all the time: 560 tablets, 200
//! interpreters, 920 calls an hour, 460 in half an hour, which is twelve hours and more of a real
//! day's work (5,600 calls) at its worst.
//!
//! Every second call is a conversation with picture and sound. It takes a minute instead of twelve,
//! so that what can leak, connecting and ending, happens at the full rate while one machine also
//! plays all the people: about eight conversations at a time. The others are given up after at most
//! two seconds, at whatever point they are then. After every fourth call the tablet reloads.
//!
//! **What is read**, from outside: memory, open files, threads, CPU time, and the write-ahead log;
//! the tasks of the async runtime from the gateway's log; the size of the database in a copy that
//! is taken as a backup. The first sixth of the time is not counted: allocators and caches fill.

use super::city::City;
use super::crowd::{Crowd, Member, is_there};
use super::error::LoadError;
use super::gateway::{Gateway, bytes_of};
use super::progress;
use super::table::{Sample, Table, bounds};
use crate::client::person::Order;
use crate::clock::monotonic;
use crate::process;
use crate::random;
use crate::store::{Contents, back_up};
use clap::Args;
use passerelle_signaling::ids::TabletId;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio::time::sleep_until;

/// The reference city.
const TABLETS: u32 = 28;
const INTERPRETERS: u32 = 10;

/// Calls of its busiest hour: 280 a day by 12 of 73.
const CALLS_PER_HOUR: f64 = 46.0;

/// The mean length of a conversation.
const TALK: Duration = Duration::from_secs(60);

/// A call that is given up is so by then.
const GIVEN_UP_MAX: Duration = Duration::from_secs(2);

/// Every so many calls its tablet reloads.
const RELOAD_EVERY: u64 = 4;

/// Everybody has come by then.
const COME_MAX: Duration = Duration::from_secs(300);

/// Samples of the whole time.
const SAMPLES: u32 = 180;

/// So that the gateway says how many tasks it has.
const LOG_FILTER: &str = "warn,rtc=error,passerelle::app::vital_signs=debug";

/// Options of `passerelle load soak`.
#[derive(Args)]
pub(in crate::cli) struct Soak {
    /// How long.
    #[arg(long, default_value_t = 30)]
    minutes: u32,
    /// How many times the load of the reference city in its busiest hour.
    #[arg(long, default_value_t = 20)]
    times: u32,
}

/// What the calls share.
struct Town {
    crowd: Crowd,
    /// Tablets somebody stands at.
    taken: Mutex<BTreeSet<TabletId>>,
}

impl Soak {
    pub(super) async fn measure(self) -> Result<(), LoadError> {
        let Self { minutes, times } = self;
        let city = City {
            tablets: TABLETS * times,
            interpreters: INTERPRETERS * times,
            rules: "wrap_up_ms = 1000",
        };
        progress(format!(
            "starting a gateway of {} tablets and {} interpreters",
            city.tablets, city.interpreters
        ));
        let (gateway, passes) = Gateway::start(&city, LOG_FILTER).await?;
        let town = Arc::new(Town {
            crowd: Crowd::come(&gateway.target()?, &passes),
            taken: Mutex::default(),
        });
        town.crowd.until_all("come", COME_MAX, is_there).await?;
        let length = Duration::from_secs(60) * minutes;
        let spacing = Duration::from_secs_f64(3600.0 / (CALLS_PER_HOUR * f64::from(times)));
        progress(format!(
            "everybody is there; a call each {:.1} s for {minutes} min",
            spacing.as_secs_f64()
        ));
        let table = tokio::select! {
            never = call_all_the_time(&town, spacing) => return Err(never),
            table = sample(&gateway, &town, length) => table?,
        };
        table.print(length.as_secs_f64() / spacing.as_secs_f64());
        Ok(())
    }
}

/// Begins a call every `spacing` or so, as people come: the pauses are exponential.
async fn call_all_the_time(town: &Arc<Town>, spacing: Duration) -> LoadError {
    let mut calls = JoinSet::new();
    for number in 0_u64.. {
        let pause = exponential(spacing);
        let next = monotonic() + pause;
        while let Ok(Some(ended)) = tokio::time::timeout_at(next.into(), calls.join_next()).await {
            if let Err(panic) = ended {
                return LoadError::Broken(panic.to_string());
            }
        }
        sleep_until(next.into()).await;
        calls.spawn(call(Arc::clone(town), number));
    }
    LoadError::Broken(String::from("the calls have run out"))
}

/// One call at any tablet nobody stands at; none when somebody stands at all of them.
async fn call(town: Arc<Town>, number: u64) {
    let tablets: Vec<_> = town.crowd.tablets().collect();
    let from = random::arbitrary::<u16>() as usize;
    let mut order = (0..tablets.len()).map(|step| tablets[(from + step) % tablets.len()]);
    let free =
        order.find(|(tablet, member)| member.standing().is_free() && town.taken().insert(*tablet));
    let Some((tablet, member)) = free else { return };
    let talks = number.is_multiple_of(2);
    let length = if talks {
        exponential(TALK).max(TALK / 10)
    } else {
        GIVEN_UP_MAX.mul_f64(share())
    };
    if let Ok(language) = City::language_of(tablet) {
        member.order(Order::Call(language));
    }
    sleep_until((monotonic() + length).into()).await;
    member.hang_up().await;
    member.idle().await;
    if number.is_multiple_of(RELOAD_EVERY) {
        member.order(Order::Reload);
    }
    town.taken().remove(&tablet);
}

impl Town {
    fn taken(&self) -> std::sync::MutexGuard<'_, BTreeSet<TabletId>> {
        // Nothing panics while it is held.
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads the gateway at equal distances, and its database at the bounds of the parts.
async fn sample(gateway: &Gateway, town: &Town, length: Duration) -> Result<Table, LoadError> {
    let began = monotonic();
    let due = |number: u32| -> Instant { began + length * number / SAMPLES };
    let mut table = Table::default();
    for number in 0..=SAMPLES {
        sleep_until(due(number).into()).await;
        town.crowd.check_none_went_back()?;
        let process = process::read(gateway.process_id().unwrap_or_default())?;
        let standings = town.crowd.members.iter().map(Member::standing);
        let talking = standings.filter(|one| one.active && one.media_at.is_some());
        table.samples.push(Sample {
            at: monotonic().duration_since(began),
            process,
            tasks: tasks_in(&gateway.log())?,
            wal_bytes: bytes_of(&gateway.data_dir().join("passerelle.sqlite-wal")),
            talking: talking.count() as u64 / 2,
        });
        if bounds(SAMPLES).contains(&number) {
            table.copies.push(contents(gateway).await?);
        }
        if let Some(line) = table.newest_line(SAMPLES / 15) {
            progress(line);
        }
    }
    table.taps = town
        .crowd
        .tablets()
        .map(|(_, one)| one.standing().taps)
        .sum();
    table.losses = town
        .crowd
        .members
        .iter()
        .map(|one| one.standing().losses)
        .sum();
    Ok(table)
}

/// What the database holds, as a copy of it says.
async fn contents(gateway: &Gateway) -> Result<Contents, LoadError> {
    let (data_dir, copy) = (gateway.data_dir(), gateway.path("copy"));
    let copying = tokio::task::spawn_blocking(move || back_up(&data_dir, &copy, true, |_| {}));
    let copied = copying.await;
    let copied = copied.map_err(|panic| LoadError::Broken(panic.to_string()))?;
    copied.map_err(|error| LoadError::Broken(error.to_string()))
}

/// The newest number of tasks in a log, as `src/app/vital_signs.rs` writes it.
fn tasks_in(log: &str) -> Result<u64, LoadError> {
    let newest = log.rsplit_once("tasks=").map_or("", |(_, rest)| rest);
    let end = newest.find(|letter: char| !letter.is_ascii_digit());
    let number = newest[..end.unwrap_or(newest.len())].parse();
    number.map_err(|_| LoadError::Broken(String::from("the gateway's log tells no tasks")))
}

/// Of this mean, and at most five times as long.
fn exponential(mean: Duration) -> Duration {
    mean.mul_f64((-(1.0 - share()).ln()).min(5.0))
}

/// A share in [0, 1).
fn share() -> f64 {
    f64::from(random::arbitrary::<u16>()) / 65_536.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_number_of_tasks_is_read_from_the_log() {
        let log = "DEBUG passerelle: tasks=12 clients=3\nDEBUG passerelle: tasks=345 clients=3\n";
        assert_eq!(tasks_in(log).unwrap(), 345);
        assert!(tasks_in("nothing").is_err());
    }
}
