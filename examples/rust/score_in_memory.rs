//! A network built in code: four sites, three links, one finding, the built-in packs.
//!
//! A football brand buys from an exporter in Sialkot, the exporter has balls stitched by a centre, the centre hands work on to
//! homes. A home visit in August found two girls. Run it with `cargo run -p tierlight-data --example score_in_memory`.
#![allow(clippy::print_stdout, reason = "an example prints")]

use jiff::civil::date;
use tierlight_core::model::{
    Amount, Condition, Disclosure, Evidence, Finding, HAZARDS, Hazard, Link, LinkKind, Method, Network, NetworkParts, PlaceMatch, Role,
    Share, Site,
};
use tierlight_core::{Options, Silent, assess};
use tierlight_data::packs::read_packs;

/// A link with a stated share of the buyer's purchases; rows are positions in `NetworkParts::sites`.
fn link(supplier: u32, buyer: u32, kind: LinkKind, share: f64) -> Link {
    let amount = Amount::Share(share);
    Link { supplier, buyer, kind, disclosure: Disclosure::Declared, amount, sales_share: None, product: None }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let parameters = read_packs(&[])?.parameters;
    let sector = |id: &str| parameters.sector(id).ok_or(format!("no sector {id}"));
    let (pakistan, germany) = (parameters.country("PAK").ok_or("no PAK")?, parameters.country("DEU").ok_or("no DEU")?);
    // whatever is not set stays unknown, which is not the same as absent
    let place = |id: &str, role, workers: f64| -> Result<Site, String> {
        let mut site = Site::new(sector(id)?, pakistan);
        (site.role, site.workers, site.district, site.place) = (role, Some(workers), parameters.district("PK634"), PlaceMatch::Code);
        Ok(site)
    };
    let mut brand = Site::new(sector("sporting_goods")?, germany);
    (brand.role, brand.workers, brand.input_share) = (Role::Brand, Some(60.0), Share::new(0.8));
    let mut homes = place("home_stitching", Role::HomeCluster, 14.0)?;
    homes.conditions.set(Condition::FamilyPieceRate, Some(true));

    let mut parts = NetworkParts::new(date(2026, 11, 23));
    let (exporter, centre) = (place("soccer_balls", Role::Exporter, 400.0)?, place("soccer_balls", Role::Workshop, 30.0)?);
    for (id, name, site) in [("B", "Brand", brand), ("E", "Exporter", exporter), ("C", "Stitching centre", centre), ("H", "Homes", homes)] {
        parts.site_ids.push(id);
        parts.site_names.push(name);
        parts.sites.push(site);
    }
    parts.links = vec![link(1, 0, LinkKind::Purchase, 0.6), link(2, 1, LinkKind::Subcontract, 0.3), link(3, 2, LinkKind::Homework, 0.5)];
    parts.evidence.push(Evidence {
        id: "EV-1".to_owned(),
        site: 3,
        date: date(2026, 8, 14),
        method: Method::HomeVisit,
        finding: Finding::Found,
        hazard: Hazard::ChildLabour,
        form: None,
        girls: Some(2),
        boys: Some(0),
        supplier_paid: Some(false),
        returning_team: None,
        all_male_team: Some(false),
        children_interviewed: Some(true),
        off_site: None,
        case_id: None,
        remediated_on: None,
        source: None,
    });

    let network = Network::new(parts)?;
    let a = assess(&network, &parameters, &Options::default(), &Silent)?;
    // rows of the network are in byte order of the ids, not in the order of `parts`
    for row in 0..network.sites().len() {
        let (before, after) = (a.inherent[row].presence(), a.updated[row].presence);
        println!("{} {}", network.site_id(row), network.site_name(row));
        for h in HAZARDS.map(Hazard::index) {
            let linked = a.exposure[row].linked(h);
            println!("   {:<12}  presence {:.4} (before evidence {:.4})  linked share {linked:.5}", HAZARDS[h].slug(), after[h], before[h]);
        }
    }
    Ok(())
}
