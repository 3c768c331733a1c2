//! Section `sites`: where calls come from, when it is open there, and what its conversations
//! require.

use super::Problems;
use super::hours::HoursSection;
use passerelle_signaling::configuration::{Class, SiteRules};
use passerelle_signaling::ids::{SiteId, TabletId};
use passerelle_signaling::tag::Certification;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Reception points; France's largest city has a few hundred.
const SITES_MAX: usize = 2_000;

/// A reception point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SiteSection {
    /// Its number, never given to another site.
    pub id: SiteId,
    /// Its name.
    pub name: String,
    /// The numbers of its tablets.
    #[serde(default)]
    pub tablets: Vec<TabletId>,
    /// When it is open to visitors.
    #[serde(default)]
    pub hours: HoursSection,
    /// How urgent its calls are.
    #[serde(default)]
    pub class: Class,
    /// What its conversations require of an interpreter, such as `medical`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certification: Option<Certification>,
}

impl SiteSection {
    /// What the core may know of it.
    pub(super) fn rules(&self) -> SiteRules {
        SiteRules {
            hours: self.hours.hours(),
            class: self.class,
            certification: self.certification,
        }
    }
}

pub(super) fn check(sites: &[SiteSection], problems: &mut Problems) {
    if sites.len() > SITES_MAX {
        problems.add("sites", format!("has more than {SITES_MAX} entries"));
    }
    let mut seen = BTreeMap::new();
    let mut bound = BTreeMap::new();
    for (index, site) in sites.iter().enumerate() {
        let key = format!("sites[{}]", index + 1);
        problems.check_name(&format!("{key}.name"), &site.name);
        site.hours.check(&format!("{key}.hours"), problems);
        if let Some(first) = seen.insert(site.id, key.clone()) {
            let message = format!("{} is already the id of {first}", site.id);
            problems.add(format!("{key}.id"), message);
        }
        for tablet in &site.tablets {
            if let Some(first) = bound.insert(*tablet, key.clone()) {
                let message = format!(
                    "tablet {tablet} is already bound in {first}.tablets: a tablet stands at one \
                     site"
                );
                problems.add(format!("{key}.tablets"), message);
            }
        }
    }
}
