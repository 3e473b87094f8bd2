//! Things as the API shows them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// Shows things of the store: same names, ids and words as text, without the organisation.
macro_rules! shown {
    ($($(#[$meta:meta])* $name:ident of $store:ident { $($(#[$field_meta:meta])* $field:ident: $kind:ty = $value:expr;)* })*) => {$(
        #[derive(Debug, Serialize, ToSchema)]
        #[allow(clippy::struct_field_names, reason = "names of the API")]
        $(#[$meta])*
        pub struct $name { $($(#[$field_meta])* pub $field: $kind,)* }

        impl From<tierlight_store::$store> for $name {
            fn from(from: tierlight_store::$store) -> Self {
                #[allow(clippy::redundant_closure_call, reason = "one shape for all fields")]
                Self { $($field: ($value)(&from),)* }
            }
        }
    )*};
}

type Time = jiff::Timestamp;

fn text(x: &impl ToString) -> String {
    x.to_string()
}

shown! {
    /// A network: a name, and versions of what was uploaded.
    #[schema(example = json!({ "id": "net_0192f0c1e2d37a4c9f5b6a7d8e9f0a1b", "name": "Footballs", "versions": 2, "entries": 0,
        "created": "2026-11-26T10:00:00Z", "changed": "2026-11-26T11:00:00Z" }))]
    Network of Network {
        /// Id.
        id: String = |n: &tierlight_store::Network| text(&n.id);
        /// What it is called.
        name: String = |n: &tierlight_store::Network| n.name.clone();
        /// Number of its last version; 0 while it has none.
        versions: u64 = |n: &tierlight_store::Network| n.versions;
        /// Entries of its evidence ledger.
        entries: u64 = |n: &tierlight_store::Network| n.entries;
        /// When it was made.
        #[schema(value_type = String, format = DateTime)]
        created: Time = |n: &tierlight_store::Network| n.created;
        /// When it was last changed.
        #[schema(value_type = String, format = DateTime)]
        changed: Time = |n: &tierlight_store::Network| n.changed;
    }

    /// A version of a network: what was uploaded, and what became of it. It never changes.
    #[schema(example = json!({ "id": "ver_0192f0c1e2d37a4c9f5b6a7d8e9f0a1c", "network": "net_0192f0c1e2d37a4c9f5b6a7d8e9f0a1b", "number": 1,
        "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "options": { "country": "PK" }, "state": "ready",
        "summary": {}, "code": null, "message": null, "job": "job_0192f0c1e2d37a4c9f5b6a7d8e9f0a1d",
        "created": "2026-11-26T10:00:00Z", "finished": "2026-11-26T10:00:02Z" }))]
    Version of Version {
        /// Id.
        id: String = |v: &tierlight_store::Version| text(&v.id);
        /// Network.
        network: String = |v: &tierlight_store::Version| text(&v.network);
        /// Versions of a network are numbered from 1.
        number: u64 = |v: &tierlight_store::Version| v.number;
        /// SHA-256 over its files and options: the same upload is the same version.
        digest: String = |v: &tierlight_store::Version| text(&v.digest);
        /// How its files are read.
        #[schema(value_type = Object)]
        options: Value = |v: &tierlight_store::Version| v.options.clone();
        /// waiting, ready, rejected, failed or cancelled.
        state: String = |v: &tierlight_store::Version| text(&v.state);
        /// What was read.
        #[schema(value_type = Option<Object>)]
        summary: Option<Value> = |v: &tierlight_store::Version| v.summary.clone();
        /// Why it was rejected or failed: the reader's code.
        code: Option<String> = |v: &tierlight_store::Version| v.code.clone();
        /// The same in words.
        message: Option<String> = |v: &tierlight_store::Version| v.message.clone();
        /// The job that reads it.
        job: String = |v: &tierlight_store::Version| text(&v.job);
        /// When it was uploaded.
        #[schema(value_type = String, format = DateTime)]
        created: Time = |v: &tierlight_store::Version| v.created;
        /// When it was read.
        #[schema(value_type = Option<String>, format = DateTime)]
        finished: Option<Time> = |v: &tierlight_store::Version| v.finished;
    }

    /// A file.
    #[schema(example = json!({ "role": "input", "name": "sites.csv",
        "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "size": 1204, "media_type": "text/csv" }))]
    File of File {
        /// input, output, or folder for those of a run.
        role: String = |f: &tierlight_store::File| text(&f.role);
        /// Name.
        name: String = |f: &tierlight_store::File| f.name.clone();
        /// SHA-256 of what is in it.
        digest: String = |f: &tierlight_store::File| text(&f.digest);
        /// Bytes.
        size: u64 = |f: &tierlight_store::File| f.size;
        /// Media type.
        media_type: String = |f: &tierlight_store::File| f.media_type.clone();
    }

    /// A saved column mapping.
    #[schema(example = json!({ "id": "map_0192f0c1e2d37a4c9f5b6a7d8e9f0a1e", "name": "Our ERP",
        "mapping": { "sites": { "workers": "Headcount" } }, "created": "2026-11-26T10:00:00Z", "changed": "2026-11-26T10:00:00Z" }))]
    Mapping of Mapping {
        /// Id.
        id: String = |m: &tierlight_store::Mapping| text(&m.id);
        /// What it is called.
        name: String = |m: &tierlight_store::Mapping| m.name.clone();
        /// Table, column of the format, header of the file.
        #[schema(value_type = Object)]
        mapping: Value = |m: &tierlight_store::Mapping| m.mapping.clone();
        /// When it was saved first.
        #[schema(value_type = String, format = DateTime)]
        created: Time = |m: &tierlight_store::Mapping| m.created;
        /// When it was saved last.
        #[schema(value_type = String, format = DateTime)]
        changed: Time = |m: &tierlight_store::Mapping| m.changed;
    }

    /// A run: a version that was scored.
    #[schema(example = json!({ "id": "run_0192f0c1e2d37a4c9f5b6a7d8e9f0a1f", "network": "net_0192f0c1e2d37a4c9f5b6a7d8e9f0a1b",
        "version": "ver_0192f0c1e2d37a4c9f5b6a7d8e9f0a1c", "options": { "draws": 400 }, "state": "ready", "summary": {},
        "ledger": { "entries": 12, "used": 11, "not_used": { "id_unknown": 1 } }, "size": 482_113,
        "code": null, "message": null, "job": "job_0192f0c1e2d37a4c9f5b6a7d8e9f0a20",
        "created": "2026-11-26T10:01:00Z", "finished": "2026-11-26T10:01:04Z" }))]
    Run of Run {
        /// Id.
        id: String = |r: &tierlight_store::Run| text(&r.id);
        /// Network.
        network: String = |r: &tierlight_store::Run| text(&r.network);
        /// Version.
        version: String = |r: &tierlight_store::Run| text(&r.version);
        /// How it is scored.
        #[schema(value_type = Object)]
        options: Value = |r: &tierlight_store::Run| r.options.clone();
        /// waiting, ready, rejected, failed or cancelled.
        state: String = |r: &tierlight_store::Run| text(&r.state);
        /// What there is to say of it at a glance.
        #[schema(value_type = Option<Object>)]
        summary: Option<Value> = |r: &tierlight_store::Run| r.summary.clone();
        /// What it made of the evidence ledger of the network; null where that was empty.
        ledger: Option<LedgerUse> = |r: &tierlight_store::Run| LedgerUse::of(r.summary.as_ref());
        /// Bytes of its folder.
        size: Option<u64> = |r: &tierlight_store::Run| r.size;
        /// Why it failed: a code.
        code: Option<String> = |r: &tierlight_store::Run| r.code.clone();
        /// The same in words.
        message: Option<String> = |r: &tierlight_store::Run| r.message.clone();
        /// The job that makes it.
        job: String = |r: &tierlight_store::Run| text(&r.job);
        /// When it was asked for.
        #[schema(value_type = String, format = DateTime)]
        created: Time = |r: &tierlight_store::Run| r.created;
        /// When it was ready, or failed.
        #[schema(value_type = Option<String>, format = DateTime)]
        finished: Option<Time> = |r: &tierlight_store::Run| r.finished;
    }

    /// A result: a plan, report, what-if, qualification, pack or table that a job makes.
    #[schema(example = json!({ "id": "res_0192f0c1e2d37a4c9f5b6a7d8e9f0a21", "run": "run_0192f0c1e2d37a4c9f5b6a7d8e9f0a1f", "version": null, "kind": "report",
        "options": { "for": "brand" }, "state": "ready", "summary": {}, "code": null, "message": null,
        "job": "job_0192f0c1e2d37a4c9f5b6a7d8e9f0a22", "created": "2026-11-26T10:02:00Z", "finished": "2026-11-26T10:02:03Z" }))]
    RunResult of RunResult {
        /// Id.
        id: String = |r: &tierlight_store::RunResult| text(&r.id);
        /// Run; null where none is needed.
        run: Option<String> = |r: &tierlight_store::RunResult| r.run.as_ref().map(text);
        /// Version; null where it is not made from one.
        version: Option<String> = |r: &tierlight_store::RunResult| r.version.as_ref().map(text);
        /// plan, what-if, report, qualification, learned, pack, pack-diff, matches, contributions, model-card or export.
        kind: String = |r: &tierlight_store::RunResult| text(&r.kind);
        /// What was asked for; null in lists.
        #[schema(value_type = Option<Object>)]
        options: Value = |r: &tierlight_store::RunResult| r.options.clone();
        /// waiting, ready, rejected, failed or cancelled.
        state: String = |r: &tierlight_store::RunResult| text(&r.state);
        /// What the command line prints with `--format json`; null in lists, and where it is larger than a megabyte: the file result.json
        /// holds it.
        #[schema(value_type = Option<Object>)]
        summary: Option<Value> = |r: &tierlight_store::RunResult| r.summary.clone();
        /// Why it was rejected or failed: a code.
        code: Option<String> = |r: &tierlight_store::RunResult| r.code.clone();
        /// The same in words.
        message: Option<String> = |r: &tierlight_store::RunResult| r.message.clone();
        /// The job that makes it.
        job: String = |r: &tierlight_store::RunResult| text(&r.job);
        /// When it was asked for.
        #[schema(value_type = String, format = DateTime)]
        created: Time = |r: &tierlight_store::RunResult| r.created;
        /// When it was ready, or failed.
        #[schema(value_type = Option<String>, format = DateTime)]
        finished: Option<Time> = |r: &tierlight_store::RunResult| r.finished;
    }

    /// A job.
    #[schema(example = json!({ "id": "job_0192f0c1e2d37a4c9f5b6a7d8e9f0a20", "kind": "score", "subject": "run_0192f0c1e2d37a4c9f5b6a7d8e9f0a1f",
        "state": "running", "attempts": 1, "stage": "draws", "share": 0.4, "events": 7, "cancel": false, "code": null, "message": null,
        "created": "2026-11-26T10:01:00Z", "started": "2026-11-26T10:01:00Z", "finished": null }))]
    Job of Job {
        /// Id.
        id: String = |j: &tierlight_store::Job| text(&j.id);
        /// ingest, score, plan, what-if, report, qualify, learn, check-pack, diff-packs, match, trace, validate or export.
        kind: String = |j: &tierlight_store::Job| text(&j.kind);
        /// The version, run or result that it makes.
        subject: String = |j: &tierlight_store::Job| text(&j.subject);
        /// queued, running, done, failed or cancelled.
        state: String = |j: &tierlight_store::Job| text(&j.state);
        /// How often it was begun.
        attempts: u64 = |j: &tierlight_store::Job| j.attempts;
        /// What is being done.
        stage: Option<String> = |j: &tierlight_store::Job| j.stage.clone();
        /// How much of it is done, 0 to 1.
        share: f64 = |j: &tierlight_store::Job| j.share;
        /// Number of its last event.
        events: u64 = |j: &tierlight_store::Job| j.events;
        /// Somebody asked it to stop.
        cancel: bool = |j: &tierlight_store::Job| j.cancel;
        /// Why it failed: a code.
        code: Option<String> = |j: &tierlight_store::Job| j.code.clone();
        /// The same in words.
        message: Option<String> = |j: &tierlight_store::Job| j.message.clone();
        /// When it was asked for.
        #[schema(value_type = String, format = DateTime)]
        created: Time = |j: &tierlight_store::Job| j.created;
        /// When it was begun last.
        #[schema(value_type = Option<String>, format = DateTime)]
        started: Option<Time> = |j: &tierlight_store::Job| j.started;
        /// When it was over.
        #[schema(value_type = Option<String>, format = DateTime)]
        finished: Option<Time> = |j: &tierlight_store::Job| j.finished;
    }

    /// An entry of an evidence ledger.
    #[schema(example = json!({ "id": "ent_0192f0c1e2d37a4c9f5b6a7d8e9f0a23", "network": "net_0192f0c1e2d37a4c9f5b6a7d8e9f0a1b", "sequence": 1,
        "entry": { "site_id": "HC-11", "date": "2026-11-20", "method": "home_visit", "finding": "found", "girls": 2, "boys": 1 },
        "corrects": null, "corrected_by": null, "principal": "key_0192f0c1e2d37a4c9f5b6a7d8e9f0a24", "created": "2026-11-26T10:03:00Z" }))]
    EvidenceEntry of EvidenceEntry {
        /// Id.
        id: String = |e: &tierlight_store::EvidenceEntry| text(&e.id);
        /// Network.
        network: String = |e: &tierlight_store::EvidenceEntry| text(&e.network);
        /// Its number in the ledger.
        sequence: u64 = |e: &tierlight_store::EvidenceEntry| e.sequence;
        /// What it says; null withdraws the entry that it corrects.
        #[schema(value_type = Option<Object>)]
        entry: Value = |e: &tierlight_store::EvidenceEntry| e.entry.clone();
        /// The entry that it corrects.
        corrects: Option<String> = |e: &tierlight_store::EvidenceEntry| e.corrects.as_ref().map(text);
        /// The entry that corrects it.
        corrected_by: Option<String> = |e: &tierlight_store::EvidenceEntry| e.corrected_by.as_ref().map(text);
        /// Who stated it: a key or a session's subject.
        principal: String = |e: &tierlight_store::EvidenceEntry| e.principal.clone();
        /// When.
        #[schema(value_type = String, format = DateTime)]
        created: Time = |e: &tierlight_store::EvidenceEntry| e.created;
    }

    /// A key. Its secret is shown once, when it is made.
    #[schema(example = json!({ "id": "key_0192f0c1e2d37a4c9f5b6a7d8e9f0a24", "series": "key_0192f0c1e2d37a4c9f5b6a7d8e9f0a24", "name": "ERP upload",
        "role": "analyst", "scopes": ["networks"], "prefix": "tl_Q2x9bD", "created": "2026-11-26T10:00:00Z", "expires": null, "revoked": null,
        "last_used": null }))]
    Key of Key {
        /// Id.
        id: String = |k: &tierlight_store::Key| text(&k.id);
        /// First key of those that replaced each other.
        series: String = |k: &tierlight_store::Key| text(&k.series);
        /// What it is for.
        name: String = |k: &tierlight_store::Key| k.name.clone();
        /// What it may do.
        role: String = |k: &tierlight_store::Key| text(&k.role);
        /// What it is held to; empty is all but operation.
        scopes: Vec<String> = |k: &tierlight_store::Key| k.scopes.clone();
        /// First letters of its secret.
        prefix: String = |k: &tierlight_store::Key| k.prefix.clone();
        /// When it was made.
        #[schema(value_type = String, format = DateTime)]
        created: Time = |k: &tierlight_store::Key| k.created;
        /// From when it is not taken any more.
        #[schema(value_type = Option<String>, format = DateTime)]
        expires: Option<Time> = |k: &tierlight_store::Key| k.expires;
        /// Since when it is taken back.
        #[schema(value_type = Option<String>, format = DateTime)]
        revoked: Option<Time> = |k: &tierlight_store::Key| k.revoked;
        /// When it was last used, to the minute.
        #[schema(value_type = Option<String>, format = DateTime)]
        last_used: Option<Time> = |k: &tierlight_store::Key| k.last_used;
    }

    /// An organisation.
    #[schema(example = json!({ "id": "org_0192f0c1e2d37a4c9f5b6a7d8e9f0a25", "name": "Labour department", "created": "2026-11-26T10:00:00Z" }))]
    Organisation of Organisation {
        /// Id.
        id: String = |o: &tierlight_store::Organisation| text(&o.id);
        /// What it is called.
        name: String = |o: &tierlight_store::Organisation| o.name.clone();
        /// When it was added.
        #[schema(value_type = String, format = DateTime)]
        created: Time = |o: &tierlight_store::Organisation| o.created;
    }

    /// A grant: a run that another organisation may see, for a time and to a degree.
    #[schema(example = json!({ "id": "gra_0192f0c1e2d37a4c9f5b6a7d8e9f0a26", "owner": "org_0192f0c1e2d37a4c9f5b6a7d8e9f0a27",
        "run": "run_0192f0c1e2d37a4c9f5b6a7d8e9f0a1f", "grantee": "org_0192f0c1e2d37a4c9f5b6a7d8e9f0a25", "redaction": "aggregate",
        "created": "2026-11-26T10:00:00Z", "expires": "2027-02-26T10:00:00Z", "revoked": null }))]
    Grant of Grant {
        /// Id.
        id: String = |g: &tierlight_store::Grant| text(&g.id);
        /// Organisation whose run it is.
        owner: String = |g: &tierlight_store::Grant| text(&g.organisation);
        /// Run.
        run: String = |g: &tierlight_store::Grant| text(&g.run);
        /// Organisation that may see it.
        grantee: String = |g: &tierlight_store::Grant| text(&g.grantee);
        /// What is left out: full leaves out nothing, no_sites all that tells of single sites, aggregate small numbers as well.
        redaction: String = |g: &tierlight_store::Grant| text(&g.redaction);
        /// When it was given.
        #[schema(value_type = String, format = DateTime)]
        created: Time = |g: &tierlight_store::Grant| g.created;
        /// When it ends by itself.
        #[schema(value_type = String, format = DateTime)]
        expires: Time = |g: &tierlight_store::Grant| g.expires;
        /// Since when it is taken back.
        #[schema(value_type = Option<String>, format = DateTime)]
        revoked: Option<Time> = |g: &tierlight_store::Grant| g.revoked;
    }

    /// A browser's session.
    #[schema(example = json!({ "id": "ses_0192f0c1e2d37a4c9f5b6a7d8e9f0a28", "subject": "lnk_0192f0c1e2d37a4c9f5b6a7d8e9f0a29", "role": "admin",
        "created": "2026-11-26T10:00:00Z", "expires": "2026-11-26T22:00:00Z", "ended": null }))]
    Session of Session {
        /// Id.
        id: String = |s: &tierlight_store::Session| text(&s.id);
        /// How it was begun: a link, or a pseudonym of a provider.
        subject: String = |s: &tierlight_store::Session| s.subject.clone();
        /// What it may do.
        role: String = |s: &tierlight_store::Session| text(&s.role);
        /// When it began.
        #[schema(value_type = String, format = DateTime)]
        created: Time = |s: &tierlight_store::Session| s.created;
        /// When it ends by itself.
        #[schema(value_type = String, format = DateTime)]
        expires: Time = |s: &tierlight_store::Session| s.expires;
        /// Since when it is over.
        #[schema(value_type = Option<String>, format = DateTime)]
        ended: Option<Time> = |s: &tierlight_store::Session| s.ended;
    }

    /// An entry of the audit log.
    #[schema(example = json!({ "id": "aud_0192f0c1e2d37a4c9f5b6a7d8e9f0a2a", "principal": "key_0192f0c1e2d37a4c9f5b6a7d8e9f0a24",
        "action": "site.explain", "subject": "run_0192f0c1e2d37a4c9f5b6a7d8e9f0a1f", "sites": ["HC-11"], "request": "0192f0c1e2d37a4c9f5b6a7d8e9f0a2b",
        "created": "2026-11-26T10:00:00Z" }))]
    AuditEntry of AuditEntry {
        /// Id.
        id: String = |e: &tierlight_store::AuditEntry| text(&e.id);
        /// Who.
        principal: String = |e: &tierlight_store::AuditEntry| e.principal.clone();
        /// What was done.
        action: String = |e: &tierlight_store::AuditEntry| e.action.clone();
        /// With what.
        subject: String = |e: &tierlight_store::AuditEntry| e.subject.clone();
        /// Ids of the sites that were seen of it; empty where it was seen as a whole.
        sites: Vec<String> = |e: &tierlight_store::AuditEntry| e.sites.clone();
        /// Id of the request.
        request: String = |e: &tierlight_store::AuditEntry| e.request.clone();
        /// When.
        #[schema(value_type = String, format = DateTime)]
        created: Time = |e: &tierlight_store::AuditEntry| e.created;
    }
}

