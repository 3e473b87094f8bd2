//! Arrays as .npy files, which numpy reads: version 1.0, little-endian, C order.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// A number that is written.
pub trait Number: Copy {
    /// Type in numpy's words.
    const KIND: &'static str;
    /// Its bytes.
    fn bytes(self) -> [u8; 8];
    /// How many of them.
    const SIZE: usize;
}

impl Number for f64 {
    const KIND: &'static str = "<f8";
    const SIZE: usize = 8;
    fn bytes(self) -> [u8; 8] {
        self.to_le_bytes()
    }
}

impl Number for u32 {
    const KIND: &'static str = "<u4";
    const SIZE: usize = 4;
    fn bytes(self) -> [u8; 8] {
        u64::from(self).to_le_bytes()
    }
}

/// Writes an array; `width` numbers a row, 0 for an array of one dimension.
pub fn write<N: Number>(path: &Path, numbers: impl ExactSizeIterator<Item = N>, width: usize) -> std::io::Result<()> {
    let count = numbers.len();
    let shape = count.checked_div(width).map_or_else(|| format!("({count},)"), |rows| format!("({rows}, {width})"));
    let mut header = format!("{{'descr': '{}', 'fortran_order': False, 'shape': {shape}, }}", N::KIND);
    // magic, version and length are 10 bytes; the whole is a multiple of 64 and ends in a newline
    while (10 + header.len() + 1) % 64 != 0 {
        header.push(' ');
    }
    header.push('\n');
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    out.write_all(b"\x93NUMPY\x01\x00")?;
    out.write_all(&(header.len() as u16).to_le_bytes())?;
    out.write_all(header.as_bytes())?;
    for number in numbers {
        out.write_all(&number.bytes()[..N::SIZE])?;
    }
    out.flush()
}
