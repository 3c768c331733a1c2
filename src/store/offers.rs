//! The projection of live offers, one row per ring and per accepted place in a call, written from
//! the entries in their own transaction. Only its unique indexes matter: whatever goes wrong above,
//! no journal can say that somebody was rung twice at once, or that two took one place.

use super::error::integer;
use super::{StoreError, journal};
use passerelle_signaling::event::Event;
use passerelle_signaling::ids::CallId;
use rusqlite::{Connection, Params, params};

/// The first schema with this table.
pub(super) const SINCE_SCHEMA: i64 = 4;

/// A ring is for the lead's place until somebody has it; after that a colleague is sought.
const INSERT: &str = "
    INSERT INTO live_offers (offer, call, interpreter, place)
    SELECT ?1, ?2, ?3, CASE WHEN EXISTS (
        SELECT 1 FROM live_offers WHERE call = ?2 AND accepted AND place = 'lead'
    ) THEN 'colleague' ELSE 'lead' END";

/// Changes the rows as an event says. One about an unknown offer changes nothing.
pub(super) fn project(connection: &Connection, event: &Event) -> Result<(), StoreError> {
    let number = |CallId(call): CallId| integer(call);
    match event {
        Event::Offered {
            offer,
            call,
            interpreter,
            ..
        } => {
            let offer = integer(offer.0)?;
            run(
                connection,
                INSERT,
                params![offer, number(*call)?, interpreter.0],
            )
        }
        Event::OfferClosed { offer, .. } => {
            const CLOSE: &str = "DELETE FROM live_offers WHERE offer = ?1";
            run(connection, CLOSE, [integer(offer.0)?])
        }
        Event::Accepted { offer, .. } => {
            const ACCEPT: &str = "UPDATE live_offers SET accepted = 1 WHERE offer = ?1";
            run(connection, ACCEPT, [integer(offer.0)?])
        }
        Event::ConnectFailed { call, .. } => {
            const FAIL: &str =
                "DELETE FROM live_offers WHERE call = ?1 AND accepted AND place = 'lead'";
            run(connection, FAIL, [number(*call)?])
        }
        Event::ColleagueLeft { call, interpreter } => {
            const LEAVE: &str = "DELETE FROM live_offers WHERE call = ?1 AND interpreter = ?2";
            run(connection, LEAVE, params![number(*call)?, interpreter.0])
        }
        Event::TakenOver { call, from, to } => {
            const GO: &str = "DELETE FROM live_offers WHERE call = ?1 AND interpreter = ?2";
            const LEAD: &str =
                "UPDATE live_offers SET place = 'lead' WHERE call = ?1 AND interpreter = ?2";
            run(connection, GO, params![number(*call)?, from.0])?;
            run(connection, LEAD, params![number(*call)?, to.0])
        }
        Event::CallEnded { call, .. } => {
            const END: &str = "DELETE FROM live_offers WHERE call = ?1";
            run(connection, END, [number(*call)?])
        }
        // Nothing else rings anybody or lets anybody in or out.
        _ => Ok(()),
    }
}

/// Fills the table from the journal of a database that did not have it.
pub(super) fn fill(connection: &mut Connection) -> Result<(), StoreError> {
    let transaction = connection.transaction()?;
    let (projected, _) = journal::read_after(&transaction, journal::Version(0), |entries| {
        for entry in entries {
            project(&transaction, &entry.event)?;
        }
        Ok::<_, StoreError>(())
    })?;
    projected?;
    Ok(transaction.commit()?)
}

fn run(connection: &Connection, sql: &str, values: impl Params) -> Result<(), StoreError> {
    connection.prepare_cached(sql)?.execute(values)?;
    Ok(())
}
