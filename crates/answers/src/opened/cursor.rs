//! Where a page ends: the row it ended with, in the order of the list. The run never changes, so neither does what follows it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

/// First bytes of a cursor: they change with its form.
const VERSION: u8 = 1;
/// Bytes that tell lists apart.
const TAG: usize = 6;

fn tag_of(list: &str) -> [u8; TAG] {
    let digest: [u8; 32] = Sha256::digest(list.as_bytes()).into();
    std::array::from_fn(|k| digest[k])
}

/// The cursor after a row of a list.
pub(super) fn after(list: &str, row: u32) -> String {
    let mut bytes = vec![VERSION];
    bytes.extend(tag_of(list));
    bytes.extend(row.to_be_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The row that a cursor follows.
///
/// # Errors
/// Not a cursor, or one of another list.
pub(super) fn row(list: &str, cursor: &str) -> Result<u32> {
    let bad = |expected: &str| Error::asked("cursor", &cursor.chars().take(40).collect::<String>(), expected);
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| bad("`next` of a page"))?;
    let Some((&[VERSION], rest)) = bytes.split_first_chunk::<1>() else { return Err(bad("`next` of a page")) };
    let Some((tag, row)) = rest.split_first_chunk::<TAG>() else { return Err(bad("`next` of a page")) };
    if *tag != tag_of(list) {
        return Err(bad("`next` of a page of the same filter and order"));
    }
    <[u8; 4]>::try_from(row).map(u32::from_be_bytes).map_err(|_| bad("`next` of a page"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_are_of_one_list() {
        let cursor = after("sites?-presence", 70_000);
        assert_eq!(row("sites?-presence", &cursor).unwrap(), 70_000);
        assert!(row("sites?presence", &cursor).unwrap_err().to_string().contains("same filter"));
        for broken in ["", "AA", "%%", "AQIDBAUGBwgJCgsM"] {
            assert!(row("sites?presence", broken).is_err(), "{broken}");
        }
    }
}
