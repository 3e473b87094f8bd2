//! The evidence ledger of a network: entries are added, and what was wrong is corrected by a further entry.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::db::{Row, values};
use crate::{EntryId, Error, NetworkId, OrganisationId, Result, Store, now};

/// An entry of the ledger.
#[derive(Debug, Clone, Serialize)]
pub struct EvidenceEntry {
    /// Its id.
    pub id: EntryId,
    /// Of which network.
    pub network: NetworkId,
    /// Its number among those of the network, from 1.
    pub sequence: u64,
    /// A row of the table `evidence`, by column; null for the withdrawal of what it corrects.
    pub entry: Value,
    /// The entry that it takes the place of.
    pub corrects: Option<EntryId>,
    /// The entry that takes its place.
    pub corrected_by: Option<EntryId>,
    /// Who added it: a key or session.
    pub principal: String,
    /// When it was added.
    pub created: Timestamp,
}

/// An entry to be added.
#[derive(Debug, Clone)]
pub struct NewEvidence {
    /// A row of the table `evidence`, by column; null to withdraw what it corrects.
    pub entry: Value,
    /// The entry that it takes the place of.
    pub corrects: Option<EntryId>,
    /// Who adds it: a key or session.
    pub principal: String,
}

impl EvidenceEntry {
    fn of(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.parsed("id")?,
            network: row.parsed("network")?,
            sequence: row.count("sequence")?,
            entry: row.json("entry")?,
            corrects: row.maybe_parsed("corrects")?,
            corrected_by: row.maybe_parsed("corrected_by")?,
            principal: row.text("principal")?,
            created: row.time("created")?,
        })
    }
}

/// The number of an entry, as it is kept.
fn number(sequence: u64) -> Result<i64> {
    i64::try_from(sequence).map_err(|_| Error::Malformed { what: "entry", expected: "the number of an entry" })
}

impl Store {
    /// Adds entries to the ledger of a network, all or none.
    ///
    /// # Errors
    /// No such network, or entry to correct; [`Error::Conflict`] when that was corrected before.
    pub async fn add_evidence(
        &self,
        organisation: &OrganisationId,
        network: &NetworkId,
        new: &[NewEvidence],
    ) -> Result<Vec<EvidenceEntry>> {
        let mut change = self.db.begin().await?;
        let now = now();
        let mut added = Vec::with_capacity(new.len());
        for new in new {
            // whoever adds to the same ledger at the same time waits here
            let sql = "UPDATE networks SET entries = entries + 1, changed = $3 WHERE organisation = $1 AND id = $2 RETURNING entries";
            let row = change.row(sql, values![organisation.as_str(), network.as_str(), now]).await?;
            let sequence = row.ok_or_else(|| Error::missing("network", network))?.int("entries")?;
            if let Some(corrects) = &new.corrects {
                let sql = "SELECT (SELECT count(*) FROM evidence c WHERE c.corrects = e.id) AS times FROM evidence e
                    WHERE e.organisation = $1 AND e.network = $2 AND e.id = $3";
                let row = change.row(sql, values![organisation.as_str(), network.as_str(), corrects.as_str()]).await?;
                if row.ok_or_else(|| Error::missing("entry", corrects))?.int("times")? > 0 {
                    let found = "was corrected before".to_owned();
                    let expected = "the entry that corrected it";
                    return Err(Error::Conflict { what: "entry", id: corrects.to_string(), found, expected });
                }
            }
            let id = EntryId::new();
            let sql = "INSERT INTO evidence (id, organisation, network, sequence, entry, corrects, principal, created)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
            let values = values![
                id.as_str(),
                organisation.as_str(),
                network.as_str(),
                sequence,
                &new.entry,
                new.corrects.as_ref().map(EntryId::as_str),
                new.principal.as_str(),
                now
            ];
            change.run(sql, values).await?;
            added.push(EvidenceEntry {
                id,
                network: network.clone(),
                sequence: sequence.unsigned_abs(),
                entry: new.entry.clone(),
                corrects: new.corrects.clone(),
                corrected_by: None,
                principal: new.principal.clone(),
                created: now,
            });
        }
        change.commit().await?;
        Ok(added)
    }

    /// Entries of a network's ledger after one that was seen (0 for none), at most so many, the oldest first.
    pub async fn evidence(&self, organisation: &OrganisationId, network: &NetworkId, after: u64, limit: u32) -> Result<Vec<EvidenceEntry>> {
        self.network(organisation, network).await?;
        let sql = "SELECT e.*, (SELECT c.id FROM evidence c WHERE c.corrects = e.id) AS corrected_by FROM evidence e
            WHERE e.organisation = $1 AND e.network = $2 AND e.sequence > $3 ORDER BY e.sequence LIMIT $4";
        let rows = self.db.rows(sql, values![organisation.as_str(), network.as_str(), number(after)?, i64::from(limit)]).await?;
        rows.iter().map(EvidenceEntry::of).collect()
    }

    /// What the ledger of a network says now: entries that none corrected, without those that only withdraw; after one that was seen
    /// (0 for none), at most so many, the oldest first. Up to an entry's number where one is given, so that a run can be made again from
    /// what it was made from, and a page belongs to the pages before.
    pub async fn standing_evidence(
        &self,
        organisation: &OrganisationId,
        network: &NetworkId,
        up_to: Option<u64>,
        after: u64,
        limit: u32,
    ) -> Result<Vec<EvidenceEntry>> {
        self.network(organisation, network).await?;
        let sql = "SELECT e.*, CAST(NULL AS TEXT) AS corrected_by FROM evidence e
            WHERE e.organisation = $1 AND e.network = $2 AND e.sequence > $4 AND e.sequence <= $3 AND e.entry <> 'null'
            AND NOT EXISTS (SELECT 1 FROM evidence c WHERE c.corrects = e.id AND c.sequence <= $3) ORDER BY e.sequence LIMIT $5";
        let up_to = up_to.map_or(i64::MAX, |n| i64::try_from(n).unwrap_or(i64::MAX));
        let values = values![organisation.as_str(), network.as_str(), up_to, number(after)?, i64::from(limit)];
        let rows = self.db.rows(sql, values).await?;
        rows.iter().map(EvidenceEntry::of).collect()
    }
}
