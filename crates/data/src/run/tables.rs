//! The small tables: agents, links and evidence as understood; issues; rejected rows.

use tierlight_core::Assessment;

use super::Folder;
use super::column::{count, flag, maybe, number, row, text};
use super::writer::write_csv;
use crate::error::{Error, Result};
use crate::issue::Issue;
use crate::read::Rejected;

pub(super) fn write_agents(folder: &Folder<'_>, a: &Assessment<'_>) -> Result<()> {
    let agents = a.network.agents();
    let mut sites = vec![0u32; agents.len()];
    let mut debt = vec![0u32; agents.len()];
    for link in a.network.agent_links() {
        sites[link.agent as usize] += 1;
        debt[link.agent as usize] += u32::from(link.advance_debt == Some(true));
    }
    let district = |k: usize| agents[k].district.and_then(|d| a.parameters.districts.get(usize::from(d)));
    let columns = [
        text("agent_id", |k| agents[k].id.as_str()),
        text("kind", |k| agents[k].kind.map_or("", |kind| kind.slug())),
        text("country", |k| agents[k].country.map_or("", |c| a.parameters.countries[usize::from(c)].iso3.as_str())),
        text("district_id", |k| district(k).map_or("", |d| d.id.as_str())),
        count("sites", |k| Some(sites[k])),
        count("sites_with_advances", |k| Some(debt[k])),
        number("throughput", |k| a.agent_throughput[k]),
    ];
    write_csv(folder, "agents", agents.len(), &columns)
}

pub(super) fn write_links(folder: &Folder<'_>, a: &Assessment<'_>) -> Result<()> {
    let links = a.network.links();
    let columns = [
        text("supplier_id", |k| a.network.site_id(links[k].supplier as usize)),
        text("buyer_id", |k| a.network.site_id(links[k].buyer as usize)),
        text("kind", |k| links[k].kind.slug()),
        text("product", |k| links[k].product.map_or("", |p| a.network.products().get(p as usize))),
        text("disclosure", |k| links[k].disclosure.slug()),
        number("share", |k| a.shares.share[k]),
        flag("share_assumed", |k| a.shares.assumed[k]),
        maybe("sales_share", |k| links[k].sales_share.map(f64::from)),
    ];
    write_csv(folder, "links", links.len(), &columns)
}

pub(super) fn write_evidence(folder: &Folder<'_>, a: &Assessment<'_>) -> Result<()> {
    let items = a.network.evidence();
    let dates: Vec<String> = items.iter().map(|e| e.date.to_string()).collect();
    let columns = [
        text("evidence_id", |k| items[k].id.as_str()),
        text("site_id", |k| a.network.site_id(items[k].site as usize)),
        text("date", |k| dates[k].as_str()),
        text("method", |k| items[k].method.slug()),
        text("finding", |k| items[k].finding.slug()),
        text("hazard", |k| items[k].hazard.slug()),
        count("girls", |k| items[k].girls),
        count("boys", |k| items[k].boys),
        maybe("sensitivity", |k| a.weighed[k].sensitivity),
        number("false_report_ratio", |k| a.weighed[k].false_report_ratio),
        number("age_weight", |k| a.weighed[k].age_weight),
        number("repeat_weight", |k| a.weighed[k].repeat_weight),
        number("remediation_weight", |k| a.weighed[k].remediation_weight),
        number("log_odds_today", |k| a.weighed[k].log_odds()),
    ];
    write_csv(folder, "evidence", items.len(), &columns)
}

pub(super) fn write_issues(folder: &Folder<'_>, issues: &[Issue]) -> Result<()> {
    let columns = [
        text("code", |k| issues[k].code),
        text("severity", |k| issues[k].severity.slug()),
        text("file", |k| issues[k].file.as_str()),
        row("row", |k| issues[k].row),
        text("column", |k| issues[k].column.as_str()),
        text("found", |k| issues[k].found.as_str()),
        text("expected", |k| issues[k].expected.as_str()),
        text("hint", |k| issues[k].hint.as_str()),
    ];
    write_csv(folder, "issues", issues.len(), &columns)
}

/// Rejected rows as they were, with their row numbers and codes in front; only opened with care: cells are untouched.
pub(super) fn write_rejected(folder: &Folder<'_>, rejected: &[Rejected]) -> Result<()> {
    if rejected.is_empty() {
        return Ok(());
    }
    let run = folder;
    let folder = run.join("rejected");
    std::fs::create_dir(&folder).map_err(|e| Error::io(&folder, &e))?;
    for table in rejected {
        let path = folder.join(format!("{}.csv", table.table));
        let failed = |e: csv::Error| Error::Unreadable { path: path.clone(), reason: e.to_string(), hint: String::new() };
        let mut writer = csv::WriterBuilder::new().flexible(true).from_path(&path).map_err(failed)?;
        writer.write_record(["row", "codes"].into_iter().chain(table.header())).map_err(failed)?;
        table.for_each(|row, codes, cells| {
            run.check()?;
            let row = row.to_string();
            writer.write_record([row.as_str(), codes].into_iter().chain(cells.iter().copied())).map_err(failed)
        })?;
        writer.flush().map_err(|e| Error::io(&path, &e))?;
    }
    Ok(())
}
