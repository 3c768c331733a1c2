//! `GET /healthz`: the process is up and answers. Asks nothing of the store, so that a slow disk
//! does not make a supervisor kill calls in progress.

/// Answers `ok`.
pub(super) async fn handler() -> &'static str {
    "ok"
}
