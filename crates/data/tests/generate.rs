//! Invented networks: the same from a seed, as large as asked, of the shape asked, and without a fault to a reader.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::date;
use petgraph::algo::kosaraju_scc;
use tierlight_core::model::{Amount, Finding, LinkKind, METHODS, Network, Role};
use tierlight_data::Severity;
use tierlight_data::generate::{FileKind, GenerateOptions, Generator, Shape, write_folder};
use tierlight_data::packs::{Packs, read_packs};
use tierlight_data::read::{NetworkOptions, read_network};

const SHAPES: [Shape; 3] = [Shape::Tiered, Shape::Hub, Shape::Giant];

fn packs() -> Packs {
    read_packs(&[]).unwrap()
}

fn options(sites: u32, shape: Shape, seed: u64) -> GenerateOptions {
    let back = if shape == Shape::Giant { 0.0 } else { 0.02 };
    GenerateOptions { sites, links_per_site: 4.75, back, shape, seed, as_of: date(2026, 11, 23) }
}

fn write(packs: &Packs, options: GenerateOptions, folder: &Path, kind: FileKind) -> BTreeMap<&'static str, u64> {
    let generator = Generator::new(options, packs).unwrap();
    write_folder(&generator, folder, kind).unwrap().into_iter().map(|w| (w.table, w.rows)).collect()
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    entries.map(|p| (p.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&p).unwrap())).collect()
}

#[test]
fn a_seed_gives_the_same_bytes_on_any_number_of_threads_and_another_seed_gives_others() {
    let (packs, root) = (packs(), tempfile::tempdir().unwrap());
    for kind in [FileKind::Csv, FileKind::Parquet] {
        for shape in SHAPES {
            let write_on = |threads: usize, seed: u64| {
                let folder = root.path().join(format!("{kind:?}-{shape:?}-{threads}-{seed}"));
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                // more than one chunk
                pool.install(|| write(&packs, options(40_000, shape, seed), &folder, kind));
                files(&folder)
            };
            let one = write_on(1, 1);
            assert_eq!(one.len(), 6);
            assert!(one == write_on(3, 1), "{kind:?} {shape:?}: bytes depend on threads");
            let other = write_on(2, 2);
            assert!(one.iter().all(|(name, bytes)| other[name] != *bytes), "{kind:?} {shape:?}: the seed changes nothing");
        }
    }
}

#[test]
fn what_is_read_is_what_was_invented_without_errors_or_warnings() {
    let (packs, root) = (packs(), tempfile::tempdir().unwrap());
    for shape in SHAPES {
        let generator = Generator::new(options(6_000, shape, 5), &packs).unwrap();
        let invented = Network::new(generator.parts()).unwrap();
        for kind in [FileKind::Csv, FileKind::Parquet] {
            let folder = root.path().join(format!("{shape:?}-{kind:?}"));
            write_folder(&generator, &folder, kind).unwrap();
            let reading = read_network(&folder, &packs, &NetworkOptions::new(date(2026, 11, 23))).unwrap();
            let told = |meant: bool| {
                let is_meant = |code| ["link_inferred", "link_not_valid_now"].contains(&code);
                reading.issues.iter().filter(|i| (i.severity == Severity::Info && is_meant(i.code)) == meant).collect::<Vec<_>>()
            };
            assert!(told(false).is_empty(), "{shape:?} {kind:?}: {:?}", told(false)[0]);
            assert!(!told(true).is_empty(), "some links are inferred or no longer valid");
            assert!(reading.network == invented, "{shape:?} {kind:?}: files and memory differ");
        }
    }
}

