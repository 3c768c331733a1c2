//! Paired tablets. Their tokens never come here, only hashes: whoever reads the database is let in
//! nowhere.

use super::error::integer;
use super::{SecretHash, Store, StoreError};
use passerelle_signaling::ids::{SiteId, TabletId};
use passerelle_signaling::time::Timestamp;
use rusqlite::types::{Type, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// One pairing of one device with one tablet's number; never given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeviceId(pub u32);

/// Why a device is let in no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceEnd {
    /// A coordinator took it away: lost, stolen, broken.
    Removed,
    /// Another device was paired for the same tablet.
    Replaced,
    /// It was paired anew, as this tablet or another.
    Left,
    /// A token was shown that its owner had let go of: somebody has a copy.
    Copied,
    /// It signed itself out.
    SignedOut,
}

impl DeviceEnd {
    const ALL: [Self; 5] = [
        Self::Removed,
        Self::Replaced,
        Self::Left,
        Self::Copied,
        Self::SignedOut,
    ];

    /// Its name in rows and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Removed => "removed",
            Self::Replaced => "replaced",
            Self::Left => "left",
            Self::Copied => "copied",
            Self::SignedOut => "signed_out",
        }
    }
}

/// Which of a device's two tokens was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The newest.
    Newest,
    /// The one before it.
    Former {
        /// The newest had arrived already.
        over: bool,
    },
}

/// A paired device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Its number.
    pub id: DeviceId,
    /// Which tablet it is.
    pub tablet: TabletId,
    /// Where that stood when it was paired.
    pub site: SiteId,
    /// The mark of the session that made the code; `None` for the command line.
    pub paired_by: Option<String>,
    /// When.
    pub paired_at: Timestamp,
    /// Since when it has its newest token.
    pub renewed_at: Timestamp,
    /// The beginning of the day on which it was last there.
    pub seen_on: Timestamp,
    /// When it was let in no more, and why.
    pub ended: Option<(Timestamp, DeviceEnd)>,
    /// It has a former token, and the newest is not known to have arrived.
    pub is_renewing: bool,
}

/// What was let in as a tablet, and is no more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TabletEnded {
    /// Its devices.
    pub devices: Vec<DeviceId>,
    /// The hashes of tokens of sessions without a device: of the demonstration, of older links.
    pub sessions: Vec<SecretHash>,
}

/// What the store knows of a tablet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TabletRow {
    /// Which.
    pub tablet: TabletId,
    /// Its newest device, ended or not.
    pub device: Option<Device>,
    /// Until when a code for it can be used.
    pub code_until: Option<Timestamp>,
    /// Sessions without a device.
    pub sessions: Vec<SecretHash>,
}

const COLUMNS: &str = "device, tablet, site, paired_by, paired_at, renewed_at, seen_on, ended_at, \
                       ended_by, former_hash IS NOT NULL AND NOT former_over";

impl Store {
    /// The device that has this token, or had it before its newest.
    pub async fn device_by_token(
        &self,
        token: SecretHash,
    ) -> Result<Option<(Device, Shown)>, StoreError> {
        self.read_off_thread(move |connection| {
            let select = format!(
                "SELECT {COLUMNS}, token_hash = ?1, former_over FROM devices \
                 WHERE token_hash = ?1 OR former_hash = ?1"
            );
            let found = connection
                .prepare_cached(&select)?
                .query_row([token], |row| {
                    let shown = match row.get(10)? {
                        true => Shown::Newest,
                        false => Shown::Former { over: row.get(11)? },
                    };
                    Ok((device(row)?, shown))
                });
            Ok(found.optional()?)
        })
        .await
    }

    /// This device.
    pub async fn device(&self, id: DeviceId) -> Result<Option<Device>, StoreError> {
        self.read_off_thread(move |connection| {
            let select = format!("SELECT {COLUMNS} FROM devices WHERE device = ?1");
            let mut found = connection.prepare_cached(&select)?;
            Ok(found.query_row([id.0], device).optional()?)
        })
        .await
    }

