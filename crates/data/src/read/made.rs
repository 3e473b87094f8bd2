//! Sites that a table of links alone makes: the buyer a brand, the supplier wherever its address or coordinates say.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::{HashMap, HashSet};
use tierlight_core::model::{Coordinates, NetworkParts, PlaceMatch, Role, Site};
use tierlight_core::risk::base::WORLD;

use super::links::Columns;
use super::mapping::Handle;
use super::merges::Merges;
use super::place::{self, Placed};
use super::registry::Registry;
use super::sites::{made_id, sector, valid_point};
use super::{Intake, NetworkOptions, Rows, value};
use crate::issue::{Issue, Severity};
use crate::packs::Packs;

/// A site as one row describes it.
pub(super) struct Proposal {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) site: Site,
}

/// Sites made so far, each once.
#[derive(Default)]
pub(super) struct MadeSites {
    rows: HashMap<String, u32>,
    sites: Vec<Proposal>,
    /// Ids of entries that the table of matches names, by the id of their site.
    merged: BTreeMap<String, BTreeSet<String>>,
}

impl MadeSites {
    /// Row of a proposed site. Of rows that describe a site differently the same one always counts, whatever their order, and
    /// a contradiction of country or sector is said.
    pub(super) fn add(
        &mut self,
        rows: &mut Rows<'_>,
        row: usize,
        column: Handle,
        packs: &Packs,
        merges: &Merges,
        mut proposal: Proposal,
    ) -> u32 {
        if let Some(site) = merges.canonical(&proposal.id) {
            let entry = std::mem::replace(&mut proposal.id, site.to_owned());
            self.merged.entry(site.to_owned()).or_default().insert(entry);
        }
        let Some(&known) = self.rows.get(&proposal.id) else {
            let next = self.sites.len() as u32;
            self.rows.insert(proposal.id.clone(), next);
            self.sites.push(proposal);
            return next;
        };
        let first = &mut self.sites[known as usize];
        let world = packs.parameters.country(WORLD);
        let resolved = |site: &Site| Some(site.country) != world;
        let countries = resolved(&first.site) && resolved(&proposal.site) && first.site.country != proposal.site.country;
        if countries || first.site.sector != proposal.site.sector {
            let says = |s: &Site| {
                let p = &packs.parameters;
                format!("{}, {}", p.sectors[usize::from(s.sector)].id, p.countries[usize::from(s.country)].iso3)
            };
            let mut issue = rows.issue("site_disagrees", Severity::Warning, row, column);
            issue.found = format!("{}: {}", issue.found, says(&proposal.site));
            rows.note(
                issue
                    .expected(format!("{}, as in another row of this site", says(&first.site)))
                    .hint("give each site one sector and country, or its own id"),
            );
        }
        let order = |p: &Proposal| {
            let at = p.site.coordinates.map(|c| (c.latitude.to_bits(), c.longitude.to_bits()));
            (
                !resolved(&p.site),
                p.site.district.is_none(),
                at.is_none(),
                p.site.country,
                p.site.sector,
                p.site.district,
                at,
                p.name.clone(),
            )
        };
        if order(&proposal) < order(first) {
            *first = proposal;
        }
        known
    }

    /// Puts the sites into the network's tables, rows as [`MadeSites::add`] gave them. Gives back the ids that rows named.
    pub(super) fn insert_into(
        self,
        intake: &mut Intake<'_>,
        merges: &Merges,
        parts: &mut NetworkParts,
        registry: &mut Registry,
    ) -> HashSet<String> {
        let mut named = HashSet::new();
        for mut made in self.sites {
            match self.merged.get(&made.id) {
                Some(entries) => {
                    let ids: Vec<&str> = entries.iter().map(String::as_str).collect();
                    let issue = Issue::new("site_merged", Severity::Info, intake.file(), None, "supplier_id", &ids.join(", "));
                    let hint = format!("one site, {}, as {} says", made.id, merges.file());
                    intake.note(issue.expected("one entry a site").hint(hint));
                    named.extend(entries.iter().cloned());
                }
                None => _ = (!merges.is_empty()).then(|| named.insert(made.id.clone())),
            }
            if let Some(at) = merges.other(&made.id).and_then(|o| o.at) {
                let other = Coordinates { latitude: at.0, longitude: at.1 };
                made.site.coordinates = made.site.coordinates.or(Some(other));
            }
            registry.insert(parts, &made.id, &made.name, made.site);
        }
        named
    }
}

