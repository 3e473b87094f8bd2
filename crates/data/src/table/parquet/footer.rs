//! The footer of a file, checked before polars sees it: polars believes a footer and asks for as much memory as it states.
//!
//! It is parsed within a bound, held against the file, and written anew with nothing in it but what reading rows needs. Dates and small
//! integers become the plain integers that they are stored as; [`Kind`] says what they mean.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use polars_parquet::parquet::metadata::FileMetadata;
use polars_parquet::parquet::read::deserialize_metadata;
use polars_parquet_format::thrift::protocol::{TCompactInputProtocol, TCompactOutputProtocol};
use polars_parquet_format::{
    ColumnMetaData, FieldRepetitionType, FileMetaData, IntType, LogicalType, RowGroup, SchemaElement, StringType, Type,
};

use super::super::{checked_header, file_name};
use super::kind::Kind;
use super::{limit, unreadable};
use crate::error::{Error, Result};
use crate::limits;

/// Mark at both ends of a file.
const MARK: [u8; 4] = *b"PAR1";
/// Where the data of a file begins.
const DATA: i64 = 4;
/// Length of the footer and the mark, at the end of a file.
const TAIL: u64 = 8;
/// Bytes that a footer may take in memory per byte of its own, as the parser counts them: whole ones take less than one.
const PARSED: usize = 2;
/// A footer that is small may take so much.
const PARSED_LEAST: usize = 1 << 16;

/// What a file holds.
pub(super) struct Footer {
    /// Column names.
    pub header: Vec<String>,
    /// What the cells of each column mean.
    pub kinds: Vec<Kind>,
    /// Rows of the file.
    pub rows: usize,
    /// Row groups and where the pages of their columns are.
    pub groups: Vec<RowGroup>,
    /// The footer written anew, as polars reads it.
    pub metadata: Arc<FileMetadata>,
}

/// Reads and checks the footer of a file; its pages are not looked at.
pub(super) fn read(path: &Path) -> Result<Footer> {
    let broken = |reason: &str| unreadable(path, reason.to_owned());
    let (mut stated, data) = parse(path)?;
    let root = stated.schema.first().filter(|root| root.num_children.is_some_and(|n| n > 0));
    let columns = root.and_then(|root| usize::try_from(root.num_children?).ok()).ok_or_else(|| broken("its schema has no columns"))?;
    let file = file_name(path);
    if stated.schema[1..].len() > limits::COLUMNS {
        return Err(limit(&file, "the number of columns", stated.schema.len() - 1, limits::COLUMNS));
    }
    let mut kinds = Vec::with_capacity(columns);
    for field in &mut stated.schema[1..] {
        kinds.push(understood(&file, field)?);
    }
    if kinds.len() != columns {
        return Err(broken("its schema names columns that are not there"));
    }
    let header = checked_header(&file, stated.schema[1..].iter().map(|field| field.name.clone()).collect())?;
    let mut rows = 0i64;
    for group in &mut stated.row_groups {
        rows = checked_group(group, &stated.schema[1..], data)
            .and_then(|more| rows.checked_add(more))
            .ok_or_else(|| broken("its footer is broken: a row group does not fit the schema or the file"))?;
    }
    if rows != stated.num_rows {
        return Err(broken("its footer is broken: the rows of its row groups are not those of the file"));
    }
    if rows as u64 >= limits::ROWS {
        return Err(limit(&file, "the number of rows", rows as usize, limits::ROWS as usize));
    }
    (stated.key_value_metadata, stated.created_by, stated.column_orders) = (None, None, None);
    (stated.encryption_algorithm, stated.footer_signing_key_metadata) = (None, None);
    let mut bytes = Vec::new();
    stated.write_to_out_protocol(&mut TCompactOutputProtocol::new(&mut bytes)).map_err(|e| broken(&e.to_string()))?;
    let metadata = super::caught(path, || Ok(deserialize_metadata(bytes.into())?))?;
    Ok(Footer { header, kinds, rows: rows as usize, groups: stated.row_groups, metadata: Arc::new(metadata) })
}

