//! Which sites are wanted.

use serde::{Deserialize, Serialize};
use tierlight_core::model::{HAZARDS, Hazard, Role};
use tierlight_data::matching::skeleton::skeleton;
use tierlight_data::packs::built_in_packs;
use tierlight_data::text::{did_you_mean, key, nearest};

use super::Opened;
use super::bits::Bits;
use super::packed::{NO_TIER, NOWHERE};
use crate::error::{Error, Result};

/// Agents that an unknown one is held against for a hint.
const NEAREST_OF: usize = 2_000;

/// Conditions on sites; all that are stated must hold.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SiteFilter {
    /// Code or name of a country, as uploads state it.
    pub country: Option<String>,
    /// Province or territory.
    pub province: Option<String>,
    /// Code, name, spelling or Urdu name of a district.
    pub district: Option<String>,
    /// Slug or name of a sector.
    pub sector: Option<String>,
    /// Role in the chain.
    pub role: Option<String>,
    /// Fewest links from a final buyer.
    pub tier: Option<u32>,
    /// Traced share of at least this.
    pub traced_at_least: Option<f64>,
    /// Traced share of at most this.
    pub traced_at_most: Option<f64>,
    /// Presence of the hazard of at least this.
    pub presence_at_least: Option<f64>,
    /// Worst hazard on record of at least this class.
    pub recorded_class_at_least: Option<u8>,
    /// Sites that an agent brings people or work to.
    pub agent: Option<String>,
    /// Modelled sites only, or none.
    pub modelled: Option<bool>,
    /// Sites that buy.
    pub buys: Option<bool>,
    /// Final buyers only.
    pub final_buyers: bool,
    /// Part of an id or name, in either script.
    pub text: Option<String>,
}

/// A filter with its names looked up.
#[derive(Debug, Clone)]
pub struct Wanted {
    country: Option<u16>,
    districts: Option<Vec<bool>>,
    sector: Option<u16>,
    role: Option<Role>,
    agent: Option<u32>,
    hazard: Hazard,
    stated: SiteFilter,
}

impl Wanted {
    /// Looks names up.
    ///
    /// # Errors
    /// A name that the run does not know, or a number that is none.
    pub fn new(run: &Opened, filter: SiteFilter, hazard: Hazard) -> Result<Self> {
        let a = run.assessment();
        let p = a.parameters;
        let country = filter.country.as_deref().map(|text| country(run, text)).transpose()?;
        let sector = filter
            .sector
            .as_deref()
            .map(|text| {
                let wanted = key(text);
                let row = p.sectors.iter().position(|s| key(&s.id) == wanted || key(&s.name) == wanted);
                row.map(|row| row as u16).ok_or_else(|| unknown("sector", text, p.sectors.iter().map(|s| s.id.as_str())))
            })
            .transpose()?;
        let role = filter
            .role
            .as_deref()
            .map(|text| Role::from_slug(text).ok_or_else(|| unknown("role", text, Role::ALL.iter().map(|r| r.slug()))))
            .transpose()?;
        let agent = filter
            .agent
            .as_deref()
            .map(|text| {
                let agents = a.network.agents();
                let row = agents.iter().position(|x| x.id == text);
                row.map(|row| row as u32).ok_or_else(|| unknown("agent", text, agents.iter().map(|x| x.id.as_str()).take(NEAREST_OF)))
            })
            .transpose()?;
        for (what, share) in [
            ("traced_at_least", filter.traced_at_least),
            ("traced_at_most", filter.traced_at_most),
            ("presence_at_least", filter.presence_at_least),
        ] {
            if let Some(share) = share.filter(|x| !(0.0..=1.0).contains(x)) {
                return Err(Error::asked(what, &share.to_string(), "a share from 0 to 1"));
            }
        }
        let districts = districts(run, filter.district.as_deref(), filter.province.as_deref())?;
        Ok(Self { country, districts, sector, role, agent, hazard, stated: filter })
    }

    /// True when every site is wanted.
    fn all(&self) -> bool {
        self.stated == SiteFilter::default()
    }

    /// Text that tells filters apart.
    pub(super) fn tag(&self) -> String {
        format!("{}/{}", serde_json::to_string(&self.stated).unwrap_or_default(), self.hazard.slug())
    }

