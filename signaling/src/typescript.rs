//! Keeps `web-client/src/gen/protocol.ts` equal to `protocol.rs` and the views: one file, all types
//! that can be reached from the two messages, by name (the macro's own order changes from build to
//! build).

use crate::protocol::{ClientMessage, ServerMessage};
use std::any::TypeId;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use ts_rs::{Config, TS, TypeVisitor};

/// Gathers each reachable type once.
struct Declarations {
    config: Config,
    seen: BTreeSet<TypeId>,
    by_name: BTreeMap<String, String>,
}

impl TypeVisitor for Declarations {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if !self.seen.insert(TypeId::of::<T>()) {
            return;
        }
        // Types without a path of their own (numbers, lists) are written in place.
        if T::output_path().is_some() {
            let docs = T::docs().unwrap_or_default();
            let text = format!("\n{docs}export {}\n", T::decl(&self.config));
            self.by_name.insert(T::ident(&self.config), text);
        }
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}

fn declarations() -> String {
    let mut all = Declarations {
        config: Config::new().with_large_int("number"),
        seen: BTreeSet::new(),
        by_name: BTreeMap::new(),
    };
    all.visit::<ClientMessage>();
    all.visit::<ServerMessage>();
    let head = "// Generated from signaling/src/protocol.rs; do not edit.\n\
                // Refresh: UPDATE=1 cargo test -p passerelle-signaling typescript\n";
    std::iter::once(head.to_string())
        .chain(all.by_name.into_values())
        .collect()
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "this test keeps a committed file fresh; the core itself reads and writes none"
)]
fn the_committed_typescript_types_are_those_of_the_protocol() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../web-client/src/gen/protocol.ts");
    let fresh = declarations();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &fresh).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == fresh,
        "{} is stale: run `UPDATE=1 cargo test -p passerelle-signaling typescript`",
        path.display()
    );
}
