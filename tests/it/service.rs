//! A gateway with a configuration file of the test's own, to whose people and tablets links are
//! sent, and which can be told to read the file again.

use crate::gateway::{Gateway, STOP_MAX, program, run};
use passerelle::auth::Role;
use passerelle::client::signalling::SignallingClient;
use passerelle_signaling::protocol::{Identity, Request};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A running gateway and its file.
pub(crate) struct Service {
    pub(crate) gateway: Gateway,
    pub(crate) file: PathBuf,
}

impl Service {
    /// `passerelle serve` with this text, beside a data directory of its own.
    pub(crate) fn start(text: &str) -> Self {
        let (directory, file) = configured(text);
        let gateway = Gateway::serve(directory, &file);
        Self { gateway, file }
    }

    /// Signs in by an invitation and opens the page.
    pub(crate) async fn connect(&self, identity: Identity) -> SignallingClient {
        let number = match identity {
            Identity::Tablet { tablet } => Some(tablet.0.to_string()),
            Identity::Interpreter { interpreter } => Some(interpreter.0.to_string()),
            Identity::Coordinator | Identity::Administrator | Identity::Guest { .. } => None,
        };
        let role = Role::of(identity);
        let who: Vec<String> = [role.to_string()].into_iter().chain(number).collect();
        let who: Vec<&str> = who.iter().map(String::as_str).collect();
        let (_, code) = invite(&self.file, &who);
        let target = self.gateway.target();
        let body = serde_json::json!({ "code": code });
        let answer = target.post("/api/invite", &body, None).await.unwrap();
        let cookie = answer.cookie().unwrap();
        SignallingClient::connect(&target, role, &cookie)
            .await
            .unwrap()
    }

    /// An interpreter who takes calls.
    pub(crate) async fn available(&self, number: u32) -> SignallingClient {
        let mut client = self.connect(crate::people::interpreter(number)).await;
        let available = true;
        client
            .ask(Request::SetAvailable { available })
            .await
            .unwrap();
        client
    }

    /// Writes another configuration over the file.
    pub(crate) fn write(&self, text: &str) {
        write(&self.file, &self.gateway.data_dir(), text);
    }

    /// `passerelle reload` with these settings in its own environment: exit code and both outputs.
    pub(crate) fn reload(&self, settings: &[(&str, &str)]) -> (Option<i32>, String, String) {
        reload(&self.file, settings)
    }
}

/// `passerelle reload` of the gateway of this file.
pub(crate) fn reload(file: &Path, settings: &[(&str, &str)]) -> (Option<i32>, String, String) {
    let mut command = program(settings);
    command.args(["reload", "--config"]).arg(file);
    run(command, STOP_MAX)
}

/// A directory with a configuration file that has its data directory in it.
pub(crate) fn configured(text: &str) -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("passerelle.toml");
    write(&file, &directory.path().join("data"), text);
    (directory, file)
}

/// Writes a configuration with this data directory.
pub(crate) fn write(file: &Path, data_dir: &Path, text: &str) {
    std::fs::write(file, format!("data_dir = {data_dir:?}\n{text}")).unwrap();
}

/// Every byte in the files of a directory and those below it.
pub(crate) fn everything_in(directory: &Path) -> Vec<u8> {
    let mut written = Vec::new();
    let mut folders = vec![directory.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                // A socket is no file.
                written.extend(std::fs::read(path).unwrap_or_default());
            }
        }
    }
    written
}

/// This text with one part in another's place.
pub(crate) fn changed(text: &str, part: &str, other: &str) -> String {
    assert!(text.contains(part), "{part}");
    text.replacen(part, other, 1)
}

/// The printed link, in two: the address of the page and the code.
pub(crate) fn invite(file: &Path, who: &[&str]) -> (String, String) {
    let mut command = program(&[]);
    command.arg("invite").args(who).arg("--config").arg(file);
    let (code, output, errors) = run(command, STOP_MAX);
    assert_eq!(code, Some(0), "{errors}");
    let (page, code) = output.trim().split_once("#invite=").unwrap();
    (page.to_owned(), code.to_owned())
}