/// What a run made of an evidence ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "entries": 12, "used": 11, "not_used": { "id_unknown": 1 } }))]
pub struct LedgerUse {
    /// Entries that stood when the run was made.
    pub entries: u64,
    /// Entries that it uses.
    pub used: u64,
    /// How many it does not use, by the reader's code: `id_unknown` names no site of the version, `date_future` is of a day after
    /// `as_of`. An entry may have several.
    pub not_used: BTreeMap<String, u64>,
}

impl LedgerUse {
    /// As the summary of a run has it.
    fn of(summary: Option<&Value>) -> Option<Self> {
        serde_json::from_value(summary?.get("ledger")?.clone()).ok()
    }
}

/// A name.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Footballs" }))]
pub struct Named {
    /// What it is called.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
}

/// Longest name.
const NAME: usize = 200;

/// Refuses a name that is none.
///
/// # Errors
/// It is blank, too long or has control characters.
pub fn check_name(name: &str) -> Result<(), crate::problem::Problem> {
    if name.trim().is_empty() || name.chars().count() > NAME || name.chars().any(char::is_control) {
        let detail = format!("the name is blank, longer than {NAME} letters or has control characters");
        return Err(crate::problem::Problem::new(crate::problem::table::INVALID, detail));
    }
    Ok(())
}
