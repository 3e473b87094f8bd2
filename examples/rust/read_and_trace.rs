//! A network from files: `examples/sialkot` read, assessed with its stages printed, and one buyer traced.
//!
//! Run it with `cargo run -p tierlight-data --example read_and_trace`.
#![allow(clippy::print_stdout, reason = "an example prints")]

use std::path::Path;

use jiff::civil::date;
use tierlight_core::model::Hazard;
use tierlight_core::network::contribution::contributions;
use tierlight_core::network::paths::heaviest_paths;
use tierlight_core::{Observer, Options, Stage, assess};
use tierlight_data::packs::read_packs;
use tierlight_data::read::{NetworkOptions, read_network};

/// Prints each stage as it begins. An observer may also stop the work: see `Observer::cancelled`.
struct Printer;

impl Observer for Printer {
    fn stage(&self, stage: Stage) {
        println!("... {}", stage.label());
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let packs = read_packs(&[])?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/sialkot");
    let reading = read_network(&folder, &packs, &NetworkOptions::new(date(2026, 11, 23)))?;
    // a row that cannot be used is an issue, never a silent loss
    for report in &reading.reports {
        println!("{}: {} of {} rows used", report.file, report.used, report.rows_in);
    }
    for issue in &reading.issues {
        println!("{} row {:?}: {} `{}`, {}", issue.file, issue.row, issue.code, issue.found, issue.hint);
    }

    let network = &reading.network;
    let a = assess(network, &packs.parameters, &Options::default(), &Printer)?;
    let buyer = network.find_site("BR-01").ok_or("no site BR-01")?;
    let h = Hazard::ChildLabour.index();
    let e = &a.exposure[buyer];
    println!("{}: linked share {:.5}, of it {:.5} untraced", network.site_id(buyer), e.linked(h), e.linked_untraced(h));

    println!("contributions (linked share: girls, boys):");
    for c in contributions(&a.plan, &a.updated, buyer).iter().take(5) {
        let [girls, boys] = c.traced[h];
        println!("   {:.6} ({girls:.6}, {boys:.6})  {}", girls + boys, network.site_id(c.site));
    }
    println!("heaviest paths (linked share, value added at the end):");
    for path in heaviest_paths(&a.plan, &a.updated, &a.exposure, buyer, Hazard::ChildLabour, 3).paths {
        let ids: Vec<&str> = path.sites.iter().map(|&site| network.site_id(site)).collect();
        println!("   {:.6}  {:.6}  {}", path.linked, path.value, ids.join(" <- "));
    }
    Ok(())
}
