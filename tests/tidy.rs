//! The house rules that no compiler holds, as tests: each names the rule, its reason, and every
//! place that breaks it. CONTRIBUTING.md lists them for people.

#[path = "tidy/arrows.rs"]
mod arrows;
#[path = "tidy/core.rs"]
mod core;
#[path = "tidy/documents.rs"]
mod documents;
#[path = "tidy/endpoints.rs"]
mod endpoints;
#[path = "tidy/fluent.rs"]
mod fluent;
#[path = "tidy/leftovers.rs"]
mod leftovers;
#[path = "tidy/manifests.rs"]
mod manifests;
#[path = "tidy/private.rs"]
mod private;
#[path = "tidy/shape.rs"]
mod shape;
#[path = "tidy/threats.rs"]
mod threats;
#[path = "tidy/tree.rs"]
mod tree;
