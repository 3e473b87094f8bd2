//! Parquet files that lie: a clear error or rows, never an abort, a panic or endless memory; and dates.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::path::Path;

use polars::prelude::{Column, DataFrame, ParquetCompression, ParquetWriter};
use polars_parquet_format::thrift::protocol::{TCompactInputProtocol, TCompactOutputProtocol};
use polars_parquet_format::{ConvertedType, DateType, FileMetaData, LogicalType, MicroSeconds, TimeUnit, TimestampType};
use tierlight_data::Error;
use tierlight_data::table::{ReadOptions, Table, open_tables};

/// A small file of every kind of column, in several row groups.
fn whole(compression: ParquetCompression) -> Vec<u8> {
    let rows = 0..300i32;
    let mut frame = DataFrame::new_infer_height(vec![
        Column::new("site_id".into(), rows.clone().map(|k| format!("S{k}")).collect::<Vec<_>>()),
        Column::new("sector".into(), rows.clone().map(|k| ["weaving", "spinning"][k as usize % 2]).collect::<Vec<_>>()),
        Column::new("workers".into(), rows.clone().map(|k| (k % 3 > 0).then_some(k)).collect::<Vec<_>>()),
        Column::new("latitude".into(), rows.clone().map(|k| f64::from(k) / 7.0).collect::<Vec<_>>()),
        Column::new("stamp".into(), rows.clone().map(|k| i64::from(k) * 86_400_000_000).collect::<Vec<_>>()),
        Column::new("certified".into(), rows.map(|k| (k % 5 > 0).then_some(k % 2 == 0)).collect::<Vec<_>>()),
    ])
    .unwrap();
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).with_compression(compression).with_row_group_size(Some(128)).finish(&mut frame).unwrap();
    bytes
}

/// All cells, row by row.
fn read(path: &Path) -> Result<Vec<Vec<String>>, Error> {
    let tables = open_tables(path, &ReadOptions::default())?;
    let [table]: [Table; 1] = tables.try_into().unwrap();
    let mut rows = Vec::new();
    for chunk in table.chunks()? {
        let chunk = chunk?;
        rows.extend((0..chunk.len()).map(|row| (0..chunk.width()).map(|column| chunk.cell(row, column).to_owned()).collect()));
    }
    Ok(rows)
}

fn read_bytes(folder: &Path, bytes: &[u8]) -> Result<Vec<Vec<String>>, Error> {
    let path = folder.join("sites.parquet");
    std::fs::write(&path, bytes).unwrap();
    read(&path)
}

/// The file with its footer changed.
fn with_footer(bytes: &[u8], change: impl FnOnce(&mut FileMetaData)) -> Vec<u8> {
    let length = u32::from_le_bytes(bytes[bytes.len() - 8..bytes.len() - 4].try_into().unwrap()) as usize;
    let (data, footer) = bytes[..bytes.len() - 8].split_at(bytes.len() - 8 - length);
    let mut footer = FileMetaData::read_from_in_protocol(&mut TCompactInputProtocol::new(footer, 1 << 20)).unwrap();
    change(&mut footer);
    let mut written = Vec::new();
    footer.write_to_out_protocol(&mut TCompactOutputProtocol::new(&mut written)).unwrap();
    with_raw_footer(data, &written)
}

fn with_raw_footer(data: &[u8], footer: &[u8]) -> Vec<u8> {
    [data, footer, &(footer.len() as u32).to_le_bytes()[..], b"PAR1"].concat()
}

/// polars says in a thread of its own what it panics at; who reads it catches that.
fn quiet() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if !std::thread::current().name().is_some_and(|name| name.starts_with("polars-")) {
            usual(info);
        }
    }));
}

/// Most memory this process had in use, and most it had asked for, MiB.
#[cfg(target_os = "linux")]
fn peaks() -> [u64; 2] {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let of = |name: &str| {
        status.lines().find(|l| l.starts_with(name)).unwrap().split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
    };
    [of("VmHWM"), of("VmPeak")]
}

