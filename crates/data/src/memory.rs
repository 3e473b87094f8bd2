//! How much memory a run takes, before it takes it, and how much there is.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::error::{Error, Result};

/// Program, packs and the buffers of reading and writing, bytes.
const FIXED: u64 = 122_000_000;
/// Bytes of a site, from its row in the file to its row in the run folder.
const SITE: u64 = 760;
/// Bytes of a link.
const LINK: u64 = 115;
/// Bytes of a site's reach.
const REACH: u64 = 80;
/// Bytes of a site in draws: its quantiles, and the counts of its linked shares.
const DRAWN: u64 = 242 + COLUMNS * (64 * 2 + 16);
/// Hazards.
const COLUMNS: u64 = 3;
/// Sixteen numbers of single precision.
const BLOCK: u64 = 16 * 4;
/// Blocks solved side by side take at most so much, but one is always there.
const SIDE_BY_SIDE: u64 = 768 << 20;
/// Blocks solved side by side at most.
const BLOCKS: u64 = 16;
/// Bytes of a draw: its shared values, first sites and scores that are compared.
const DRAW: u64 = 12_000;
/// Bytes of a draw on a thread: first sites of what it looks at.
const DRAW_OF_THREAD: u64 = 8 * 1_600;
/// Sites that links alone name, per link.
const SITES_OF_LINKS: f64 = 0.25;

/// Size of a network, counted or estimated from its files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Sizes {
    /// Sites.
    pub sites: u64,
    /// Links.
    pub links: u64,
    /// Bytes of tables that are held in memory as a whole while they are read.
    pub held: u64,
}

impl Sizes {
    /// Sites that links alone name, in the usual proportion.
    #[must_use]
    pub fn of_links(links: u64, held: u64) -> Self {
        Self { sites: (links as f64 * SITES_OF_LINKS) as u64, links, held }
    }
}

impl std::fmt::Display for Sizes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.sites, self.links, self.held) {
            (0, 0, 0) => write!(f, "the program and its packs alone"),
            (0, 0, held) => write!(f, "the program and the {} that its files take while they are read", shown(held)),
            (sites, links, _) => write!(f, "{sites} sites and {links} links"),
        }
    }
}

/// What is computed of a network, as far as memory goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Work {
    /// Draws; 0 is none.
    pub draws: u64,
    /// What lies upstream of every site is counted.
    pub reach: bool,
    /// Threads.
    pub threads: u64,
}

/// Peak memory of reading, assessing and writing a network, bytes.
///
/// A line through measured peaks of `tierlight score` (`/usr/bin/time -v`), without draws: 1,000,000 sites with 4.88 million links took
/// 1,522 MB and without links 961 MB, 100,000 sites with 486,443 links 286 MB and without links 206 MB. Draws come on top: quantiles and
/// counts of every site, and three times sixteen columns for each block that is solved at once: 1,000,000 sites with 4.73 million links and
/// 80 draws took 2,743 MB. `cargo bench --bench whole_run` measures
/// anew. Ids and names are taken to be short (10 bytes); longer ones come on top once. Networks of far fewer sites take less.
#[must_use]
pub fn peak_bytes(sizes: Sizes, work: Work) -> u64 {
    let of = |count: u64, bytes: u64| count.saturating_mul(bytes);
    let site = SITE + if work.reach { REACH } else { 0 } + if work.draws > 0 { DRAWN } else { 0 };
    let network = FIXED.saturating_add(of(sizes.sites, site)).saturating_add(of(sizes.links, LINK)).saturating_add(sizes.held);
    if work.draws == 0 {
        return network;
    }
    let columns = of(sizes.sites, COLUMNS * BLOCK);
    let blocks = work.draws.div_ceil(16).min(BLOCKS);
    let at_once = (SIDE_BY_SIDE / columns.max(1)).clamp(1, blocks);
    network.saturating_add(of(columns, at_once)).saturating_add(of(work.draws, DRAW + DRAW_OF_THREAD * work.threads))
}

/// Memory that is available, bytes: the least of what the system has and what the group of the process may still take. `None` where
/// nobody says.
#[must_use]
pub fn available() -> Option<u64> {
    let mut system = sysinfo::System::new();
    system.refresh_memory_specifics(sysinfo::MemoryRefreshKind::nothing().with_ram());
    // files that the system keeps in memory are given back when asked for: what is free would leave them out
    let group = system.cgroup_limits().map(|limits| limits.total_memory.saturating_sub(limits.rss));
    // a system that does not tell says nothing
    let free = Some(system.available_memory()).filter(|free| *free > 0);
    free.into_iter().chain(group).min()
}

/// How much memory a run may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Most, bytes; `None` is no limit.
    pub most: Option<u64>,
    /// Draws as asked for; `None` is as many as are usual for a network of its size.
    pub draws: Option<usize>,
    /// What lies upstream of every site is counted.
    pub reach: bool,
}

