//! Invented networks of any size: tiers from raw materials to brands, with agents and evidence, drawn from a seed.
//!
//! Every row is a function of the seed and its own number, so that rows are made in any order, on any number of threads, in bounded
//! memory, and come out the same. Sectors, usual conditions, workforces and districts are those of the packs; everything else is
//! invented. Rows carry no tier in their number: lists in use are in no such order either.

mod agents;
mod amounts;
mod columns;
mod draw;
mod evidence;
mod folder;
mod layout;
mod places;
mod sites;
mod suppliers;

use std::ops::RangeInclusive;

use jiff::civil::Date;
use tierlight_core::model::{AgentLink, Disclosure, NetworkParts};

use crate::error::{Error, Result};
use crate::packs::Packs;
use draw::{Draw, Shuffle, Stream};
use layout::Layout;
use places::Places;
use suppliers::Counts;

pub use folder::{FileKind, Written, write_folder};

/// Sites that a network may have.
pub const SITES: RangeInclusive<u32> = 100..=50_000_000;
/// Links per site that a network may have, on average.
pub const LINKS_PER_SITE: RangeInclusive<f64> = 1.0..=50.0;
/// Share of the links that may lead back down the chain.
pub const BACK: RangeInclusive<f64> = 0.0..=0.2;

/// What the chains of a network look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Each tier buys from those below it: near its own place, from popular suppliers, or from anywhere.
    Tiered,
    /// Nearly everything passes through a few traders between each two tiers.
    Hub,
    /// Everyone may buy from everyone: most sites are in one strongly connected component.
    Giant,
}

impl Shape {
    /// Name on the command line and in files.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Tiered => "tiered",
            Self::Hub => "hub",
            Self::Giant => "giant",
        }
    }
}

/// What network to invent.
#[derive(Debug, Clone, PartialEq)]
pub struct GenerateOptions {
    /// Sites, within [`SITES`].
    pub sites: u32,
    /// Links per site on average, within [`LINKS_PER_SITE`]. The number of links is met to about two in a hundred, in networks of some thousand sites or more.
    pub links_per_site: f64,
    /// Share of the links that lead back down the chain, within [`BACK`]; most close cycles. [`Shape::Giant`] has cycles without.
    pub back: f64,
    /// What the chains look like.
    pub shape: Shape,
    /// Seed of all draws.
    pub seed: u64,
    /// Day on which the network is looked at; evidence is older.
    pub as_of: Date,
}

/// A network that is known by its rows.
pub struct Generator<'a> {
    options: GenerateOptions,
    packs: &'a Packs,
    layout: Layout,
    counts: Counts,
    places: Places,
    shuffle: Shuffle,
    popular: Shuffle,
}

impl<'a> Generator<'a> {
    /// Prepares a network. `O(districts)`.
    ///
    /// # Errors
    /// An option out of its range, or packs without the sectors and countries that chains are made of.
    pub fn new(options: GenerateOptions, packs: &'a Packs) -> Result<Self> {
        let refused = |what: &str, found: String, range: String| {
            Err(Error::Option { what: what.to_owned(), found, expected: range, hint: "see `tierlight generate --help`".to_owned() })
        };
        if !SITES.contains(&options.sites) {
            return refused("sites", options.sites.to_string(), format!("{} to {}", SITES.start(), SITES.end()));
        }
        if !LINKS_PER_SITE.contains(&options.links_per_site) {
            let range = format!("{} to {}", LINKS_PER_SITE.start(), LINKS_PER_SITE.end());
            return refused("links per site", options.links_per_site.to_string(), range);
        }
        if !BACK.contains(&options.back) {
            return refused("share of links that lead back", options.back.to_string(), format!("{} to {}", BACK.start(), BACK.end()));
        }
        let layout = Layout::new(&options, &packs.parameters)?;
        let counts = Counts::new(&options, &layout);
        let places = Places::new(packs)?;
        let shuffle = Shuffle::new(options.sites, Draw::new(options.seed, Stream::Order, 0).next());
        let popular = Shuffle::new(options.sites, Draw::new(options.seed, Stream::Order, 1).next());
        Ok(Self { options, packs, layout, counts, places, shuffle, popular })
    }

    /// What was asked for.
    #[must_use]
    pub fn options(&self) -> &GenerateOptions {
        &self.options
    }

    fn draw(&self, stream: Stream, number: u32) -> Draw {
        Draw::new(self.options.seed, stream, u64::from(number))
    }

    /// Id of the site of a row; ids ascend with rows.
    fn site_id(&self, row: u32) -> String {
        let width = (self.options.sites - 1).to_string().len().max(7);
        format!("S{row:0width$}")
    }

    /// The whole network in memory, as the folder's files would be read, with inferred links not trusted.
    ///
    /// Cost: `O(sites + links)`, all in memory.
    #[must_use]
    pub fn parts(&self) -> NetworkParts {
        use rayon::prelude::*;
        let rows = 0..self.options.sites;
        let mut parts = NetworkParts::new(self.options.as_of);
        let sites: Vec<_> = rows.clone().into_par_iter().map(|row| self.site(row)).collect();
        for (row, (name, site)) in rows.clone().zip(sites) {
            parts.site_ids.push(&self.site_id(row));
            parts.site_names.push(&name);
            parts.sites.push(site);
        }
        let links: Vec<_> = rows.clone().into_par_iter().flat_map_iter(|row| self.links(row)).collect();
        let valid = links.into_iter().filter(|l| l.valid_to.is_none_or(|day| day >= self.options.as_of));
        parts.links = valid.map(|l| l.link).filter(|l| l.disclosure != Disclosure::Inferred).collect();
        parts.evidence = rows.into_par_iter().flat_map_iter(|row| self.evidence(row)).collect();
        for number in 0..self.agent_count() {
            parts.agents.push(self.agent(number));
            parts.agent_links.extend::<Vec<AgentLink>>(self.agent_links(number));
        }
        parts
    }
}
