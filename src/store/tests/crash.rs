//! A gateway killed while it writes: whatever it had acknowledged is there afterwards. The writer
//! is this test binary, started again as a child process.

use super::*;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

/// Names the directory the child writes to; absent in an ordinary run.
const CHILD_DIRECTORY: &str = "PASSERELLE_TEST_CRASH_DIRECTORY";

/// What the child prints before the number of each durable entry.
const DURABLE: &str = "durable ";

#[test]
fn a_process_killed_while_writing_loses_nothing_it_acknowledged() {
    let directory = tempfile::tempdir().unwrap();
    for run in 1..=3_u64 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "store::tests::crash::child_that_appends_until_killed",
            ])
            .arg("--nocapture")
            .env(CHILD_DIRECTORY, directory.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut numbers = lines.filter_map(|line| {
            let line = line.ok()?;
            line.strip_prefix(DURABLE)?.parse::<u64>().ok()
        });
        let goal = numbers.by_ref().nth(40).expect("the child writes");
        child.kill().unwrap();
        // Those it had already printed when it was killed count as well.
        let acknowledged = numbers.last().unwrap_or(goal);
        child.wait().unwrap();

        let store = Store::open(directory.path()).unwrap();
        let journal = store.load_journal().unwrap();
        let expected: Vec<Entry> = (1..=journal.len() as u64).map(|at| entry(at, 1)).collect();
        assert!(journal.len() as u64 >= acknowledged, "run {run}");
        assert_eq!(journal, expected, "run {run}");
        tokio::runtime::Runtime::new()
            .unwrap()
            .block_on(store.close());
    }
}

/// Not a test of its own: the child process of the test above. In an ordinary run it returns at
/// once.
#[tokio::test]
async fn child_that_appends_until_killed() {
    use std::io::Write;
    let Some(directory) = std::env::var_os(CHILD_DIRECTORY) else {
        return;
    };
    let store = Store::open(Path::new(&directory)).unwrap();
    let mut version = store.load_journal().unwrap().len() as u64;
    loop {
        let mut receipts = Vec::new();
        for _ in 0..5 {
            let one = append_to(&store, version, vec![entry(version + 1, 1)]);
            receipts.push(store.append(one).await.unwrap());
            version += 1;
        }
        for mut receipt in receipts {
            let Version(durable) = receipt.durable().await.unwrap();
            // Not `println!`: the lock and the flush make one whole line per number.
            writeln!(std::io::stdout().lock(), "{DURABLE}{durable}").unwrap();
        }
    }
}