impl Budget {
    /// No limit.
    pub const NONE: Self = Self { most: None, draws: None, reach: true };

    /// Refuses a network that would not fit. Asked before a network is read, with sizes estimated from its files, and after, with its own.
    ///
    /// # Errors
    /// [`Error::Memory`], with what would fit.
    pub fn check(&self, input: &Path, sizes: Sizes) -> Result<()> {
        let Some(most) = self.most else { return Ok(()) };
        let draws = self.draws.unwrap_or_else(|| tierlight_core::usual_draws(sizes.sites as usize)) as u64;
        let work = Work { draws, reach: self.reach, threads: rayon::current_num_threads() as u64 };
        let needed = peak_bytes(sizes, work);
        if needed <= most {
            return Ok(());
        }
        let fits = |work: Work| peak_bytes(sizes, work) <= most;
        let one = Work { threads: 1, ..work };
        let hint = if fits(one) {
            "--threads 1 would fit"
        } else if work.draws > 0 && fits(Work { draws: 0, ..work }) {
            "--draws 0 would fit; there are no intervals then, and fewer draws would take no less"
        } else if fits(Work { draws: 0, reach: false, threads: 1 }) {
            "--draws 0 --reach nothing --threads 1 would fit; there are no intervals then, and nothing is said of what lies upstream"
        } else {
            "take a machine with more memory or a part of the network; --memory SIZE allows more, at the price of swapping"
        };
        Err(Error::Memory { input: PathBuf::from(input), sizes, needed, most, hint: hint.to_owned() })
    }
}

/// Bytes for people: 1.5 GiB.
#[must_use]
pub fn shown(bytes: u64) -> String {
    let (unit, name) = [(1u64 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")].into_iter().find(|u| bytes >= u.0).unwrap_or((1, "bytes"));
    let value = bytes as f64 / unit as f64;
    if value < 10.0 && unit > 1 { format!("{value:.1} {name}") } else { format!("{value:.0} {name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Work = Work { draws: 0, reach: true, threads: 2 };

    #[test]
    fn measured_peaks_are_met_within_a_tenth() {
        for (sites, links, measured) in
            [(1_000_000, 4_881_477, 1_522e6), (1_000_000, 0, 961e6), (100_000, 486_443, 286e6), (100_000, 0, 206e6)]
        {
            let ratio = peak_bytes(Sizes { sites, links, held: 0 }, PLAIN) as f64 / measured;
            assert!((0.9..1.1).contains(&ratio), "{sites} sites, {links} links: {ratio}");
        }
        let drawn = peak_bytes(Sizes { sites: 1_000_000, links: 4_726_566, held: 0 }, Work { draws: 80, ..PLAIN }) as f64 / 2_743e6;
        assert!((0.9..1.15).contains(&drawn), "with draws: {drawn}");
        assert_eq!(peak_bytes(Sizes { sites: u64::MAX, links: 1, held: 0 }, PLAIN), u64::MAX);
    }

    #[test]
    fn what_would_fit_is_said_and_does_fit() {
        let sizes = Sizes { sites: 1_000_000, links: 4_881_477, held: 0 };
        let with = |most: u64, draws: usize| Budget { most: Some(most), draws: Some(draws), reach: true }.check(Path::new("x.csv"), sizes);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
        pool.install(|| {
            let whole = peak_bytes(sizes, Work { draws: 80, ..PLAIN });
            assert!(with(whole, 80).is_ok());
            let hint = |most: u64| with(most, 80).unwrap_err().hint().to_owned();
            assert!(hint(whole - 1).contains("--threads 1"));
            assert!(hint(peak_bytes(sizes, PLAIN)).contains("--draws 0 would fit"));
            assert!(with(peak_bytes(sizes, PLAIN), 0).is_ok());
            assert!(hint(peak_bytes(sizes, PLAIN) - 1).contains("--reach nothing"));
            let refused = with(1 << 20, 80).unwrap_err();
            assert!(refused.hint().contains("a part of the network"), "{}", refused.hint());
            assert!(refused.to_string().contains("1000000 sites and 4881477 links"), "{refused}");
        });
        let least = Budget { most: Some(1 << 20), ..Budget::NONE };
        let words = |sizes: Sizes| least.check(Path::new("x.json"), sizes).unwrap_err().to_string();
        assert!(words(Sizes::default()).contains("for the program and its packs alone, 1.0 MiB may be taken"));
        assert!(words(Sizes { held: 3 << 30, ..Sizes::default() }).contains("the program and the 3.0 GiB that its files take"));
        assert!(Budget::NONE.check(Path::new("x.csv"), sizes).is_ok());
        assert_eq!([shown(3 << 29), shown(100 << 20), shown(12)], ["1.5 GiB", "100 MiB", "12 bytes"]);
    }
}
