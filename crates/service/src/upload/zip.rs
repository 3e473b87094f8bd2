//! Tables in a zip file: unpacked to disk, never beyond a size.

use std::fs::File;
use std::io::Read;

use tierlight_store::Blob;
use tokio::sync::mpsc;
use zip::unstable::read::ZipIterable;

use crate::problem::Problem;
use crate::problem::table::{BAD_INPUT, TOO_MANY_FILES};
use crate::state::State;

/// Bytes that go from the thread that inflates to the one that writes.
const PIECE: usize = 1 << 18;
/// Folders and hidden files that a zip may have beside its files.
const HIDDEN: u64 = 1_000;
/// Pieces that may wait.
const WAITING: usize = 4;

/// What the thread that inflates has to say.
enum Piece {
    Begin(String),
    Bytes(Vec<u8>),
}

/// Files of a zip by their names; folders and hidden files are left out.
pub(super) async fn unpack(state: &State, blob: Blob) -> Result<Vec<(String, Blob)>, Problem> {
    let path = state.store.blob_path(&blob.digest());
    let (files, bytes) = (state.limits().upload_files, state.limits().inflated_bytes);
    let (send, mut receive) = mpsc::channel::<Result<Piece, Problem>>(WAITING);
    let thread = tokio::task::spawn_blocking(move || {
        if let Err(problem) = inflate(&path, files, bytes, &send) {
            // whoever listened has gone
            let _ = send.blocking_send(Err(problem));
        }
    });
    let mut out: Vec<(String, Blob)> = Vec::new();
    let mut open = None;
    while let Some(piece) = receive.recv().await {
        match piece? {
            Piece::Begin(name) => {
                if let Some((name, writer)) = open.take() {
                    out.push((name, finish(writer).await?));
                }
                open = Some((name, state.store.write_blob(None).await?));
            }
            Piece::Bytes(bytes) => {
                if let Some((_, writer)) = &mut open {
                    writer.write(&bytes).await?;
                }
            }
        }
    }
    thread.await.map_err(|e| Problem::internal(&e))?;
    if let Some((name, writer)) = open {
        out.push((name, finish(writer).await?));
    }
    if out.is_empty() {
        return Err(Problem::new(BAD_INPUT, "the zip has no files").hint("put the tables into it").cause("no_table"));
    }
    // the zip itself is not kept
    drop(blob);
    Ok(out)
}

/// True for what systems put beside files. `.` and `..` hide nothing: of a name they are left out.
fn hidden(name: &str) -> bool {
    name.split(['/', '\\']).any(|part| part == "__MACOSX" || part.starts_with('.') && !matches!(part, "." | ".."))
}

async fn finish(writer: tierlight_store::BlobWriter) -> Result<Blob, Problem> {
    Ok(writer.finish().await?)
}

fn inflate(path: &std::path::Path, files: u64, mut left: u64, to: &mpsc::Sender<Result<Piece, Problem>>) -> Result<(), Problem> {
    let bad = |error: &dyn std::fmt::Display| Problem::new(BAD_INPUT, format!("the zip cannot be read: {error}")).cause("unreadable");
    let most = left;
    let too_much =
        || Problem::new(TOO_MANY_FILES, format!("the zip inflates to more than {most} bytes")).hint("send fewer tables, or Parquet");
    let open = || File::open(path).map_err(|e| Problem::internal(&e));
    // entry by entry: an index of all of them may be larger than memory
    let mut archive = ZipIterable::try_new(open()?, zip::read::Config::default()).map_err(|e| bad(&e))?;
    if archive.len() as u64 > files + HIDDEN {
        return Err(Problem::new(TOO_MANY_FILES, format!("the zip has {} entries", archive.len())));
    }
    let mut entries = archive.files_with_reader(open()?, zip::ZipReadOptions::default()).map_err(|e| bad(&e))?;
    let mut count = 0;
    while let Some(entry) = entries.next() {
        let mut entry = entry.map_err(|e| bad(&e))?;
        let name = entry.name().map_err(|e| bad(&e))?.into_owned();
        if entry.is_dir() || hidden(&name) {
            continue;
        }
        count += 1;
        if count > files {
            return Err(Problem::new(TOO_MANY_FILES, format!("the zip has more than {files} files")));
        }
        if entry.size() > left {
            return Err(too_much());
        }
        if to.blocking_send(Ok(Piece::Begin(name))).is_err() {
            return Ok(());
        }
        loop {
            let mut piece = vec![0; PIECE];
            let read = entry.read(&mut piece).map_err(|e| bad(&e))?;
            if read == 0 {
                break;
            }
            // what the zip says of its sizes need not be true
            left = left.checked_sub(read as u64).ok_or_else(too_much)?;
            piece.truncate(read);
            if to.blocking_send(Ok(Piece::Bytes(piece))).is_err() {
                return Ok(());
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::hidden;

    #[test]
    fn what_leads_up_hides_nothing() {
        assert!(hidden(".git/config.csv") && hidden("a/.sites.csv") && hidden("__MACOSX/sites.csv") && hidden("..a/b.csv"));
        assert!(!hidden("../../sites.csv") && !hidden("./sites.csv") && !hidden("a/..\\sites.csv"));
    }
}
