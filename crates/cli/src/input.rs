//! From arguments to a network and parameters.

use std::path::Path;

use jiff::civil::Date;
use tierlight_core::draws::MOST_DRAWS;
use tierlight_data::matching::sector::SectorMiss;
use tierlight_data::packs::{Packs, read_packs};
use tierlight_data::read::mapping::ColumnMap;
use tierlight_data::read::merges::Merges;
use tierlight_data::read::{NetworkOptions, Reading, read_network};

use crate::args::{InputArgs, NetworkArgs};
use crate::exit::usage;
use crate::progress::Progress;

/// Reads packs and network.
pub fn read(input: &Path, args: &NetworkArgs, progress: &Progress) -> anyhow::Result<Reading> {
    let (packs, options) = network(args, None, progress)?;
    progress.next("reading the network");
    Ok(read_network(input, &packs, &options)?)
}

/// Reads packs, and the options of networks.
pub fn network(args: &NetworkArgs, matches: Option<&Path>, progress: &Progress) -> anyhow::Result<(Packs, NetworkOptions)> {
    let (packs, mut options) = packs(&args.list, progress)?;
    options.as_of = args.as_of.unwrap_or(options.as_of);
    options.rescale_shares = args.rescale_shares;
    options.trust_inferred = args.trust_inferred;
    if let Some(sector) = &args.sector {
        let found = packs.gazetteer.sectors.find(sector);
        options.sector = Some(found.map_err(|miss| match miss {
            SectorMiss::Unknown(hint) => usage(format!("--sector `{sector}` is unknown"), hint),
            SectorMiss::Ambiguous(hint) => usage(format!("--sector `{sector}` is several sectors"), hint),
        })?);
    }
    if let Some(path) = matches {
        options.merges = Merges::read(path)?;
    }
    Ok((packs, options))
}

/// Refuses numbers of draws that no quantile can be taken of, or that cannot be counted.
pub fn check_draws(draws: Option<usize>) -> anyhow::Result<()> {
    match draws.filter(|&draws| draws > MOST_DRAWS || (1..20).contains(&draws)) {
        Some(draws) => {
            Err(usage(format!("--draws is {draws}, expected 0, or from 20 to {MOST_DRAWS}"), "400 is usual; a 5 % point needs at least 20"))
        }
        None => Ok(()),
    }
}

/// Reads packs, and the options that need them.
pub fn packs(args: &InputArgs, progress: &Progress) -> anyhow::Result<(Packs, NetworkOptions)> {
    progress.next("reference packs");
    let packs = read_packs(&args.packs)?;
    let options = options(args, &packs)?;
    Ok((packs, options))
}

/// Country of `--country`: by code or a known name, never by likeness.
pub fn country(packs: &Packs, text: &str) -> anyhow::Result<u16> {
    packs.country(text).map_err(|hint| usage(format!("--country `{text}` is unknown"), hint))
}

fn options(args: &InputArgs, packs: &Packs) -> anyhow::Result<NetworkOptions> {
    let mut options = NetworkOptions::new(today());
    if let Some(text) = &args.country {
        options.country = Some(country(packs, text)?);
    }
    if let Some(path) = &args.map {
        let text =
            std::fs::read_to_string(path).map_err(|e| usage(format!("cannot read --map {}: {e}", path.display()), "check the path"))?;
        options.map = ColumnMap::parse(&path.display().to_string(), &text)?;
    }
    options.encoding.clone_from(&args.encoding);
    options.drop_personal = args.drop_personal;
    Ok(options)
}

/// Today, in UTC.
pub fn today() -> Date {
    jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date()
}
