//! `GET /healthz`: the process is up and answers. Asks nothing of the store, so that a slow or full
//! disk does not make a supervisor kill calls in progress, and of nothing outside the process;
//! `/readyz` says whether calls can be taken.

/// Answers `ok`.
pub(super) async fn handler() -> &'static str {
    "ok"
}
