//! Several entries of one site made one.

use tierlight_core::model::{CONDITIONS, Coordinates, NetworkParts, Role, Site};

use super::Intake;
use super::merges::Merges;
use super::registry::Registry;
use crate::issue::{Issue, Severity};
use crate::packs::Packs;

/// One entry of a site.
pub(super) struct Entry {
    pub id: String,
    pub name: String,
    /// Number of its row.
    pub row: u64,
    pub site: Site,
}

/// Adds the site of a group of entries, under `id`, and lets links find it by every id and name.
pub(super) fn insert(
    intake: &mut Intake<'_>,
    packs: &Packs,
    merges: &Merges,
    parts: &mut NetworkParts,
    registry: &mut Registry,
    id: &str,
    mut entries: Vec<Entry>,
) {
    entries.sort_by(|a, b| a.id.cmp(&b.id));
    let names: Vec<String> = entries.iter().map(|e| e.name.clone()).filter(|n| !n.is_empty()).collect();
    let ids: Vec<String> = entries.iter().map(|e| e.id.clone()).collect();
    intake.merged += entries.len() - 1;
    let mut site = combined(intake, packs, &entries);
    let mut name = names.first().cloned().unwrap_or_default();
    if let Some(other) = merges.other(id) {
        if name.is_empty() {
            name.clone_from(&other.name);
        }
        site.coordinates = site.coordinates.or(other.at.map(|(latitude, longitude)| Coordinates { latitude, longitude }));
    }
    let row = registry.insert(parts, id, &name, site);
    let number = entries[0].row;
    registry.file_rows.push(number as u32);
    registry.also_called(row, ids.iter().cloned(), names);
    let file = intake.file();
    let issue = Issue::new("site_merged", Severity::Info, file, Some(number), "site_id", &ids.join(", "));
    let issue = issue.expected("one entry a site").hint(format!("one site, {id}, as {} says", merges.file()));
    intake.note(issue);
}

/// Conditions on which entries disagree are unknown; of all else the first entry that says it counts. Disagreement is told.
fn combined(intake: &mut Intake<'_>, packs: &Packs, entries: &[Entry]) -> Site {
    let mut site = entries[0].site.clone();
    let mut differ: Vec<&str> = Vec::new();
    let mut differs = |what: &'static str, yes: bool| {
        if yes && !differ.contains(&what) {
            differ.push(what);
        }
    };
    for condition in CONDITIONS {
        let said: Vec<bool> = entries.iter().filter_map(|e| e.site.conditions.get(condition)).collect();
        let agree = said.windows(2).all(|w| w[0] == w[1]);
        site.conditions.set(condition, said.first().copied().filter(|_| agree));
        differs(condition.slug(), !agree);
    }
    for entry in &entries[1..] {
        let other = &entry.site;
        differs("sector", other.sector != site.sector);
        differs("country", other.country != site.country);
        if site.role == Role::Other {
            site.role = other.role;
        }
        differs("role", other.role != site.role && other.role != Role::Other);
        if other.district.is_some() && other.country == site.country {
            differs("district", site.district.is_some_and(|d| Some(d) != other.district));
            if site.district.is_none() {
                (site.district, site.place, site.place_confidence) = (other.district, other.place, other.place_confidence);
            }
        }
        macro_rules! first {
            ($($field:ident),+) => { $(
                differs(stringify!($field), site.$field.is_some() && other.$field.is_some() && site.$field != other.$field);
                site.$field = site.$field.or(other.$field);
            )+ };
        }
        first!(
            coordinates,
            workers,
            women_workers,
            input_share,
            coverage,
            purchases_total,
            labour_intensity,
            capacity,
            measured_prevalence
        );
    }
    if !differ.is_empty() {
        let file = intake.file();
        let number = entries[0].row;
        let ids: Vec<&str> = entries.iter().map(|e| e.id.as_str()).collect();
        let issue = Issue::new("merged_disagree", Severity::Warning, file, Some(number), &differ.join(", "), &ids.join(", "));
        let sector = &packs.parameters.sectors[usize::from(site.sector)].id;
        let hint = format!("conditions are left unknown; of other columns the first entry counts (sector {sector})");
        intake.note(issue.expected("entries of one site that agree").hint(hint));
    }
    site
}
