//! `map.geojson`: sites with a place, for map tools (RFC 7946).

use tierlight_core::Assessment;

use super::Folder;
use super::ordered::write_file;
use crate::error::Result;

pub(super) fn write(folder: &Folder<'_>, a: &Assessment<'_>) -> Result<()> {
    let point = |row: usize| place(a, row);
    // features are parted by commas, and none stands before the first
    let first = (0..a.network.sites().len()).find(|&row| point(row).is_some());
    let features = |rows: std::ops::Range<usize>, out: &mut Vec<u8>| {
        for row in rows {
            let Some(point) = point(row) else { continue };
            out.extend_from_slice(if Some(row) == first { b"\n" } else { b",\n" });
            write_feature(a, row, point, out);
        }
    };
    let head = b"{\"type\":\"FeatureCollection\",\"features\":[";
    write_file(folder, "map.geojson", head, a.network.sites().len(), features, b"\n]}\n")
}

/// Longitude and latitude: the site's own, else those of its district's centre.
fn place(a: &Assessment<'_>, row: usize) -> Option<[f64; 2]> {
    let site = &a.network.sites()[row];
    let exact = site.coordinates.map(|c| [c.longitude, c.latitude]);
    exact.or_else(|| a.parameters.districts.get(usize::from(site.district?))?.centre.map(|[lat, lon]| [lon, lat]))
}

fn write_feature(a: &Assessment<'_>, row: usize, [longitude, latitude]: [f64; 2], out: &mut Vec<u8>) {
    let site = &a.network.sites()[row];
    let district = site.district.and_then(|d| a.parameters.districts.get(usize::from(d)));
    let updated = &a.updated[row];
    out.extend_from_slice(b"{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[");
    write_number(longitude, out);
    out.push(b',');
    write_number(latitude, out);
    out.extend_from_slice(b"]},\"properties\":{");
    let place = if site.coordinates.is_some() { site.place.slug() } else { "district_centre" };
    write_text("\"site_id\":", Some(a.network.site_id(row)), out);
    write_text(",\"name\":", Some(a.network.site_name(row)), out);
    write_text(",\"role\":", Some(site.role.slug()), out);
    write_text(",\"sector\":", Some(&a.parameters.sectors[usize::from(site.sector)].id), out);
    write_text(",\"district\":", district.map(|d| d.name.as_str()), out);
    write_text(",\"place\":", Some(place), out);
    for (key, value) in [
        (",\"presence\":", updated.presence[0]),
        (",\"presence_forced\":", updated.presence[2]),
        (",\"expected_children\":", updated.expected[0]),
    ] {
        out.extend_from_slice(key.as_bytes());
        write_number(value, out);
    }
    write_text(",\"band\":", Some(a.parameters.band(updated.presence[0])), out);
    out.extend_from_slice(b",\"linked_share\":");
    write_number(a.exposure[row].linked(0), out);
    out.extend_from_slice(b",\"priority_rank\":");
    out.extend_from_slice(itoa::Buffer::new().format(a.priority[row].rank).as_bytes());
    if let Some(modelled) = site.modelled {
        write_text(",\"modelled\":", Some(modelled.slug()), out);
    }
    out.extend_from_slice(b"}}");
}

/// A key with its text, escaped; null when there is none.
fn write_text(key: &str, text: Option<&str>, out: &mut Vec<u8>) {
    out.extend_from_slice(key.as_bytes());
    match text {
        // writing text to memory cannot fail
        Some(text) => _ = serde_json::to_writer(out, text),
        None => out.extend_from_slice(b"null"),
    }
}

fn write_number(x: f64, out: &mut Vec<u8>) {
    if x.is_finite() {
        out.extend_from_slice(zmij::Buffer::new().format_finite(x).as_bytes());
    } else {
        out.extend_from_slice(b"null");
    }
}