    /// Rows that are wanted; `None` is all. Reads the columns that are named, `O(n)` each.
    pub(super) fn rows(&self, run: &Opened) -> Option<Bits> {
        if self.all() {
            return None;
        }
        let (packed, f) = (&run.packed, &self.stated);
        let mut rows = Bits::all(packed.country.len());
        if let Some(country) = self.country {
            rows.keep(&packed.country, |x| x == country);
        }
        if let Some(wanted) = &self.districts {
            rows.keep(&packed.district, |x| x != NOWHERE && wanted.get(usize::from(x)).copied().unwrap_or(false));
        }
        if let Some(sector) = self.sector {
            rows.keep(&packed.sector, |x| x == sector);
        }
        if let Some(role) = self.role {
            rows.keep(&packed.role, |x| x == role as u8);
        }
        if let Some(tier) = f.tier.filter(|t| *t != NO_TIER) {
            rows.keep(&packed.tier, |x| x == tier);
        }
        if let Some(least) = f.traced_at_least {
            rows.keep(&packed.traced, |x| x >= least);
        }
        if let Some(most) = f.traced_at_most {
            rows.keep(&packed.traced, |x| x <= most);
        }
        if let Some(least) = f.presence_at_least {
            rows.keep(&packed.presence[self.hazard.index()], |x| x >= least);
        }
        if let Some(least) = f.recorded_class_at_least {
            rows.keep(&packed.class, |x| x >= least);
        }
        if let Some(buys) = f.buys {
            rows.keep(&packed.buys, |x| x == buys);
        }
        if let Some(modelled) = f.modelled {
            rows.keep(&packed.modelled, |x| x == modelled);
        }
        let n = packed.country.len();
        if f.final_buyers {
            rows.and(&Bits::listed(n, run.finals.iter().copied()));
        }
        if let Some(agent) = self.agent {
            let links = run.assessment().network.agent_links();
            rows.and(&Bits::listed(n, links.iter().filter(|l| l.agent == agent).map(|l| l.site)));
        }
        if let Some(text) = &f.text {
            rows.and(&Bits::listed(n, run.names().containing(text).into_iter()));
        }
        Some(rows)
    }

    /// Tag of the list in an order.
    pub(super) fn list_tag(&self, sort: &str) -> String {
        format!("{sort}?{}", self.tag())
    }
}

fn unknown<'a>(what: &'static str, found: &str, known: impl Iterator<Item = &'a str>) -> Error {
    let hint = did_you_mean(&nearest(found, known));
    Error::Asked { what, found: found.to_owned(), expected: format!("a {what} of the run"), hint }
}

/// Row of a country: by code or name of the run's packs, else by what the built-in ones know it by, as uploads do.
pub(super) fn country(run: &Opened, text: &str) -> Result<u16> {
    let known = &run.assessment().parameters.countries;
    let called = |wanted: &str| known.iter().position(|c| key(&c.iso3) == wanted || key(&c.name) == wanted).map(|row| row as u16);
    if let Some(row) = called(&key(text)) {
        return Ok(row);
    }
    let packs = built_in_packs()?;
    let hint = match packs.country(text) {
        Ok(row) => match called(&key(&packs.parameters.countries[usize::from(row)].iso3)) {
            Some(row) => return Ok(row),
            None => String::new(),
        },
        Err(hint) => hint,
    };
    Err(Error::Asked { what: "country", found: text.to_owned(), expected: "a country of the run".to_owned(), hint })
}

/// Districts that are named by district or province; `None` is any.
pub(super) fn districts(run: &Opened, district: Option<&str>, province: Option<&str>) -> Result<Option<Vec<bool>>> {
    let all = &run.assessment().parameters.districts;
    let mut wanted: Option<Vec<bool>> = None;
    if let Some(text) = district {
        let wanted_key = key(text);
        let called = |name: &str| key(name) == wanted_key;
        let mut found: Vec<bool> = all.iter().map(|d| called(&d.id) || called(&d.name) || d.variants.iter().any(|v| called(v))).collect();
        if !found.contains(&true) {
            // another romanisation, or the other script
            let bones = skeleton(text);
            found = all.iter().map(|d| !bones.is_empty() && skeleton(&d.name) == bones).collect();
        }
        if !found.contains(&true) {
            return Err(unknown("district", text, all.iter().map(|d| d.name.as_str())));
        }
        wanted = Some(found);
    }
    if let Some(text) = province {
        let wanted_key = key(text);
        let found: Vec<bool> = all.iter().map(|d| key(&d.province) == wanted_key).collect();
        if !found.contains(&true) {
            return Err(unknown("province", text, all.iter().map(|d| d.province.as_str())));
        }
        wanted = Some(match wanted {
            Some(before) => before.iter().zip(&found).map(|(x, y)| *x && *y).collect(),
            None => found,
        });
    }
    Ok(wanted)
}

/// A hazard by its slug.
///
/// # Errors
/// No hazard is called so.
pub fn hazard(text: &str) -> Result<Hazard> {
    HAZARDS.into_iter().find(|h| h.slug() == text).ok_or_else(|| Error::asked("hazard", text, "child_labour, hazardous or forced"))
}
