//! The public version: small numbers of children, homes and kilns, agents, complainants and single findings are kept back.

use std::collections::BTreeMap;

use super::number::{ByHazard, Children, Estimate};
use super::site::{SiteFinding, SiteRef};
use super::{Audience, Findings};

/// Fewer children than this are not published, nor what would reveal them.
pub const FEWEST: f64 = 10.0;

/// What may be published of findings.
///
/// Sites lose rank, record, workforce and expected children; homes and kilns become one row for their kind of work in a district;
/// agents keep their kind only; evidence is told by method; pages, follow-ups and lists of sites to act on are left out. Cells under
/// [`FEWEST`] children are withheld, and as many others as it takes that no total reveals them.
pub(crate) fn publish(mut f: Findings) -> Findings {
    f.audience = Audience::Public;
    for input in &mut f.run.inputs {
        input.file = String::new();
    }
    f.sites = grouped(f.sites);
    (f.evidence, f.follow_ups, f.pages) = (Vec::new(), Vec::new(), Vec::new());
    f.plan = None;
    for action in &mut f.actions {
        action.more += action.sites.len();
        (action.sites, action.visits) = (Vec::new(), Vec::new());
    }
    for agent in &mut f.agents {
        (agent.agent, agent.district, agent.with_forced_findings) = (None, None, None);
    }
    for point in &mut f.control_points {
        coarsen(&mut point.site);
    }
    for buyer in &mut f.buyers {
        coarsen(&mut buyer.site);
        let Some(chain) = &mut buyer.chain else { continue };
        chain.children.each_mut().for_each(withhold);
        chain.contributions.iter_mut().for_each(|p| coarsen(&mut p.site));
        chain.dark.iter_mut().for_each(|d| coarsen(&mut d.site));
        chain.paths.iter_mut().flat_map(|p| &mut p.sites).for_each(coarsen);
    }
    suppress(&mut f);
    f
}

fn coarsen(site: &mut SiteRef) {
    *site = site.clone().coarse();
}

/// Sites in the order of their sectors and ids; homes and kilns summed up by sector, role and district.
fn grouped(sites: Vec<SiteFinding>) -> Vec<SiteFinding> {
    let mut groups: BTreeMap<SiteRef, Vec<SiteFinding>> = BTreeMap::new();
    for mut s in sites {
        (s.rank, s.tied_from, s.recorded, s.workers, s.agent_ratio, s.last_evidence) = (None, None, None, None, None, None);
        s.evidence = 0;
        s.workers_assumed = false;
        withhold(&mut s.children);
        withhold(&mut s.forced_children);
        coarsen(&mut s.site);
        groups.entry(s.site.clone()).or_default().push(s);
    }
    let mut out: Vec<SiteFinding> = groups.into_values().filter_map(merged).collect();
    out.sort_by(|x, y| (&x.site.sector, &x.site.district, &x.site).cmp(&(&y.site.sector, &y.site.district, &y.site)));
    out
}

fn merged(group: Vec<SiteFinding>) -> Option<SiteFinding> {
    if group.len() < 2 {
        return group.into_iter().next();
    }
    let n = group.len() as f64;
    let mean = |f: &dyn Fn(&SiteFinding) -> f64| group.iter().map(f).sum::<f64>() / n;
    let presence = ByHazard {
        child_labour: Estimate { value: mean(&|s| s.presence.child_labour.value), interval: None },
        hazardous: Estimate { value: mean(&|s| s.presence.hazardous.value), interval: None },
        forced: Estimate { value: mean(&|s| s.presence.forced.value), interval: None },
    };
    let (on_surveys, unknown) = (mean(&|s| s.on_surveys), mean(&|s| s.unknown));
    let throughput = group.iter().map(|s| s.throughput).sum();
    // reasons that all of them share
    let first = group.first()?;
    let shared = |reason: &&String| group.iter().all(|s| s.reasons.contains(reason));
    let reasons = first.reasons.iter().filter(shared).cloned().collect();
    let mut bands: BTreeMap<&str, usize> = BTreeMap::new();
    for site in &group {
        *bands.entry(&site.band).or_default() += 1;
    }
    let band = bands.iter().max_by_key(|(_, count)| **count).map_or_else(String::new, |(band, _)| (*band).to_owned());
    Some(SiteFinding { sites: group.len(), presence, on_surveys, unknown, throughput, reasons, band, ..first.clone() })
}

fn withhold(c: &mut Children) {
    *c = Children { withheld: true, ..Children::default() };
}

