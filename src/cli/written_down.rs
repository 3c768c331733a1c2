//! What a command does beside a gateway is written to the audit journal before it is done: by the
//! gateway when one runs, else here.

use super::error::CliError;
use super::run::runtime;
use crate::audit::{Act, Audit};
use crate::auth::admin;
use crate::clock::Clock;
use passerelle_signaling::time::Timestamp;
use std::path::Path;

/// Writes it down; when that fails, it must not be done.
pub(super) fn write_down(data_dir: &Path, act: Act) -> Result<(), CliError> {
    runtime()?.block_on(async {
        if admin::ask_write_down(data_dir, act.clone())
            .await?
            .is_some()
        {
            return Ok(());
        }
        let audit = Audit::open(data_dir, Clock::system(Timestamp(0)))?;
        audit.record(act, None).await?;
        Ok(())
    })
}
