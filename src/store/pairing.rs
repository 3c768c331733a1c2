//! Codes that pair a tablet, each good for one use, and their use: one transaction takes the code,
//! ends whatever was that tablet before, and makes the device. Only hashes of codes come here.

use super::devices::{DeviceEnd, DeviceId, TabletEnded, end_device, end_tablet, moment};
use super::error::integer;
use super::{SecretHash, Store, StoreError};
use passerelle_signaling::ids::{SiteId, TabletId};
use passerelle_signaling::time::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

/// A device is seen by the day.
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// A code to be kept.
#[derive(Clone, Debug)]
pub struct NewCode {
    /// For which tablet.
    pub tablet: TabletId,
    /// Where that stands.
    pub site: SiteId,
    /// The keyed hash of the code.
    pub code: SecretHash,
    /// The hash of what the link carries.
    pub link: SecretHash,
    /// The mark of the session that made it.
    pub made_by: String,
    /// Until when it can be used.
    pub expires_at: Timestamp,
}

/// A code that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenCode {
    /// For which tablet.
    pub tablet: TabletId,
    /// Where that stood when it was made.
    pub site: SiteId,
    /// Until when.
    pub expires_at: Timestamp,
}

/// A device that was just paired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolled {
    /// Its number.
    pub device: DeviceId,
    /// Which tablet it is now.
    pub tablet: TabletId,
    /// What was that tablet before.
    pub before: TabletEnded,
}

impl Store {
    /// Keeps a code in the place of the same tablet's older one, unless so many others can be used
    /// at `now`; whether it is kept. Durable when this returns.
    pub async fn keep_code(
        &self,
        code: NewCode,
        others_max: u32,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        const CLEAR: &str = "DELETE FROM pairing_codes WHERE expires_at <= ?1 OR tablet = ?2";
        const INSERT: &str = "INSERT INTO pairing_codes VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        self.writer
            .write(move |connection| {
                connection.execute(CLEAR, params![integer(now.0)?, code.tablet.0])?;
                let count = "SELECT count(*) FROM pairing_codes";
                let others: u32 = connection.query_row(count, [], |row| row.get(0))?;
                if others >= others_max {
                    return Ok(false);
                }
                let until = integer(code.expires_at.0)?;
                let (tablet, site) = (code.tablet.0, code.site.0);
                let row = params![tablet, site, code.code, code.link, code.made_by, until];
                connection.execute(INSERT, row)?;
                Ok(true)
            })
            .await
    }

    /// What this hash of a code or a link pairs with; `None` when there is none that can be used.
    pub async fn open_code(
        &self,
        hash: SecretHash,
        now: Timestamp,
    ) -> Result<Option<OpenCode>, StoreError> {
        const SELECT: &str = "SELECT tablet, site, expires_at FROM pairing_codes \
                              WHERE (code_hash = ?1 OR link_hash = ?1) AND expires_at > ?2";
        self.read_off_thread(move |connection| {
            let found = connection.prepare_cached(SELECT)?.query_row(
                params![hash, integer(now.0)?],
                |row| {
                    Ok(OpenCode {
                        tablet: TabletId(row.get(0)?),
                        site: SiteId(row.get(1)?),
                        expires_at: moment(row, 2)?,
                    })
                },
            );
            Ok(found.optional()?)
        })
        .await
    }