/// Girls and boys are kept back, their total is not.
fn withhold_sexes(c: &mut Children) {
    (c.girls, c.boys, c.withheld) = (None, None, true);
}

fn suppress(f: &mut Findings) {
    let mut totals = f.coverage.children;
    totals.each_mut().for_each(small);
    let mut of_districts: Vec<&mut Children> = f.districts.iter_mut().map(|d| &mut d.children).collect();
    column(&mut of_districts, &mut totals.child_labour);
    let mut of_districts: Vec<&mut Children> = f.districts.iter_mut().map(|d| &mut d.forced_children).collect();
    column(&mut of_districts, &mut totals.forced);
    let mut by_hazard: [Vec<&mut Children>; 3] = Default::default();
    for sector in &mut f.sectors {
        for (cells, cell) in by_hazard.iter_mut().zip(sector.children.each_mut()) {
            cells.push(cell);
        }
    }
    for (cells, total) in by_hazard.iter_mut().zip(totals.each_mut()) {
        column(cells, total);
    }
    f.coverage.children = totals;
}

/// Keeps back a cell with few children; where only one sex has few, both, since the total would tell.
fn small(c: &mut Children) {
    if c.total.is_some_and(|x| x < FEWEST) {
        withhold(c);
    } else if c.girls.is_some_and(|x| x < FEWEST) || c.boys.is_some_and(|x| x < FEWEST) {
        withhold_sexes(c);
    }
}

/// Keeps back small cells of a column whose total is published, and as many others as it takes that neither the total nor the other
/// cells tell them: at least two, with at least [`FEWEST`] children together. Where that cannot be, the total is kept back as well.
fn column(cells: &mut [&mut Children], total: &mut Children) {
    let whole: Vec<Children> = cells.iter().map(|c| **c).collect();
    for cell in cells.iter_mut() {
        small(cell);
    }
    complement(cells, &whole, total, |c| c.total, withhold);
    complement(cells, &whole, total, |c| c.girls, withhold_sexes);
    complement(cells, &whole, total, |c| c.boys, withhold_sexes);
}

fn complement(
    cells: &mut [&mut Children],
    whole: &[Children],
    total: &mut Children,
    of: impl Fn(&Children) -> Option<f64>,
    keep_back: impl Fn(&mut Children),
) {
    if of(total).is_none() {
        return;
    }
    loop {
        let (mut hidden, mut sum) = (0, 0.0);
        for (cell, before) in cells.iter().zip(whole) {
            if of(cell).is_none() {
                hidden += 1;
                sum += of(before).unwrap_or(0.0);
            }
        }
        if hidden == 0 || (hidden > 1 && sum >= FEWEST) {
            return;
        }
        let shown = cells.iter().enumerate().filter_map(|(k, c)| of(c).map(|x| (k, x)));
        match shown.min_by(|x, y| x.1.total_cmp(&y.1).then(x.0.cmp(&y.0))) {
            Some((k, _)) => keep_back(cells[k]),
            None => return keep_back(total),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(girls: f64, boys: f64) -> Children {
        Children::new(girls, boys, None)
    }

    #[test]
    fn no_total_reveals_a_small_cell() {
        // one small district among large ones: its total would be the difference
        let mut cells = [cell(1.0, 2.0), cell(30.0, 40.0), cell(15.0, 16.0)];
        let mut total = cell(46.0, 58.0);
        column(&mut cells.iter_mut().collect::<Vec<_>>(), &mut total);
        assert!(cells[0].total.is_none() && cells[2].total.is_none(), "the next smallest is kept back with it: {cells:?}");
        assert_eq!(cells[1].total, Some(70.0));
        // few girls in one place: girls and boys of another are kept back, totals are not
        let mut cells = [cell(1.0, 50.0), cell(30.0, 40.0), cell(20.0, 40.0)];
        let mut total = cell(51.0, 130.0);
        column(&mut cells.iter_mut().collect::<Vec<_>>(), &mut total);
        assert!(cells.iter().all(|c| c.total.is_some()));
        assert_eq!(cells.iter().filter(|c| c.girls.is_none()).count(), 2);
        assert!(cells.iter().all(|c| c.girls.is_some() == c.boys.is_some()));
        // all small and few together: the total goes as well
        let mut cells = [cell(1.0, 1.0), cell(1.0, 2.0)];
        let mut total = cell(2.0, 3.0);
        column(&mut cells.iter_mut().collect::<Vec<_>>(), &mut total);
        assert!(total.total.is_none() && cells.iter().all(|c| c.total.is_none()));
    }
}