    /// Notes the day on which a device was there.
    pub async fn device_seen(&self, id: DeviceId, day: Timestamp) -> Result<(), StoreError> {
        const UPDATE: &str = "UPDATE devices SET seen_on = ?2 WHERE device = ?1 AND seen_on < ?2";
        self.writer
            .write(move |connection| {
                connection.execute(UPDATE, params![id.0, integer(day.0)?])?;
                Ok(())
            })
            .await
    }

    /// Notes that a device's newest token has arrived there: the former is good no more.
    pub async fn newest_arrived(&self, token: SecretHash) -> Result<(), StoreError> {
        const UPDATE: &str = "UPDATE devices SET former_over = 1 \
                              WHERE token_hash = ?1 AND former_hash IS NOT NULL";
        self.writer
            .write(move |connection| {
                connection.execute(UPDATE, [token])?;
                Ok(())
            })
            .await
    }

    /// Gives a device another token, unless it was given one since `renewed_at`; whether it was.
    /// The one it showed stays good until the other has arrived. Durable when this returns.
    pub async fn renew_device(
        &self,
        device: &Device,
        shown: Shown,
        token: SecretHash,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        const KEEP_NEWEST: &str = "UPDATE devices SET former_hash = token_hash, former_over = 0, \
                                   token_hash = ?3, renewed_at = ?4 \
                                   WHERE device = ?1 AND renewed_at = ?2 AND ended_at IS NULL";
        // What is in the newest's place never arrived.
        const KEEP_FORMER: &str = "UPDATE devices SET token_hash = ?3, renewed_at = ?4 \
                                   WHERE device = ?1 AND renewed_at = ?2 AND ended_at IS NULL \
                                   AND NOT former_over";
        let (id, renewed_at) = (device.id, device.renewed_at);
        let update = match shown {
            Shown::Newest => KEEP_NEWEST,
            Shown::Former { .. } => KEEP_FORMER,
        };
        self.writer
            .write(move |connection| {
                let (before, now) = (integer(renewed_at.0)?, integer(now.0)?);
                let row = params![id.0, before, token, now];
                Ok(connection.execute(update, row)? == 1)
            })
            .await
    }

    /// Ends a device; whether it was one until now. Durable when this returns.
    pub async fn end_device(
        &self,
        id: DeviceId,
        why: DeviceEnd,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.writer
            .write(move |connection| end_device(connection, id, why, now))
            .await
    }

    /// Ends whatever is let in as this tablet. Durable when this returns.
    pub async fn end_tablet(
        &self,
        tablet: TabletId,
        why: DeviceEnd,
        now: Timestamp,
    ) -> Result<TabletEnded, StoreError> {
        self.writer
            .write(move |connection| end_tablet(connection, tablet, why, now))
            .await
    }

    /// Every tablet that something is known of, by its number.
    pub async fn tablets(&self, now: Timestamp) -> Result<Vec<TabletRow>, StoreError> {
        self.read_off_thread(move |connection| {
            let now = integer(now.0)?;
            let select = format!("SELECT {COLUMNS} FROM devices ORDER BY device");
            let mut devices = connection.prepare_cached(&select)?;
            let mut rows = Rows::default();
            for device in devices.query_map([], device)? {
                let device = device?;
                let tablet = device.tablet;
                rows.of(tablet).device = Some(device);
            }
            const CODES: &str =
                "SELECT tablet, expires_at FROM pairing_codes WHERE expires_at > ?1";
            let mut codes = connection.prepare_cached(CODES)?;
            for code in codes.query_map([now], |row| Ok((row.get(0)?, moment(row, 1)?)))? {
                let (tablet, until) = code?;
                rows.of(TabletId(tablet)).code_until = Some(until);
            }
            const SESSIONS: &str = "SELECT subject, token_hash FROM sessions \
                                    WHERE role = 'tablet' AND expires_at > ?1";
            let mut sessions = connection.prepare_cached(SESSIONS)?;
            for session in sessions.query_map([now], |row| Ok((row.get(0)?, row.get(1)?)))? {
                let (tablet, token) = session?;
                rows.of(TabletId(tablet)).sessions.push(token);
            }
            Ok(rows.0.into_values().collect())
        })
        .await
    }
}

