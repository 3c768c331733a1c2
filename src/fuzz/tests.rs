//! Every target with its seeds, and with changed copies of them.

use super::{Target, targets};
use fastrand::Rng;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

/// Changed copies of each target, unless they take longer than [`PATIENCE`]: offers and whole peers
/// cost a millisecond each. With `PASSERELLE_FUZZ_S` as many as there are in so many seconds.
const COPIES: usize = 3000;
const PATIENCE: Duration = Duration::from_secs(2);
/// The longest input, as `scripts/fuzz` has it.
const MAX_BYTES: usize = 16 * 1024;

/// The inputs of a target that are kept: recorded from real clients, made by hand, and whatever
/// found something.
fn seeds(target: &Target) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus");
    let files = fs::read_dir(folder.join(target.name));
    let files = files.unwrap_or_else(|error| unreachable!("seeds of {}: {error}", target.name));
    let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

/// A copy of one seed, with up to four changes, of which one may be the end of another seed.
fn changed(dice: &mut Rng, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = dice.choice(seeds).cloned().unwrap_or_default();
    for _ in 0..dice.usize(1..5) {
        let at = dice.usize(..=bytes.len());
        match dice.u8(..7) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, dice.u8(..)),
            2 => bytes.extend_from_within(at..),
            3 => {
                let other = dice.choice(seeds).map_or(&[][..], Vec::as_slice);
                bytes.truncate(at);
                bytes.extend_from_slice(&other[at.min(other.len())..]);
            }
            _ if at == bytes.len() => bytes.push(dice.u8(..)),
            4 => bytes[at] ^= 1 << dice.u8(..8),
            5 => bytes[at] = dice.choice([0, 1, 0x7f, 0x80, 0xff]).unwrap(),
            _ => {
                bytes.remove(at);
            }
        }
        bytes.truncate(MAX_BYTES);
    }
    bytes
}

/// A number from the environment.
fn asked(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|error| unreachable!("{name}: {error}")),
    )
}

#[test]
fn no_seed_and_no_changed_copy_of_one_makes_a_reader_panic() {
    let (copies, patience) = match asked("PASSERELLE_FUZZ_S") {
        Some(seconds) => (usize::MAX, Duration::from_secs(seconds)),
        None => (COPIES, PATIENCE),
    };
    // Each state of the core tries copies of its own in CI.
    let seed = asked("PROPTEST_RNG_SEED").unwrap_or(1);
    for target in targets() {
        let seeds = seeds(&target);
        assert!(!seeds.is_empty(), "{} has no seeds", target.name);
        seeds.iter().for_each(|seed| (target.run)(seed));
        let mut dice = Rng::with_seed(seed);
        let begun = now();
        for copy in 0..copies {
            let bytes = changed(&mut dice, &seeds);
            let outcome = std::panic::catch_unwind(|| (target.run)(&bytes));
            assert!(
                outcome.is_ok(),
                "{}, copy {copy}: {bytes:02x?}",
                target.name
            );
            if now() - begun > patience {
                break;
            }
        }
    }
}

fn now() -> Instant {
    crate::clock::monotonic()
}

#[test]
fn each_target_has_a_name_of_its_own_and_no_seeds_are_without_one() {
    let mut names: Vec<_> = targets().iter().map(|target| target.name).collect();
    names.sort_unstable();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus");
    let folders = fs::read_dir(folder).unwrap();
    let mut folders: Vec<_> = folders
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    folders.sort_unstable();
    assert_eq!(folders, names);
}
