//! The audit journal of a real gateway: who came in, what administrators did, and any change found.

use crate::gateway::{Gateway, program};
use crate::people::{sign_in, tablet};
use passerelle_signaling::protocol::Identity;
use std::fs;
use std::path::Path;
use std::process::Output;

fn verify(directory: &Path, known: Option<&str>) -> Output {
    let mut command = program(&[]);
    command.args(["audit", "verify", "--data-dir"]);
    command.arg(directory);
    if let Some(known) = known {
        command.args(["--known", known]);
    }
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), output.stderr.as_slice()].concat())
        .into_owned()
}

/// The only file of this month, and its text.
fn journal(directory: &Path) -> (std::path::PathBuf, String) {
    let files = fs::read_dir(directory.join("audit")).unwrap();
    let mut files = files.map(|file| file.unwrap().path());
    let file = files
        .find(|path| path.extension().is_some_and(|ending| ending == "jsonl"))
        .unwrap();
    let text = fs::read_to_string(&file).unwrap();
    (file, text)
}

/// The acts, in order, by their names.
fn acts(text: &str) -> Vec<String> {
    let act = |line: &str| -> String {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        match &line["act"] {
            serde_json::Value::String(name) => name.clone(),
            act => act.as_object().unwrap().keys().next().unwrap().clone(),
        }
    };
    text.lines().map(act).collect()
}

#[tokio::test]
async fn who_comes_in_and_what_administrators_do_is_written_down_and_any_change_is_found() {
    let gateway = Gateway::demo(&[]);
    let target = gateway.target();
    let cookie = sign_in(&target, Identity::Coordinator).await;
    let wrong = serde_json::json!({ "code": "guessed" });
    let refused = target.post("/api/invite", &wrong, None).await.unwrap();
    assert_eq!(refused.status, 404);
    let nothing = serde_json::json!({});
    let out = target
        .post("/api/sign-out?role=coordinator", &nothing, Some(&cookie))
        .await
        .unwrap();
    assert_eq!(out.status, 204);
    sign_in(&target, tablet(3)).await;
    let directory = gateway.data_dir();
    let copy = directory.join("copy.sqlite");
    let mut backup = program(&[]);
    backup.arg("backup").arg(&copy).arg("--data-dir");
    let backup = backup.arg(&directory).output().unwrap();
    assert!(backup.status.success(), "{}", said(&backup));

    let whole = verify(&directory, None);
    assert!(whole.status.success(), "{}", said(&whole));
    let known = said(&whole).lines().last().unwrap().to_owned();
    let (_, remains) = gateway.end("TERM");
    let (file, text) = journal(&directory);
    assert_eq!(
        acts(&text),
        [
            "started",
            "signed_in",
            "sign_in_refused",
            "signed_out",
            "signed_in",
            "backed_up",
            "stopped"
        ]
    );
    assert!(!text.contains(&cookie.0), "no token in it");
    assert!(verify(&directory, Some(&known)).status.success());

    // Somebody makes the coordinator's sign-in one of a tablet.
    fs::write(&file, text.replacen("coordinator", "tablet", 1)).unwrap();
    let changed = verify(&directory, None);
    assert_eq!(changed.status.code(), Some(1));
    assert!(
        said(&changed).contains("line 2: its text was changed"),
        "{}",
        said(&changed)
    );
    // Or takes the last entries away, and what is noted of them.
    let cut: String = text.split_inclusive('\n').take(4).collect();
    fs::write(&file, cut).unwrap();
    fs::remove_file(directory.join("audit/head")).unwrap();
    assert!(
        verify(&directory, None).status.success(),
        "nobody here can know"
    );
    let cut = verify(&directory, Some(&known));
    assert_eq!(cut.status.code(), Some(1));
    assert!(said(&cut).contains("cut off"), "{}", said(&cut));
    drop(remains);
}
