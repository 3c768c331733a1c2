//! `passerelle smoke` as an administrator runs it.

use crate::gateway::{program, run};
use std::time::Duration;

#[test]
fn smoke_passes_and_prints_the_time_to_the_first_frame_once() {
    let mut command = program(&[]);
    command.arg("smoke");
    let (code, output, errors) = run(command, Duration::from_secs(60));
    assert_eq!(code, Some(0), "{output}\n{errors}");
    let lines = output.lines().filter_map(|line| {
        line.strip_prefix("accept → first frame: ")?
            .strip_suffix(" ms")?
            .parse::<u64>()
            .ok()
    });
    assert_eq!(lines.count(), 1, "{output}");
}
