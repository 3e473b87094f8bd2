//! How much memory a run takes, before it takes it.

/// Program, packs and the buffers of reading and writing, bytes.
const FIXED: u64 = 122_000_000;
/// Bytes of a site, from its row in the file to its row in the run folder.
const SITE: u64 = 840;
/// Bytes of a link.
const LINK: u64 = 115;

/// Peak memory of reading, assessing and writing a network on two threads without draws, bytes.
///
/// A line through measured peaks of `tierlight score` (`/usr/bin/time -v`): 1,000,000 sites with 4.88 million links took 1,522 MB and
/// without links 961 MB, 100,000 sites with 486,443 links 286 MB and without links 206 MB. `cargo bench --bench whole_run` measures
/// anew and fails beyond a factor of 1.3. Ids and names are taken to be short (10 bytes); longer ones come on top once.
/// Networks of far fewer sites take less.
#[must_use]
pub fn peak_bytes(sites: u64, links: u64) -> u64 {
    FIXED.saturating_add(sites.saturating_mul(SITE)).saturating_add(links.saturating_mul(LINK))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measured_peaks_are_met_within_a_tenth() {
        for (sites, links, measured) in
            [(1_000_000, 4_881_477, 1_522e6), (1_000_000, 0, 961e6), (100_000, 486_443, 286e6), (100_000, 0, 206e6)]
        {
            let ratio = peak_bytes(sites, links) as f64 / measured;
            assert!((0.9..1.1).contains(&ratio), "{sites} sites, {links} links: {ratio}");
        }
        assert_eq!(peak_bytes(u64::MAX, 1), u64::MAX);
    }
}
