//! `map.geojson`: sites with a place, for map tools (RFC 7946).

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use serde_json::json;
use tierlight_core::Assessment;

use crate::error::{Error, Result};

pub(super) fn write(folder: &Path, a: &Assessment<'_>) -> Result<()> {
    let path = folder.join("map.geojson");
    let io = |e: std::io::Error| Error::io(&path, &e);
    let mut out = BufWriter::with_capacity(1 << 20, File::create(&path).map_err(io)?);
    out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[").map_err(io)?;
    let mut first = true;
    for (row, site) in a.network.sites().iter().enumerate() {
        let district = site.district.and_then(|d| a.parameters.districts.get(usize::from(d)));
        let exact = site.coordinates.map(|c| [c.longitude, c.latitude]);
        let centre = district.and_then(|d| d.centre).map(|[lat, lon]| [lon, lat]);
        let Some(point) = exact.or(centre) else { continue };
        let feature = json!({
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": point},
            "properties": {
                "site_id": a.network.site_id(row),
                "name": a.network.site_name(row),
                "role": site.role.slug(),
                "sector": a.parameters.sectors[usize::from(site.sector)].id,
                "district": district.map(|d| d.name.as_str()),
                "place": if exact.is_some() { site.place.slug() } else { "district_centre" },
                "presence": a.updated[row].presence[0],
                "presence_forced": a.updated[row].presence[2],
                "expected_children": a.updated[row].expected[0],
                "band": a.parameters.band(a.updated[row].presence[0]),
                "linked_share": a.exposure[row].linked(0),
                "priority_rank": a.priority[row].rank,
            }
        });
        out.write_all(if first { b"\n" } else { b",\n" }).map_err(io)?;
        first = false;
        out.write_all(feature.to_string().as_bytes()).map_err(io)?;
    }
    out.write_all(b"\n]}\n").map_err(io)?;
    out.flush().map_err(io)
}
