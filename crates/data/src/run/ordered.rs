//! Files of many like pieces: formatted side by side, written in order.

use std::fs::File;
use std::io::Write;
use std::ops::Range;

use rayon::prelude::*;

use super::Folder;
use super::durable::PART;
use crate::error::{Error, Result};

/// Rows that are formatted at once: their text stays in the cache of a core until it is written.
const ROWS: usize = 1_024;
/// Most pieces in memory: on many threads, more would wait for the disk.
const PIECES: usize = 256;

/// Appends `rows` rows to a file; `format` appends a range of them to a buffer. While some ranges are written, the next are
/// formatted; the bytes do not depend on the number of threads. Once `stopped`, no more is written. `part` is told of each part of the
/// file that has been written.
fn write(
    out: &mut File,
    rows: Range<usize>,
    format: impl Fn(Range<usize>, &mut Vec<u8>) + Sync,
    stopped: &(dyn Fn() -> bool + Sync),
    part: &(dyn Fn(&File) + Sync),
) -> std::io::Result<()> {
    let wave = (8 * rayon::current_num_threads()).min(PIECES);
    let fill = |start: usize, pieces: &mut Vec<Vec<u8>>| {
        pieces.par_iter_mut().enumerate().for_each(|(k, piece)| {
            piece.clear();
            let from = (start + k * ROWS).min(rows.end);
            format(from..(from + ROWS).min(rows.end), piece);
        });
    };
    let (mut ready, mut next) = (vec![Vec::new(); wave], vec![Vec::new(); wave]);
    let (mut start, mut left) = (rows.start, PART);
    if start < rows.end {
        fill(start, &mut ready);
    }
    while start < rows.end && !stopped() {
        start += wave * ROWS;
        let (written, ()) = rayon::join(
            || {
                ready.iter().try_for_each(|piece| {
                    left = left.saturating_sub(piece.len());
                    out.write_all(piece)
                })?;
                if left == 0 {
                    part(out);
                    left = PART;
                }
                std::io::Result::Ok(())
            },
            || {
                if start < rows.end {
                    fill(start, &mut next);
                }
            },
        );
        written?;
        std::mem::swap(&mut ready, &mut next);
    }
    Ok(())
}

/// Writes a file of a run folder: `head`, `rows` rows as [`write`] does, `tail`.
pub(super) fn write_file(
    folder: &Folder<'_>,
    name: &str,
    head: &[u8],
    rows: usize,
    format: impl Fn(Range<usize>, &mut Vec<u8>) + Sync,
    tail: &[u8],
) -> Result<()> {
    let path = folder.join(name);
    let whole = || {
        let mut out = File::create(&path)?;
        out.write_all(head)?;
        write(&mut out, 0..rows, format, &|| folder.observer.cancelled(), &|out| folder.durable.soon(&path, out))?;
        out.write_all(tail)?;
        folder.durable.soon(&path, &out);
        Ok(())
    };
    whole().map_err(|e| Error::io(&path, &e))?;
    folder.check()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_in_order_on_any_number_of_threads() {
        let rows = 5 * ROWS + 17;
        let expected = (0..rows).map(|row| row.to_string()).collect::<Vec<_>>().join("\n");
        for threads in [1, 2, 3] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let root = tempfile::tempdir().unwrap();
            let folder = Folder { path: root.path(), observer: &tierlight_core::Silent, durable: super::super::Durable::new() };
            let line = |range: Range<usize>, out: &mut Vec<u8>| range.for_each(|row| out.extend(format!("{row}\n").bytes()));
            pool.install(|| write_file(&folder, "rows.txt", b"head\n", rows, line, b"tail\n")).unwrap();
            assert!(std::fs::read_to_string(folder.join("rows.txt")).unwrap() == format!("head\n{expected}\ntail\n"), "{threads} threads");
        }
    }
}
