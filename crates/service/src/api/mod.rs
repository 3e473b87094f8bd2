//! The API: its resources, one file each.

mod answers;
mod chain;
mod entry;
mod evidence;
mod jobs;
mod keys;
mod known;
mod mappings;
mod matches;
mod model;
mod named;
mod networks;
mod packs;
mod page;
mod question;
mod reference;
mod results;
mod runs;
mod sessions;
mod sharing;
mod sites;
mod summary;

use crate::routes::Routes;

/// Groups of operations.
pub const TAGS: [(&str, &str); 10] = [
    ("networks", "Uploads, their versions, issues and mappings"),
    ("runs", "Networks that were scored"),
    ("sites", "Sites, buyers, links and agents of a run"),
    ("chains", "Why a site scores as it does, and where a buyer's share comes from"),
    ("results", "Plans, what-ifs, reports, learned packs, tables"),
    ("evidence", "Evidence ledgers, and findings held against rules of law"),
    ("jobs", "Work that takes longer: polled or followed"),
    ("access", "Keys, sessions, grants, the audit log"),
    ("operation", "Other organisations: for who operates the service"),
    ("reference", "Reference packs, your own among them, and model cards"),
];

/// All routes.
#[must_use]
pub fn routes() -> Routes {
    [
        networks::routes,
        mappings::routes,
        matches::routes,
        runs::routes,
        sites::routes,
        chain::routes,
        results::routes,
        answers::routes,
        evidence::routes,
        jobs::routes,
        keys::routes,
        sharing::routes,
        sessions::routes,
        packs::routes,
        reference::routes,
    ]
    .into_iter()
    .fold(Routes::default(), |routes, add| add(routes))
}