#[test]
#[cfg(target_os = "linux")]
fn no_byte_of_a_file_leads_to_an_abort_a_panic_or_endless_memory() {
    quiet();
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<Vec<u8>> =
        [ParquetCompression::Uncompressed, ParquetCompression::Snappy, ParquetCompression::Lz4Raw].map(whole).into_iter().collect();
    // splitmix64: the same mutations every time
    let mut state = 20_261_126u64;
    let mut random = |below: usize| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % below as u64) as usize
    };
    let (mut refused, mut read) = (0, 0);
    for round in 0..4_000 {
        let mut bytes = files[round % files.len()].clone();
        let length = u32::from_le_bytes(bytes[bytes.len() - 8..bytes.len() - 4].try_into().unwrap()) as usize;
        // two thirds of the rounds in the footer, the others anywhere
        let from = if round % 3 == 0 { 4 } else { bytes.len() - 8 - length };
        for _ in 0..=random(3) {
            let at = from + random(bytes.len() - from);
            bytes[at] = match random(4) {
                0 => 0xff,
                1 => 0x7f,
                2 => bytes[at] ^ (1 << random(8)),
                _ => random(256) as u8,
            };
        }
        match read_bytes(folder.path(), &bytes) {
            Ok(_) => read += 1,
            Err(Error::Unreadable { .. } | Error::Malformed { .. } | Error::Limit { .. }) => refused += 1,
            Err(other) => panic!("round {round}: {other}"),
        }
    }
    assert!(refused > 1_000 && read > 100, "{refused} refused, {read} read");
    let [used, asked] = peaks();
    assert!(used < 1_500 && asked < 12_000, "{used} MiB used, {asked} MiB asked for");
}

#[test]
fn sizes_that_a_file_cannot_have_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = whole(ParquetCompression::Uncompressed);
    assert_eq!(read_bytes(folder.path(), &file).unwrap().len(), 300);
    let reason = |bytes: &[u8]| {
        let error = read_bytes(folder.path(), bytes).unwrap_err();
        assert!(!error.hint().is_empty());
        error.to_string()
    };
    let many = 1i64 << 58;
    let rows = with_footer(&file, |footer| {
        footer.num_rows += many - footer.row_groups[0].num_rows;
        footer.row_groups[0].num_rows = many;
        footer.row_groups[0].columns.iter_mut().for_each(|c| c.meta_data.as_mut().unwrap().num_values = many);
    });
    assert!(reason(&rows).contains("the number of rows"), "{}", reason(&rows));
    // rows that the limit allows, of pages that do not hold them
    let pages = with_footer(&file, |footer| {
        let many = 1 << 31;
        footer.num_rows += many - footer.row_groups[0].num_rows;
        footer.row_groups[0].num_rows = many;
        footer.row_groups[0].columns.iter_mut().for_each(|c| c.meta_data.as_mut().unwrap().num_values = many);
    });
    assert!(reason(&pages).contains("pages are broken"), "{}", reason(&pages));
    let values = with_footer(&file, |footer| footer.row_groups[0].columns[1].meta_data.as_mut().unwrap().num_values = many);
    assert!(reason(&values).contains("a row group does not fit"), "{}", reason(&values));
    let beyond = with_footer(&file, |footer| footer.row_groups[0].columns[1].meta_data.as_mut().unwrap().total_compressed_size = many);
    assert!(reason(&beyond).contains("a row group does not fit"), "{}", reason(&beyond));
    // version 1, then a schema of 2,147,483,647 columns
    let list = with_raw_footer(b"PAR1", &[0x15, 0x02, 0x19, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x07, 0x00]);
    assert!(reason(&list).contains("cannot read"), "{}", reason(&list));
    let long = [&file[..file.len() - 8], &u32::MAX.to_le_bytes()[..], b"PAR1"].concat();
    assert!(reason(&long).contains("longer than the file"), "{}", reason(&long));
}

#[test]
fn dates_and_small_integers_are_read_as_what_they_mean() {
    let folder = tempfile::tempdir().unwrap();
    let file = with_footer(&whole(ParquetCompression::Lz4Raw), |footer| {
        footer.schema[3].logical_type = Some(LogicalType::DATE(DateType {}));
        let unit = TimeUnit::MICROS(MicroSeconds {});
        footer.schema[5].logical_type = Some(LogicalType::TIMESTAMP(TimestampType { is_adjusted_to_u_t_c: true, unit }));
    });
    let rows = read_bytes(folder.path(), &file).unwrap();
    assert_eq!(rows[32][2..5], ["1970-02-02", &(32.0 / 7.0).to_string(), "1970-02-02"]);
    assert_eq!(rows[33][2], "", "unknown stays unknown");
    assert_eq!(rows[299][4], "1970-10-27", "row groups are one table");
    let small = with_footer(&file, |footer| {
        footer.schema[3].logical_type = None;
        footer.schema[3].converted_type = Some(ConvertedType::INT_16);
    });
    assert_eq!(read_bytes(folder.path(), &small).unwrap()[32][2], "32");
    let decimal = with_footer(&file, |footer| {
        footer.schema[3].logical_type = None;
        footer.schema[3].converted_type = Some(ConvertedType::DECIMAL);
    });
    let Err(Error::Malformed { code, column, found, .. }) = read_bytes(folder.path(), &decimal) else { panic!("read") };
    assert_eq!((code, column.as_str(), found.as_str()), ("parquet_type", "workers", "type decimal (INT32)"));
}
