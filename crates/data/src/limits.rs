//! Limits on what is read: each has a name in the error it raises.

/// Largest input file, bytes.
pub const FILE_BYTES: u64 = 1 << 40;
/// Most rows of a table: their numbers are kept for every site and link.
pub const ROWS: u64 = u32::MAX as u64;
/// Largest row of a text file, bytes.
pub const ROW_BYTES: usize = 64 << 20;
/// Largest pack, all its tables together, bytes: packs are read into memory whole.
pub const PACK_BYTES: u64 = 64 << 20;
/// Most rows of all packs that lie over each other, the built-in ones among them: a row takes memory however short it is.
pub const PACK_ROWS: usize = 300_000;
/// Largest text of one table that is held in memory (XLSX, JSON), bytes.
pub const TABLE_BYTES: usize = u32::MAX as usize;
/// Largest field, bytes.
pub const FIELD_BYTES: usize = 1 << 20;
/// Most columns.
pub const COLUMNS: usize = 4_096;
/// Largest JSON document, bytes.
pub const JSON_BYTES: u64 = 2 << 30;
/// Largest inflated size of an XLSX file, bytes.
pub const INFLATED_BYTES: u64 = 4 << 30;
/// Most rows of an XLSX sheet.
pub const SHEET_ROWS: u32 = 1_048_576;
/// Longest footer of a Parquet file, bytes: that of some 200,000 columns of row groups.
pub const FOOTER_BYTES: u64 = 16 << 20;
/// Largest page of a Parquet file once it is inflated, bytes.
pub const PAGE_BYTES: usize = 256 << 20;
/// Inflated bytes of a row group of a Parquet file: so many per stored byte,
pub const INFLATED_TIMES: usize = 256;
/// and so many whatever is stored.
pub const INFLATED_LEAST: usize = 1 << 30;