#[test]
fn networks_are_as_large_and_as_varied_as_they_should_be() {
    let packs = packs();
    for shape in SHAPES {
        for links_per_site in [4.75, 2.5] {
            let asked = GenerateOptions { links_per_site, ..options(30_000, shape, 3) };
            let network = Network::new(Generator::new(asked, &packs).unwrap().parts()).unwrap();
            let (sites, links) = (network.sites(), network.links());
            assert_eq!(sites.len(), 30_000);
            let ratio = links.len() as f64 / (links_per_site * 30_000.0);
            assert!((0.96..1.03).contains(&ratio), "{shape:?}: {ratio} of the links asked for");

            let roles = Role::ALL.iter().filter(|&&r| r != Role::Other);
            for role in roles.filter(|&&r| r != Role::Trader || shape == Shape::Hub) {
                assert!(sites.iter().any(|s| s.role == *role), "{shape:?}: no {}", role.slug());
            }
            assert!(LinkKind::ALL.iter().all(|kind| links.iter().any(|l| l.kind == *kind)));
            let stated = |is: fn(Amount) -> bool| links.iter().filter(|l| is(l.amount)).count() as f64 / links.len() as f64;
            assert!(stated(|a| matches!(a, Amount::Share(_))) > 0.3 && stated(|a| matches!(a, Amount::Unstated)) > 0.05);
            assert!(stated(|a| matches!(a, Amount::Value(_))) > 0.1 && stated(|a| matches!(a, Amount::Quantity(_))) > 0.02);
            let unknown = sites.iter().map(|s| f64::from(s.conditions.unknown())).sum::<f64>() / 30_000.0;
            assert!((4.0..8.0).contains(&unknown), "{unknown} of nine conditions are unknown on average");
            let measured = sites.iter().filter(|s| s.measured_prevalence.is_some()).count();
            assert!((400..800).contains(&measured));
            let abroad = sites.iter().filter(|s| s.district.is_none()).count() as f64 / 30_000.0;
            assert!((0.1..0.4).contains(&abroad));

            let mut methods: Vec<&str> = network.evidence().iter().map(|e| e.method.slug()).collect();
            methods.sort_unstable();
            methods.dedup();
            assert_eq!(methods.len(), METHODS);
            assert!(network.evidence().iter().any(|e| e.finding == Finding::Found && e.remediated_on.is_some()));
            let debts = network.agent_links().iter().filter(|l| l.advance_debt == Some(true)).count();
            assert!(debts > 20, "{debts} agents' sites have advances");
        }
    }
}

#[test]
fn shapes_differ_as_they_say() {
    let packs = packs();
    let largest = |shape: Shape, back: f64| {
        let network = Network::new(Generator::new(GenerateOptions { back, ..options(20_000, shape, 1) }, &packs).unwrap().parts()).unwrap();
        let components = kosaraju_scc(&network.graph());
        let trader = |site: u32| network.sites()[site as usize].role == Role::Trader;
        let traded = network.links().iter().filter(|l| trader(l.supplier) || trader(l.buyer)).count();
        let traders = network.sites().iter().filter(|s| s.role == Role::Trader).count();
        (components.iter().map(Vec::len).max().unwrap() as f64 / 20_000.0, traded as f64 / network.links().len() as f64, traders)
    };
    let (tiered, _, none) = largest(Shape::Tiered, 0.02);
    assert!((0.1..0.4).contains(&tiered) && none == 0, "tiered: {tiered} of the sites in one component");
    assert!(largest(Shape::Tiered, 0.0).0 < 0.001, "without links back there is no cycle");
    let (hub, traded, traders) = largest(Shape::Hub, 0.02);
    assert!((0.2..0.7).contains(&hub) && traded > 0.8 && traders < 400, "hub: {hub}, {traded} through {traders} traders");
    assert!(largest(Shape::Hub, 0.0).0 < 0.001);
    assert!(largest(Shape::Giant, 0.0).0 > 0.8, "most sites are in one component");
}

#[test]
fn what_cannot_be_is_refused_and_nothing_is_left() {
    let (packs, root) = (packs(), tempfile::tempdir().unwrap());
    let good = options(200, Shape::Tiered, 1);
    let bad = [
        GenerateOptions { sites: 99, ..good.clone() },
        GenerateOptions { links_per_site: f64::NAN, ..good.clone() },
        GenerateOptions { links_per_site: 0.5, ..good.clone() },
        GenerateOptions { back: 0.9, ..good.clone() },
        GenerateOptions { back: f64::NAN, ..good.clone() },
    ];
    for options in bad {
        assert_eq!(Generator::new(options, &packs).err().map(|e| e.code()), Some("option"));
    }
    let generator = Generator::new(good, &packs).unwrap();
    let folder = root.path().join("there");
    std::fs::create_dir(&folder).unwrap();
    write_folder(&generator, &folder, FileKind::Csv).unwrap();
    // not even an earlier run is replaced
    std::fs::write(folder.join("run.json"), "{}").unwrap();
    assert_eq!(write_folder(&generator, &folder, FileKind::Csv).unwrap_err().code(), "unwritable");
    assert_eq!(std::fs::read_to_string(folder.join("run.json")).unwrap(), "{}");
    assert_eq!(std::fs::read_dir(root.path()).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn the_smallest_networks_can_be_made() {
    let packs = packs();
    for shape in SHAPES {
        for seed in 0..20 {
            let network = Network::new(Generator::new(options(100, shape, seed), &packs).unwrap().parts()).unwrap();
            assert!(network.sites().len() == 100 && network.links().len() > 50, "{shape:?} {seed}: {} links", network.links().len());
        }
    }
}