    /// Uses a code up: the device that has this token from now on is the code's tablet, and nothing
    /// else is; what `leaving` was ends. All or nothing; of two that come at once, one gets it.
    /// `None` when it is no longer there. Durable when this returns.
    pub async fn pair(
        &self,
        hash: SecretHash,
        token: SecretHash,
        leaving: Option<DeviceId>,
        now: Timestamp,
    ) -> Result<Option<Enrolled>, StoreError> {
        const TAKE: &str = "DELETE FROM pairing_codes WHERE (code_hash = ?1 OR link_hash = ?1) \
                            AND expires_at > ?2 RETURNING tablet, site, made_by";
        self.writer
            .write(move |connection| {
                let taken = connection
                    .query_row(TAKE, params![hash, integer(now.0)?], |row| {
                        let by: String = row.get(2)?;
                        Ok((TabletId(row.get(0)?), SiteId(row.get(1)?), by))
                    })
                    .optional()?;
                let Some((tablet, site, by)) = taken else {
                    return Ok(None);
                };
                leave(connection, leaving, now)?;
                let bound = Bound {
                    tablet,
                    site,
                    token,
                };
                enrol(connection, bound, Some(&by), now).map(Some)
            })
            .await
    }

    /// The same by an invitation of the command line, for the tablet it names.
    pub async fn pair_by_invite(
        &self,
        code: SecretHash,
        (tablet, site): (TabletId, SiteId),
        token: SecretHash,
        leaving: Option<DeviceId>,
        now: Timestamp,
    ) -> Result<Option<Enrolled>, StoreError> {
        const TAKE: &str = "DELETE FROM invites WHERE code_hash = ?1 AND role = 'tablet' \
                            AND subject = ?2 AND expires_at > ?3";
        self.writer
            .write(move |connection| {
                let row = params![code, tablet.0, integer(now.0)?];
                if connection.execute(TAKE, row)? == 0 {
                    return Ok(None);
                }
                leave(connection, leaving, now)?;
                let bound = Bound {
                    tablet,
                    site,
                    token,
                };
                enrol(connection, bound, None, now).map(Some)
            })
            .await
    }

    /// Forgets codes that can be used no more at `now`, devices that ended or were last there
    /// before these moments, and tests of tablets from before the first; how many.
    pub async fn purge_devices(
        &self,
        now: Timestamp,
        ended_before: Timestamp,
        seen_before: Timestamp,
    ) -> Result<usize, StoreError> {
        const CODES: &str = "DELETE FROM pairing_codes WHERE expires_at <= ?1";
        const DEVICES: &str = "DELETE FROM devices WHERE ended_at < ?1 OR seen_on < ?2";
        const TESTS: &str = "DELETE FROM self_tests WHERE at < ?1";
        self.writer
            .write(move |connection| {
                let before = params![integer(ended_before.0)?, integer(seen_before.0)?];
                let devices = connection.execute(DEVICES, before)?;
                let tests = connection.execute(TESTS, [integer(ended_before.0)?])?;
                Ok(devices + tests + connection.execute(CODES, [integer(now.0)?])?)
            })
            .await
    }
}

#[derive(Clone, Copy)]
struct Bound {
    tablet: TabletId,
    site: SiteId,
    token: SecretHash,
}

/// A device that is paired anew is no longer what it was.
fn leave(
    connection: &Connection,
    leaving: Option<DeviceId>,
    now: Timestamp,
) -> Result<(), StoreError> {
    if let Some(id) = leaving {
        end_device(connection, id, DeviceEnd::Left, now)?;
    }
    Ok(())
}

fn enrol(
    connection: &Connection,
    bound: Bound,
    by: Option<&str>,
    now: Timestamp,
) -> Result<Enrolled, StoreError> {
    const INSERT: &str = "INSERT INTO devices (tablet, site, token_hash, paired_by, paired_at, \
                          renewed_at, seen_on) VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6)";
    let Bound {
        tablet,
        site,
        token,
    } = bound;
    let before = end_tablet(connection, tablet, DeviceEnd::Replaced, now)?;
    let (now, today) = (integer(now.0)?, integer(now.0 - now.0 % DAY_MS)?);
    let row = params![tablet.0, site.0, token, by, now, today];
    connection.execute(INSERT, row)?;
    let device = connection.query_row("SELECT last_insert_rowid()", [], |row| row.get(0))?;
    Ok(Enrolled {
        device: DeviceId(device),
        tablet,
        before,
    })
}
