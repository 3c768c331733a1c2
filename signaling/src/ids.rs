//! Newtypes for every identity that crosses a boundary: calls and offers are numbered by the core,
//! sites, tablets and people by the directory. None of them says anything about a person.

use serde::{Deserialize, Serialize};
use std::fmt;
use ts_rs::TS;

/// Declares a numeric id: `Copy`, ordered, a plain number on the wire.
macro_rules! numeric_id {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS,
        )]
        #[serde(transparent)]
        #[ts(type = "number")]
        pub struct $name(pub $inner);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

numeric_id!(
    /// One call, from the tap to its outcome. Numbered from 1 by the core, never re-used.
    CallId(u64)
);
numeric_id!(
    /// One ring of one call at one interpreter. Every accept and decline names it, which makes
    /// late and double clicks harmless.
    OfferId(u64)
);
numeric_id!(
    /// A reception point, such as a town hall. Its name lives in the directory.
    SiteId(u32)
);
numeric_id!(
    /// A tablet, bound to one site.
    TabletId(u32)
);
numeric_id!(
    /// A third party in a call, invited by a link. Numbered from 1 by the core, never re-used.
    GuestId(u32)
);
numeric_id!(
    /// An interpreter. The journal knows only this number; the person lives in the directory.
    InterpreterId(u32)
);