#[derive(Default)]
struct Rows(std::collections::BTreeMap<TabletId, TabletRow>);

impl Rows {
    fn of(&mut self, tablet: TabletId) -> &mut TabletRow {
        self.0.entry(tablet).or_insert(TabletRow {
            tablet,
            device: None,
            code_until: None,
            sessions: Vec::new(),
        })
    }
}

pub(super) fn end_tablet(
    connection: &Connection,
    tablet: TabletId,
    why: DeviceEnd,
    now: Timestamp,
) -> Result<TabletEnded, StoreError> {
    const DEVICES: &str = "UPDATE devices SET ended_at = ?2, ended_by = ?3 \
                           WHERE tablet = ?1 AND ended_at IS NULL RETURNING device";
    const SESSIONS: &str =
        "DELETE FROM sessions WHERE role = 'tablet' AND subject = ?1 RETURNING token_hash";
    let row = params![tablet.0, integer(now.0)?, why.as_str()];
    let mut devices = connection.prepare_cached(DEVICES)?;
    let devices = devices.query_map(row, |row| Ok(DeviceId(row.get(0)?)))?;
    let mut sessions = connection.prepare_cached(SESSIONS)?;
    let sessions = sessions.query_map([tablet.0], |row| row.get(0))?;
    Ok(TabletEnded {
        devices: devices.collect::<Result<_, _>>()?,
        sessions: sessions.collect::<Result<_, _>>()?,
    })
}

pub(super) fn end_device(
    connection: &Connection,
    id: DeviceId,
    why: DeviceEnd,
    now: Timestamp,
) -> Result<bool, StoreError> {
    const END: &str = "UPDATE devices SET ended_at = ?2, ended_by = ?3 \
                       WHERE device = ?1 AND ended_at IS NULL";
    let row = params![id.0, integer(now.0)?, why.as_str()];
    Ok(connection.execute(END, row)? == 1)
}

/// A device, of [`COLUMNS`].
fn device(row: &Row<'_>) -> rusqlite::Result<Device> {
    let ended_at: Option<i64> = row.get(7)?;
    let ended = match ended_at {
        Some(_) => Some((moment(row, 7)?, end(row, 8)?)),
        None => None,
    };
    Ok(Device {
        id: DeviceId(row.get(0)?),
        tablet: TabletId(row.get(1)?),
        site: SiteId(row.get(2)?),
        paired_by: row.get(3)?,
        paired_at: moment(row, 4)?,
        renewed_at: moment(row, 5)?,
        seen_on: moment(row, 6)?,
        ended,
        is_renewing: row.get(9)?,
    })
}

fn end(row: &Row<'_>, column: usize) -> rusqlite::Result<DeviceEnd> {
    let name: String = row.get(column)?;
    let mut all = DeviceEnd::ALL.into_iter();
    let known = all.find(|end| end.as_str() == name);
    let unknown = || {
        let reason = format!("a device that ended by `{name}`").into();
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, reason)
    };
    known.ok_or_else(unknown)
}

/// A moment, if there is one.
pub(super) fn maybe_moment(row: &Row<'_>, index: usize) -> rusqlite::Result<Option<Timestamp>> {
    match row.get_ref(index)? {
        ValueRef::Null => Ok(None),
        _ => moment(row, index).map(Some),
    }
}

pub(super) fn moment(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    let milliseconds: i64 = row.get(column)?;
    let stored = u64::try_from(milliseconds);
    stored
        .map(Timestamp)
        .map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, milliseconds))
}