/// The footer as the file states it, and where the data before it ends.
fn parse(path: &Path) -> Result<(FileMetaData, i64)> {
    let broken = |reason: &str| unreadable(path, reason.to_owned());
    let io = |e: std::io::Error| Error::io(path, &e);
    let mut input = File::open(path).map_err(io)?;
    let size = input.seek(SeekFrom::End(0)).map_err(io)?;
    if size < MARK.len() as u64 + TAIL {
        return Err(broken("it is too short for a Parquet file"));
    }
    let mut tail = [0u8; TAIL as usize];
    input.seek(SeekFrom::Start(size - TAIL)).map_err(io)?;
    input.read_exact(&mut tail).map_err(io)?;
    let [a, b, c, d, mark @ ..] = tail;
    if mark != MARK {
        return Err(broken("it does not end as a Parquet file"));
    }
    let length = u64::from(u32::from_le_bytes([a, b, c, d]));
    let data = size.checked_sub(TAIL + length).filter(|&data| data >= MARK.len() as u64);
    let data = data.ok_or_else(|| broken("its footer is longer than the file"))?;
    if length > limits::FOOTER_BYTES {
        return Err(limit(&file_name(path), "the footer's size in bytes", length as usize, limits::FOOTER_BYTES as usize));
    }
    let mut bytes = vec![0u8; length as usize];
    input.seek(SeekFrom::Start(data)).map_err(io)?;
    input.read_exact(&mut bytes).map_err(io)?;
    let most = PARSED * bytes.len() + PARSED_LEAST;
    let parsed = super::caught(path, || {
        let mut protocol = TCompactInputProtocol::new(bytes.as_slice(), most);
        FileMetaData::read_from_in_protocol(&mut protocol).map_err(|e| polars::prelude::PolarsError::ComputeError(e.to_string().into()))
    })?;
    Ok((parsed, i64::try_from(data).unwrap_or(i64::MAX)))
}

/// What the cells of a column mean; its field becomes that of the plain values it is stored as.
fn understood(file: &str, field: &mut SchemaElement) -> Result<Kind> {
    let refused = |what: &str| Error::Malformed {
        code: "parquet_type",
        file: file.to_owned(),
        row: 1,
        column: field.name.clone(),
        found: format!("type {what}"),
        expected: "text, a number, a date or boolean".to_owned(),
        hint: "write the column as text".to_owned(),
    };
    let repeated = field.repetition_type == Some(FieldRepetitionType::REPEATED);
    if repeated || field.num_children.is_some_and(|children| children != 0) {
        return Err(refused("list, map or structure"));
    }
    let Some(stored) = field.type_ else { return Err(refused("none")) };
    let (kind, plain) = Kind::of(stored, field.logical_type.as_ref(), field.converted_type).map_err(|what| refused(&what))?;
    field.converted_type = None;
    field.logical_type = match plain {
        super::kind::Plain::AsStored => None,
        super::kind::Plain::Text => Some(LogicalType::STRING(StringType {})),
        super::kind::Plain::Unsigned(bits) => Some(LogicalType::INTEGER(IntType { bit_width: bits, is_signed: false })),
    };
    (field.num_children, field.scale, field.precision, field.type_length) = (None, None, None, None);
    Ok(kind)
}

/// Rows of a row group whose columns are those of the schema and lie in the data of the file.
fn checked_group(group: &mut RowGroup, schema: &[SchemaElement], data: i64) -> Option<i64> {
    if group.num_rows < 0 || group.columns.len() != schema.len() {
        return None;
    }
    group.sorting_columns = None;
    for (column, field) in group.columns.iter_mut().zip(schema) {
        let elsewhere = column.file_path.is_some();
        let found = column.meta_data.take().filter(|_| !elsewhere)?;
        (column.offset_index_offset, column.offset_index_length) = (None, None);
        (column.column_index_offset, column.column_index_length) = (None, None);
        (column.crypto_metadata, column.encrypted_column_metadata) = (None, None);
        // some writers say 0 where there is no dictionary
        let dictionary = found.dictionary_page_offset.filter(|&offset| offset > 0);
        let first = dictionary.unwrap_or(found.data_page_offset);
        let end = first.checked_add(found.total_compressed_size).filter(|_| found.total_compressed_size >= 0)?;
        let fits = first >= DATA && end <= data && (group.num_rows == 0 || found.data_page_offset >= first);
        if !fits || found.type_ != field.type_? || found.num_values != group.num_rows {
            return None;
        }
        column.meta_data = Some(ColumnMetaData {
            path_in_schema: vec![field.name.clone()],
            dictionary_page_offset: dictionary,
            key_value_metadata: None,
            index_page_offset: None,
            statistics: None,
            encoding_stats: None,
            bloom_filter_offset: None,
            bloom_filter_length: None,
            size_statistics: None,
            ..found
        });
    }
    group.total_byte_size = group.columns.iter().filter_map(|c| c.meta_data.as_ref()).map(|m| m.total_compressed_size).sum();
    Some(group.num_rows)
}

/// Stored types, named as in the format.
pub(super) fn stored(kind: Type) -> &'static str {
    ["BOOLEAN", "INT32", "INT64", "INT96", "FLOAT", "DOUBLE", "BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY"]
        .get(usize::try_from(kind.0).unwrap_or(usize::MAX))
        .copied()
        .unwrap_or("unknown")
}
