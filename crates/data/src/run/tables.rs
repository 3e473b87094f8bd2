//! The small tables: agents, links and evidence as understood; issues; rejected rows.

use std::path::Path;

use polars::prelude::{Column, DataFrame};
use tierlight_core::Assessment;

use super::writer::{frame, text, write_batches, write_table};
use crate::error::{Error, Result};
use crate::issue::Issue;
use crate::read::Rejected;

pub(super) fn write_agents(folder: &Path, a: &Assessment<'_>) -> Result<()> {
    let agents = a.network.agents();
    let mut sites = vec![0u32; agents.len()];
    let mut debt = vec![0u32; agents.len()];
    for link in a.network.agent_links() {
        sites[link.agent as usize] += 1;
        debt[link.agent as usize] += u32::from(link.advance_debt == Some(true));
    }
    let district = |d: Option<u16>| d.and_then(|d| a.parameters.districts.get(usize::from(d)));
    let table = frame(vec![
        text("agent_id", agents.iter().map(|x| x.id.as_str())),
        text("kind", agents.iter().map(|x| x.kind.map_or("", |k| k.slug()))),
        text("country", agents.iter().map(|x| x.country.map_or("", |c| a.parameters.countries[usize::from(c)].iso3.as_str()))),
        text("district_id", agents.iter().map(|x| district(x.district).map_or("", |d| d.id.as_str()))),
        Column::new("sites".into(), sites),
        Column::new("sites_with_advances".into(), debt),
        Column::new("throughput".into(), a.agent_throughput.clone()),
    ])?;
    write_table(folder, "agents", &table, false)
}

pub(super) fn write_links(folder: &Path, a: &Assessment<'_>) -> Result<()> {
    write_batches(folder, "links", a.network.links().len(), false, |rows| links(a, rows))
}

fn links(a: &Assessment<'_>, rows: std::ops::Range<usize>) -> Result<DataFrame> {
    let range = || a.network.links()[rows.clone()].iter();
    frame(vec![
        text("supplier_id", range().map(|l| a.network.site_id(l.supplier as usize))),
        text("buyer_id", range().map(|l| a.network.site_id(l.buyer as usize))),
        text("kind", range().map(|l| l.kind.slug())),
        text("product", range().map(|l| l.product.map_or("", |p| a.network.products().get(p as usize)))),
        text("disclosure", range().map(|l| l.disclosure.slug())),
        Column::new("share".into(), a.shares.share[rows.clone()].to_vec()),
        Column::new("share_assumed".into(), a.shares.assumed[rows.clone()].to_vec()),
        Column::new("sales_share".into(), range().map(|l| l.sales_share.map(f64::from)).collect::<Vec<Option<f64>>>()),
    ])
}

pub(super) fn write_evidence(folder: &Path, a: &Assessment<'_>) -> Result<()> {
    let items = a.network.evidence();
    let number = |name: &str, f: &dyn Fn(usize) -> f64| Column::new(name.into(), (0..items.len()).map(f).collect::<Vec<f64>>());
    let dates: Vec<String> = items.iter().map(|e| e.date.to_string()).collect();
    let table = frame(vec![
        text("evidence_id", items.iter().map(|e| e.id.as_str())),
        text("site_id", items.iter().map(|e| a.network.site_id(e.site as usize))),
        Column::new("date".into(), dates),
        text("method", items.iter().map(|e| e.method.slug())),
        text("finding", items.iter().map(|e| e.finding.slug())),
        text("hazard", items.iter().map(|e| e.hazard.slug())),
        Column::new("girls".into(), items.iter().map(|e| e.girls).collect::<Vec<Option<u32>>>()),
        Column::new("boys".into(), items.iter().map(|e| e.boys).collect::<Vec<Option<u32>>>()),
        Column::new("sensitivity".into(), a.weighed.iter().map(|w| w.sensitivity).collect::<Vec<Option<f64>>>()),
        number("false_report_ratio", &|k| a.weighed[k].false_report_ratio),
        number("age_weight", &|k| a.weighed[k].age_weight),
        number("repeat_weight", &|k| a.weighed[k].repeat_weight),
        number("remediation_weight", &|k| a.weighed[k].remediation_weight),
        number("log_odds_today", &|k| a.weighed[k].log_odds()),
    ])?;
    write_table(folder, "evidence", &table, false)
}

pub(super) fn write_issues(folder: &Path, issues: &[Issue]) -> Result<()> {
    let table = frame(vec![
        text("code", issues.iter().map(|i| i.code)),
        text("severity", issues.iter().map(|i| i.severity.slug())),
        text("file", issues.iter().map(|i| i.file.as_str())),
        Column::new("row".into(), issues.iter().map(|i| i.row).collect::<Vec<Option<u64>>>()),
        text("column", issues.iter().map(|i| i.column.as_str())),
        text("found", issues.iter().map(|i| i.found.as_str())),
        text("expected", issues.iter().map(|i| i.expected.as_str())),
        text("hint", issues.iter().map(|i| i.hint.as_str())),
    ])?;
    write_table(folder, "issues", &table, false)
}

/// Rejected rows as they were, with their row numbers and codes in front; only opened with care: cells are untouched.
pub(super) fn write_rejected(folder: &Path, rejected: &[Rejected]) -> Result<()> {
    if rejected.is_empty() {
        return Ok(());
    }
    let folder = folder.join("rejected");
    std::fs::create_dir(&folder).map_err(|e| Error::io(&folder, &e))?;
    for table in rejected {
        let path = folder.join(format!("{}.csv", table.table));
        let failed = |e: csv::Error| Error::Unreadable { path: path.clone(), reason: e.to_string(), hint: String::new() };
        let mut writer = csv::WriterBuilder::new().flexible(true).from_path(&path).map_err(failed)?;
        let header = ["row", "codes"].into_iter().chain(table.header.iter().map(String::as_str));
        writer.write_record(header).map_err(failed)?;
        for (row, codes, cells) in &table.rows {
            let row = row.to_string();
            let cells = [row.as_str(), codes].into_iter().chain(cells.iter().map(String::as_str));
            writer.write_record(cells).map_err(failed)?;
        }
        writer.flush().map_err(|e| Error::io(&path, &e))?;
    }
    Ok(())
}
