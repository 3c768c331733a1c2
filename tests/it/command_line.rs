//! The command line: what it prints and how it fails.

use crate::gateway::{Gateway, program, run};
use std::time::Duration;

const QUICK: Duration = Duration::from_secs(15);

#[tokio::test]
async fn a_port_in_use_is_named_with_what_to_do() {
    let gateway = Gateway::demo(&[]);
    let directory = tempfile::tempdir().unwrap();
    let mut command = program(&[]);
    command.args([
        "demo",
        "--listen",
        &gateway.address().to_string(),
        "--data-dir",
    ]);
    command.arg(directory.path().join("data"));
    let (code, _, errors) = run(command, QUICK);
    assert_eq!(code, Some(1));
    assert!(
        errors.contains(&gateway.address().port().to_string()),
        "{errors}"
    );
    assert!(
        errors.contains("in use") && errors.contains("--listen"),
        "{errors}"
    );
}

#[tokio::test]
async fn a_data_directory_in_use_is_refused() {
    let gateway = Gateway::demo(&[]);
    let mut command = program(&[]);
    command
        .args(["demo", "--listen", "127.0.0.1:0", "--data-dir"])
        .arg(gateway.data_dir());
    let (code, _, errors) = run(command, QUICK);
    assert_eq!(code, Some(1));
    assert!(errors.contains("in use by another gateway"), "{errors}");
}

#[test]
fn plain_http_is_refused_on_a_public_address() {
    let directory = tempfile::tempdir().unwrap();
    let mut command = program(&[]);
    command.args([
        "demo",
        "--plain-http",
        "--listen",
        "0.0.0.0:0",
        "--data-dir",
    ]);
    command.arg(directory.path().join("data"));
    let (code, _, errors) = run(command, QUICK);
    assert_eq!(code, Some(1));
    assert!(
        errors.contains("tls.mode") && errors.contains("listen.address"),
        "{errors}"
    );
}

#[test]
fn the_example_configuration_passes_its_own_check() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("passerelle.toml");
    let mut example = program(&[]);
    example.args(["config", "example"]);
    let (code, text, _) = run(example, QUICK);
    assert_eq!(code, Some(0));
    std::fs::write(&file, text).unwrap();
    let mut check = program(&[]);
    check.args(["config", "check", "--config"]).arg(&file);
    let (code, output, errors) = run(check, QUICK);
    assert_eq!(code, Some(0), "{errors}");
    assert!(output.contains("is sound"));
}

#[test]
fn the_environment_overrides_the_file_and_unknown_names_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("passerelle.toml");
    std::fs::write(&file, passerelle::config::DEMO_TOML).unwrap();
    let dump = |settings: &[(&str, &str)]| {
        let mut command = program(settings);
        command.args(["config", "dump", "--config"]).arg(&file);
        run(command, QUICK)
    };
    let (code, output, _) = dump(&[("rules.offer_ms", "1234")]);
    assert_eq!(code, Some(0));
    let dumped: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert_eq!(dumped["rules"]["offer_ms"], 1234);
    let (code, _, errors) = dump(&[("rules.offfer_ms", "1234")]);
    assert_eq!(code, Some(1));
    assert!(
        errors.contains("offfer_ms") && errors.contains("environment"),
        "{errors}"
    );
}

#[test]
fn the_example_plan_is_simulated_with_the_example_configuration() {
    let directory = tempfile::tempdir().unwrap();
    let written = |name: &str, arguments: &[&str]| {
        let mut command = program(&[]);
        command.args(arguments);
        let (code, output, errors) = run(command, QUICK);
        assert_eq!(code, Some(0), "{errors}");
        let path = directory.path().join(name);
        std::fs::write(&path, output).unwrap();
        path
    };
    let config = written("config.toml", &["config", "example"]);
    let plan = written("plan.toml", &["simulate", "--example"]);
    let page = directory.path().join("plan.html");
    let mut command = program(&[]);
    command.args(["simulate", "--days", "20", "--lang", "en", "--config"]);
    command.arg(config).arg("--scenario").arg(&plan);
    command.arg("--html").arg(&page);
    let (code, output, errors) = run(command, Duration::from_secs(60));
    assert_eq!(code, Some(0), "{errors}");
    assert!(output.contains("French Sign Language"), "{output}");
    let page = std::fs::read_to_string(page).unwrap();
    assert!(
        page.contains("<svg") && page.contains("<table"),
        "a chart and its table"
    );
}