/// The supplier and the buyer that a row describes; nothing when the row is rejected.
pub(super) fn propose(rows: &mut Rows<'_>, row: usize, c: &Columns, packs: &Packs, options: &NetworkOptions) -> Option<[Proposal; 2]> {
    let (supplier_key, supplier_name) = end(rows, row, c.supplier_id, c.supplier_name)?;
    let (buyer_key, buyer_name) = end(rows, row, c.buyer_id, c.buyer_name)?;
    let supplier_sector = sector(rows, row, c.supplier_sector, packs, options);
    let buyer_sector =
        if rows.cell(row, c.buyer_sector).is_empty() { supplier_sector } else { sector(rows, row, c.buyer_sector, packs, options) };
    let at = supplier_point(rows, row, c);
    let address = rows.cell(row, c.supplier_address);
    let country = supplier_country(rows, row, c, packs, options, at, address);
    let buyer_country = buyer_country(rows, row, c, packs);
    if rows.is_rejected(row) {
        return None;
    }
    let mut supplier = Site::new(supplier_sector?, country?);
    if let Some((district, how, confidence)) = supplier_district(rows, row, c, packs, supplier.country, at, address) {
        (supplier.district, supplier.place, supplier.place_confidence) = (Some(district), how, confidence);
    }
    supplier.coordinates = at;
    let mut buyer = Site::new(buyer_sector?, buyer_country?);
    let iso3 = &packs.parameters.countries[usize::from(supplier.country)].iso3;
    let supplier_id = if supplier_key.is_empty() { made_id(&supplier_name, address, iso3) } else { supplier_key };
    // a table that names brands by name lists who they buy from; ids alone may be any site of a chain
    let buyer_id = if buyer_key.is_empty() {
        buyer.role = Role::Brand;
        made_id(&buyer_name, "", "")
    } else {
        buyer_key
    };
    Some([Proposal { id: supplier_id, name: supplier_name, site: supplier }, Proposal { id: buyer_id, name: buyer_name, site: buyer }])
}

/// Id (or name key) and name of one end of a link.
fn end(rows: &mut Rows<'_>, row: usize, id: Handle, name: Handle) -> Option<(String, String)> {
    let (id_cell, name_cell) = (rows.cell(row, id), rows.cell(row, name));
    if id_cell.is_empty() && name_cell.is_empty() {
        rows.reject("required_missing", row, name, "a name or id", "name the supplier and the buyer of each link");
        return None;
    }
    Some((id_cell.to_owned(), name_cell.to_owned()))
}

fn supplier_point(rows: &mut Rows<'_>, row: usize, c: &Columns) -> Option<Coordinates> {
    let (latitude, longitude) = rows.parse("coordinates_invalid", row, c.supplier_coordinates, value::pair)?;
    valid_point(rows, row, c.supplier_coordinates, latitude, longitude)
}

fn supplier_country(
    rows: &mut Rows<'_>,
    row: usize,
    c: &Columns,
    packs: &Packs,
    options: &NetworkOptions,
    at: Option<Coordinates>,
    address: &str,
) -> Option<u16> {
    let names = &packs.gazetteer.countries;
    if !rows.cell(row, c.supplier_country).is_empty() {
        return place::country(rows, row, c.supplier_country, packs);
    }
    let named = names.in_address(address);
    let located = at.and_then(|at| names.locate(at));
    if let (Some(named), Some((located, false))) = (named, located)
        && named != located
    {
        let country = |row: u16| packs.parameters.countries[usize::from(row)].name.clone();
        let mut issue = rows.issue("country_disagrees", Severity::Warning, row, c.supplier_coordinates);
        issue.found = format!("coordinates in {}", country(located));
        rows.note(issue.expected(format!("in {}, as the address says", country(named))).hint("the address is used; check the coordinates"));
    }
    if let Some(country) = named.or(located.map(|l| l.0)) {
        return Some(country);
    }
    if options.country.is_some() {
        let issue = rows.issue("country_default", Severity::Info, row, c.supplier_address);
        rows.note(issue.expected("a country at the end of the address, or coordinates").hint("taken from --country"));
        return options.country;
    }
    let mut issue = rows.issue("country_unresolved", Severity::Warning, row, c.supplier_address);
    if issue.found.is_empty() {
        "no address, no coordinates".clone_into(&mut issue.found);
    }
    rows.note(
        issue
            .expected("a country at the end of the address, or coordinates")
            .hint("scored at the world's level; add supplier_country, or pass --country"),
    );
    packs.parameters.country(WORLD)
}

fn buyer_country(rows: &mut Rows<'_>, row: usize, c: &Columns, packs: &Packs) -> Option<u16> {
    if rows.cell(row, c.buyer_country).is_empty() {
        return packs.parameters.country(WORLD);
    }
    place::country(rows, row, c.buyer_country, packs)
}

fn supplier_district(
    rows: &mut Rows<'_>,
    row: usize,
    c: &Columns,
    packs: &Packs,
    country: u16,
    at: Option<Coordinates>,
    address: &str,
) -> Option<Placed> {
    let places = &packs.gazetteer.places;
    if !places.covers(country) {
        return None;
    }
    let stated = place::district(rows, row, c.supplier_district, packs, country, "left out; coordinates and address are used");
    let located = || at.and_then(|at| places.locate(at)).filter(|(d, _)| places.country_of(*d) == Some(country));
    let named = || places.in_address(country, address).map(|d| (d, PlaceMatch::Address));
    stated.or_else(|| located().or_else(named).map(|(district, how)| (district, how, None)))
}
