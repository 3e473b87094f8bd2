//! `explain`: why one site scores as it does.

mod json;
mod orders;
mod text;

use tierlight_core::assess::update_site;
use tierlight_core::decide::referral::{Services, services};
use tierlight_core::model::Finding;
use tierlight_core::risk::area::AreaEstimate;
use tierlight_core::risk::evidence::{Weighed, weigh_rows};
use tierlight_core::risk::logit::expit;
use tierlight_core::risk::term::{Contribution, Known};
use tierlight_core::{Assessment, Options, ReachBy, Silent, assess};
use tierlight_data::run::{intervals, load, load_rows};

use super::sources::Sources;
use crate::args::{ExplainArgs, Format};
use crate::exit::{Output, usage};

pub fn run(args: &ExplainArgs, format: Format) -> anyhow::Result<Output> {
    let saved = load(&args.run)?;
    // exposure of other sites needs the whole network; reach does not
    let options = Options { reach: ReachBy::Nothing, ..Options::default() };
    let a = assess(&saved.network, &saved.parameters, &options, &Silent).map_err(tierlight_data::Error::Core)?;
    let row = find(&a, &args.site)?;
    let steps = steps(&a, row);
    let drawn = intervals(&args.run, row)?;
    let sources = if args.sources { Some(Sources::new(&a, row, load_rows(&args.run)?)) } else { None };
    let text = match format {
        Format::Json => {
            let mut out = json::of(&a, row, &steps, drawn.as_ref());
            if let Some(sources) = &sources {
                out["numbers"] = sources.numbers_json();
                out["sources"] = sources.sources_json();
            }
            serde_json::to_string_pretty(&out)? + "\n"
        }
        Format::Text => text::of(&a, row, &steps, drawn.as_ref())? + &sources.map_or_else(String::new, |s| s.text()),
    };
    Ok(Output::done(text))
}

/// Services to refer to at a site.
fn referral<'a>(a: &'a Assessment<'_>, row: usize) -> Services<'a> {
    let site = &a.network.sites()[row];
    let province = site.district.and_then(|d| a.parameters.districts.get(usize::from(d))).map(|d| d.province.as_str());
    services(&a.parameters.reporting, site.country, province, site.district)
}

/// Small-area estimate of the site's district, and the area that it is held against.
fn district_estimate<'a>(a: &'a Assessment<'_>, row: usize) -> Option<(&'a AreaEstimate, String, f64)> {
    let site = &a.network.sites()[row];
    let estimate = a.model.districts().estimate(usize::from(site.district?))?;
    let prior = a.model.prior(row);
    let area = &a.parameters.bases[prior.levels.base_row].area;
    let name = if area.is_empty() { a.parameters.countries[usize::from(site.country)].name.clone() } else { area.join(", ") };
    Some((estimate, name, expit(prior.area_level?)))
}

/// Row of a site by id, else by a name that one site has.
pub fn find(a: &Assessment<'_>, wanted: &str) -> anyhow::Result<usize> {
    if let Some(row) = a.network.find_site(wanted) {
        return Ok(row);
    }
    let key = tierlight_data::text::key(wanted);
    let n = a.network.sites().len();
    let named: Vec<usize> = (0..n).filter(|&r| tierlight_data::text::key(a.network.site_name(r)) == key).collect();
    match named.as_slice() {
        [one] => Ok(*one),
        [] => {
            let near = tierlight_data::text::nearest(wanted, (0..n).flat_map(|r| [a.network.site_id(r), a.network.site_name(r)]));
            Err(usage(format!("no site `{wanted}` in the run"), tierlight_data::text::did_you_mean(&near)))
        }
        many => {
            let ids: Vec<&str> = many.iter().take(5).map(|&r| a.network.site_id(r)).collect();
            Err(usage(format!("{} sites are called `{wanted}`", many.len()), format!("use an id: {}", ids.join(", "))))
        }
    }
}

/// One term of a waterfall.
struct Step {
    part: &'static str,
    term: &'static str,
    value: f64,
    known: Known,
    grade: &'static str,
    source: String,
    /// Probability of the running sum.
    running: f64,
}

/// All terms of child labour, of forced labour given child labour, and of the girls' share.
fn steps(a: &Assessment<'_>, row: usize) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut sum = 0.0;
    let mut push = |part: &'static str, c: &Contribution<'_>, sum: &mut f64| {
        *sum += c.value;
        steps.push(Step {
            part,
            term: c.term.slug(),
            value: c.value,
            known: c.known,
            grade: c.provenance.map_or("", |p| p.grade.letter()),
            source: c
                .provenance
                .map_or(String::new(), |p| if p.pack.is_empty() { p.source.clone() } else { format!("{} ({})", p.source, p.pack) }),
            running: expit(*sum),
        });
    };
    a.model.child_labour_terms(row, &mut |c| push("child_labour", &c, &mut sum));
    sum = 0.0;
    a.model.forced_terms(row, &mut |c| push("forced_given_child_labour", &c, &mut sum));
    sum = 0.0;
    a.model.girls_terms(row, &mut |c| push("girls_share", &c, &mut sum));
    steps
}

/// An item of evidence and what the site would be without it.
struct Item {
    row: usize,
    /// Presence of each hazard without this item.
    without: [f64; 3],
}

/// Evidence of a site, each item left out in turn.
fn items(a: &Assessment<'_>, site: usize) -> Vec<Item> {
    let evidence = a.network.evidence();
    let rows: Vec<usize> = (0..evidence.len()).filter(|&k| evidence[k].site as usize == site).collect();
    rows.iter()
        .map(|&left_out| {
            let kept: Vec<usize> = rows.iter().copied().filter(|&k| k != left_out).collect();
            let items: Vec<_> = kept.iter().map(|&k| evidence[k].clone()).collect();
            let weights = weigh_rows(a.network, a.parameters, &kept);
            let without = update_site(&a.parameters.coefficients, &a.inherent[site], &items, &weights, a.agent_ratio[site]);
            Item { row: left_out, without: without.presence }
        })
        .collect()
}

/// Weight below which a finding on record is no reason to act at once, but one to look again.
const FADED: f64 = 0.25;

/// Remediation first, leaving last; a person decides.
fn advice(a: &Assessment<'_>, row: usize) -> &'static str {
    if a.network.sites()[row].modelled.is_some() {
        return "ask the site whose orders it stands for where they were made; agree on time and price for what it can make, and on naming who else works for it";
    }
    let evidence = a.network.evidence();
    let found = a.weighed.iter().filter(|w| evidence[w.row].site as usize == row && w.finding == Finding::Found);
    let strongest = found.map(Weighed::weight).fold(0.0, f64::max);
    match a.priority[row].class.number() {
        1.. if strongest < FADED => {
            "the finding on record is old or remediated: ask after the children it was about, and look again with a method that finds children"
        }
        0 => "look again with a method that finds children (interviews away from the site), before relying on audits",
        3 => {
            "refer to the child-protection authority now, keep the children safe and schooled, do not warn the site; stay as a buyer and fund remediation"
        }
        _ => {
            "start or check remediation with a child-protection service: school, income for the family, follow-up visits; leaving the supplier does not remove the child"
        }
    }
}
