//! Headers of the pages of a row group, checked before polars sees them: it asks for as much memory as they state.

use std::fs::File;
use std::io::{BufReader, Read, Seek};

use polars_parquet_format::thrift::protocol::TCompactInputProtocol;
use polars_parquet_format::{ColumnMetaData, PageHeader, PageType, RowGroup};

use crate::limits;

/// Longest header of a page, bytes: it may hold the least and the greatest value of the page.
const HEADER: usize = 1 << 20;

/// Why the pages of a file are not read.
pub(super) enum Fault {
    /// They are not what the footer says.
    Broken(String),
    /// A limit that they exceed: what is limited, what was found, the most.
    Limit(&'static str, usize, usize),
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        Self::Broken(error.to_string())
    }
}

fn broken(reason: &str) -> Fault {
    Fault::Broken(format!("its pages are broken: {reason}"))
}

/// Checks that the pages of a row group hold the values that the footer says, and how much memory they take.
pub(super) fn check(input: &mut BufReader<File>, group: &RowGroup) -> Result<(), Fault> {
    let (mut stored, mut inflated) = (0usize, 0usize);
    for column in group.columns.iter().filter_map(|c| c.meta_data.as_ref()) {
        inflated = inflated.saturating_add(check_column(input, column)?);
        stored = stored.saturating_add(usize::try_from(column.total_compressed_size).unwrap_or(usize::MAX));
    }
    let most = stored.saturating_mul(limits::INFLATED_TIMES).saturating_add(limits::INFLATED_LEAST);
    if inflated > most {
        return Err(Fault::Limit("a row group's inflated size in bytes", inflated, most));
    }
    Ok(())
}

/// Bytes of a column's pages once they are inflated.
fn check_column(input: &mut BufReader<File>, column: &ColumnMetaData) -> Result<usize, Fault> {
    let number = |x: i32| usize::try_from(x).map_err(|_| broken("a size below zero"));
    let start = column.dictionary_page_offset.unwrap_or(column.data_page_offset);
    // what is buffered is kept: small columns follow each other
    let at = input.stream_position()?;
    input.seek_relative(start.saturating_sub_unsigned(at))?;
    let mut left = u64::try_from(column.total_compressed_size).map_err(|_| broken("a size below zero"))?;
    let (mut values, mut inflated) = (usize::try_from(column.num_values).map_err(|_| broken("a count below zero"))?, 0usize);
    let mut first = true;
    while values > 0 {
        let (header, read) = header(input, left)?;
        let (size, size_inflated) = (number(header.compressed_page_size)?, number(header.uncompressed_page_size)?);
        left = left.checked_sub(read + size as u64).ok_or_else(|| broken("a page is longer than its column"))?;
        if size_inflated > limits::PAGE_BYTES {
            return Err(Fault::Limit("a page's inflated size in bytes", size_inflated, limits::PAGE_BYTES));
        }
        inflated = inflated.saturating_add(size_inflated);
        match (header.type_, &header.dictionary_page_header, &header.data_page_header, &header.data_page_header_v2) {
            (PageType::DICTIONARY_PAGE, Some(dictionary), ..) if first => {
                // a value takes four bytes or more
                if number(dictionary.num_values)? > size_inflated / 4 {
                    return Err(broken("a dictionary with more values than bytes"));
                }
            }
            (PageType::DATA_PAGE, _, Some(data), _) => values = take(values, number(data.num_values)?)?,
            (PageType::DATA_PAGE_V2, _, _, Some(data)) => {
                let levels = number(data.definition_levels_byte_length)?.saturating_add(number(data.repetition_levels_byte_length)?);
                if levels > size_inflated || levels > size {
                    return Err(broken("levels that are longer than their page"));
                }
                values = take(values, number(data.num_values)?)?;
            }
            _ => return Err(broken("a page of another type than those of a column")),
        }
        first = false;
        input.seek_relative(header.compressed_page_size.into())?;
    }
    Ok(inflated)
}

/// Values that are left after those of a page.
fn take(left: usize, page: usize) -> Result<usize, Fault> {
    left.checked_sub(page).ok_or_else(|| broken("more values than rows"))
}

/// The header of the page that begins here, and its bytes.
fn header(input: &mut BufReader<File>, left: u64) -> Result<(PageHeader, u64), Fault> {
    let mut bytes = input.by_ref().take(left.min(HEADER as u64));
    let before = bytes.limit();
    let parsed = PageHeader::read_from_in_protocol(&mut TCompactInputProtocol::new(&mut bytes, HEADER));
    let read = before - bytes.limit();
    Ok((parsed.map_err(|e| broken(&e.to_string()))?, read))
}
