//! The network of a run under both packs: sites and buyers that move most.

use std::path::Path;

use serde_json::{Value, json};
use tierlight_core::model::{HAZARDS, Network};
use tierlight_core::parameters::Parameters;
use tierlight_core::{Assessment, Options, ReachBy, Silent, assess};
use tierlight_data::run::{Saved, load};

use super::{data_error, log_odds_change};
use crate::exit::usage;
use crate::view::{heading, log_odds, more, percent, probability, short, table};

/// Longest name shown.
const NAME: usize = 34;

/// Before and after of one site.
struct Site {
    id: String,
    name: String,
    presence: [[f64; 3]; 2],
    linked: [[f64; 3]; 2],
    rank: [u32; 2],
    final_buyer: bool,
}

impl Site {
    /// Change of presence of child labour in log-odds: what is compared across high and low presences.
    fn presence_change(&self) -> f64 {
        log_odds_change(self.presence[0][0], self.presence[1][0])
    }

    fn linked_change(&self) -> f64 {
        self.linked[1][0] - self.linked[0][0]
    }

    fn json(&self) -> Value {
        let hazards = HAZARDS.map(|hazard| {
            let h = hazard.index();
            let pair = |x: &[[f64; 3]; 2]| json!({ "before": x[0][h], "after": x[1][h] });
            json!({ "hazard": hazard.slug(), "presence": pair(&self.presence), "linked_share": pair(&self.linked) })
        });
        let rank = json!({ "before": self.rank[0], "after": self.rank[1] });
        json!({ "site_id": self.id, "final_buyer": self.final_buyer, "priority_rank": rank, "hazards": hazards })
    }
}

/// All sites of a run, before and after.
pub struct Moves {
    sites: Vec<Site>,
}

/// Assesses the network of a run with both.
pub fn moves(folder: &Path, before: &Parameters, after: &Parameters) -> anyhow::Result<Moves> {
    let saved = load(folder)?;
    let (old_network, new_network) = (renamed(&saved, before)?, renamed(&saved, after)?);
    let options = Options { reach: ReachBy::Nothing, ..Options::default() };
    let old = assess(&old_network, before, &options, &Silent).map_err(data_error)?;
    let new = assess(&new_network, after, &options, &Silent).map_err(data_error)?;
    let network = &saved.network;
    let (mut buys, mut sells) = (vec![false; network.sites().len()], vec![false; network.sites().len()]);
    for link in network.links() {
        buys[link.buyer as usize] = true;
        sells[link.supplier as usize] = true;
    }
    let linked = |a: &Assessment<'_>, row: usize| [0, 1, 2].map(|h| a.exposure[row].linked(h));
    let sites = (0..network.sites().len())
        .map(|row| Site {
            id: network.site_id(row).to_owned(),
            name: network.site_name(row).to_owned(),
            presence: [old.updated[row].presence, new.updated[row].presence],
            linked: [linked(&old, row), linked(&new, row)],
            rank: [old.priority[row].rank, new.priority[row].rank],
            final_buyer: buys[row] && !sells[row],
        })
        .collect();
    Ok(Moves { sites })
}

/// The network of a run with its sectors, countries and districts as rows of other parameters, by id.
fn renamed(saved: &Saved, to: &Parameters) -> anyhow::Result<Network> {
    let from = &saved.parameters;
    let network = saved.network.with_rows(
        |s| to.sector(&from.sectors[usize::from(s)].id),
        |c| to.country(&from.countries[usize::from(c)].iso3),
        |d| to.district(&from.districts[usize::from(d)].id),
    );
    network
        .ok_or_else(|| usage("the packs lack a sector or country of the run", "compare packs that know the sectors of the run's own packs"))
}

impl Moves {
    pub fn json(&self) -> Value {
        let steps = |s: &Site, h: usize| [s.presence[1][h] - s.presence[0][h], s.linked[1][h] - s.linked[0][h]];
        let moves = |s: &&Site| (0..3).any(|h| steps(s, h).iter().any(|x| x.abs() > 0.0)) || s.rank[0] != s.rank[1];
        let moved = self.sites.iter().filter(moves);
        json!({ "sites": self.sites.len(), "moved": moved.map(Site::json).collect::<Vec<_>>() })
    }

    pub fn text(&self, limit: usize) -> String {
        let sorted = |size: &dyn Fn(&Site) -> f64, keep: &dyn Fn(&Site) -> bool| -> Vec<&Site> {
            let mut out: Vec<&Site> = self.sites.iter().filter(|s| keep(s) && size(s) > 0.0).collect();
            out.sort_by(|a, b| size(b).total_cmp(&size(a)));
            out
        };
        let list = |title: String, header: &[&str], sites: &[&Site], cells: &dyn Fn(&Site) -> Vec<String>| {
            let mut out = heading(&title);
            if !sites.is_empty() {
                let named = |s: &Site| [format!("   {}", s.id), short(&s.name, NAME)].into_iter().chain(cells(s)).collect();
                let header: Vec<&str> = ["   site", "name"].into_iter().chain(header.iter().copied()).collect();
                out += &table(&header, sites.iter().take(limit).map(|s| named(s)));
                out += &more(sites.len(), limit);
            }
            out
        };
        let sites = sorted(&|s| s.presence_change().abs(), &|_| true);
        let buyers = sorted(&|s| s.linked_change().abs(), &|s| s.final_buyer);
        let ranks = sorted(&|s| f64::from(s.rank[0].abs_diff(s.rank[1])), &|_| true);
        let presence = list(
            format!("Of the run's {} sites, presence moves at {}", self.sites.len(), sites.len()),
            &[">before", ">after", ">log-odds", ">forced before", ">forced after", ">priority before", ">after"],
            &sites,
            &|s| {
                vec![
                    probability(s.presence[0][0]),
                    probability(s.presence[1][0]),
                    log_odds(s.presence_change()),
                    probability(s.presence[0][2]),
                    probability(s.presence[1][2]),
                    s.rank[0].to_string(),
                    s.rank[1].to_string(),
                ]
            },
        );
        let linked = list(
            format!("Final buyers whose linked share moves: {}", buyers.len()),
            &[">before", ">after", ">percentage points"],
            &buyers,
            &|s| vec![percent(s.linked[0][0]), percent(s.linked[1][0]), format!("{:+.3}", 100.0 * s.linked_change())],
        );
        let rank = list(format!("Sites whose priority moves: {}", ranks.len()), &[">before", ">after"], &ranks, &|s| {
            vec![s.rank[0].to_string(), s.rank[1].to_string()]
        });
        presence + &linked + &rank
    }
}
