//! GeoJSON (RFC 7946) that a user brings.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::{Geography, Ring, Shape};
use crate::chart::MapLine;
use crate::error::{Error, Result};

/// Longest text that is read, bytes.
pub const MOST_BYTES: usize = 64 << 20;
/// Most features and points of all together.
const MOST_FEATURES: usize = 50_000;
const MOST_POINTS: usize = 2_000_000;
/// Points are rounded to so many decimals that the file is at least so many steps across, so that a map has no more of them than it can
/// show; neighbours that shared a point still do.
const STEPS: f64 = 4_000.0;

/// Properties that name a district, best first; letters count alike in upper and lower case.
const NAMES: [&str; 19] = [
    "district_id",
    "adm2_pcode",
    "pcode",
    "district",
    "district_name",
    "adm2_en",
    "adm2_name",
    "name_2",
    "shapename",
    "name_en",
    "name",
    "adm2_ur",
    "name_ur",
    "name_local",
    "adm1_en",
    "name_1",
    "varname_2",
    "title",
    "label",
];
/// Words in a property that make a line a disputed or approximate one.
const DISPUTED: [&str; 5] = ["disputed", "line of control", "indefinite", "undetermined", "claim"];
/// Properties that say what a feature is.
const KINDS: [&str; 7] = ["disputed", "status", "featurecla", "type", "class", "kind", "boundary"];

#[derive(serde::Deserialize)]
struct File {
    r#type: String,
    #[serde(default)]
    features: Vec<Feature>,
    crs: Option<Value>,
    geometry: Option<Geometry>,
    properties: Option<Map<String, Value>>,
}

#[derive(serde::Deserialize)]
struct Feature {
    geometry: Option<Geometry>,
    properties: Option<Map<String, Value>>,
}

#[derive(serde::Deserialize)]
#[serde(tag = "type", content = "coordinates")]
enum Geometry {
    Polygon(Vec<Vec<Position>>),
    MultiPolygon(Vec<Vec<Vec<Position>>>),
    LineString(Vec<Position>),
    MultiLineString(Vec<Vec<Position>>),
    Point(IgnoredAny),
    MultiPoint(IgnoredAny),
}

/// Longitude and latitude; a height is not kept.
struct Position([f64; 2]);

impl<'de> Deserialize<'de> for Position {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Numbers;
        impl<'de> Visitor<'de> for Numbers {
            type Value = Position;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a longitude and a latitude")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> std::result::Result<Position, A::Error> {
                let mut number =
                    |at| seq.next_element::<f64>()?.ok_or_else(|| serde::de::Error::invalid_length(at, &"a longitude and a latitude"));
                let (longitude, latitude) = (number(0)?, number(1)?);
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Position([longitude, latitude]))
            }
        }
        deserializer.deserialize_seq(Numbers)
    }
}

fn bad(reason: impl Into<String>, hint: &str) -> Error {
    Error::Boundaries { reason: reason.into(), hint: hint.to_owned() }
}

const FORM: &str = "bring a GeoJSON FeatureCollection of Polygons, MultiPolygons and LineStrings in longitude and latitude (WGS 84)";

impl Geography {
    /// Shapes and lines of GeoJSON: polygons are districts, called by their properties; line strings are borders, dashed where a
    /// property says disputed.
    ///
    /// # Errors
    /// Text that is no GeoJSON, is too long, has no polygon, or has places that are no longitude and latitude.
    pub fn of_geojson(text: &str) -> Result<Self> {
        if text.len() > MOST_BYTES {
            return Err(bad(
                format!("{} bytes, at most {MOST_BYTES} are read", text.len()),
                "simplify the shapes first, with mapshaper, say",
            ));
        }
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let file: File = serde_json::from_str(text).map_err(|e| bad(format!("not GeoJSON: {e}"), FORM))?;
        projection(file.crs.as_ref())?;
        let features = match file.r#type.as_str() {
            "FeatureCollection" => file.features,
            "Feature" => vec![Feature { geometry: file.geometry, properties: file.properties }],
            other => {
                return Err(bad(format!("found a {}, expected a FeatureCollection", crate::chart::words::cut(other, 1.0, 40.0)), FORM));
            }
        };
        if features.len() > MOST_FEATURES {
            return Err(bad(
                format!("{} features, at most {MOST_FEATURES} are read", features.len()),
                "keep one feature for each district",
            ));
        }
        let mut out = Self::default();
        let mut points = 0;
        for (at, feature) in features.into_iter().enumerate() {
            let mut part = |part: Vec<Position>| checked(part, at + 1, &mut points);
            let properties = feature.properties.unwrap_or_default();
            let rings = match feature.geometry {
                Some(Geometry::Polygon(rings)) => rings.into_iter().map(part).collect::<Result<Vec<_>>>()?,
                Some(Geometry::MultiPolygon(polygons)) => polygons.into_iter().flatten().map(part).collect::<Result<Vec<_>>>()?,
                Some(Geometry::LineString(line)) => {
                    out.lines.push(MapLine { points: part(line)?, dashed: disputed(&properties) });
                    continue;
                }
                Some(Geometry::MultiLineString(lines)) => {
                    for line in lines {
                        out.lines.push(MapLine { points: part(line)?, dashed: disputed(&properties) });
                    }
                    continue;
                }
                Some(Geometry::Point(_) | Geometry::MultiPoint(_)) | None => continue,
            };
            if disputed(&properties) {
                let outlines = rings.iter().map(|r| MapLine { points: r.iter().chain(r.first()).copied().collect(), dashed: true });
                out.lines.extend(outlines);
            }
            out.shapes.push(Shape { id: String::new(), names: names(&properties), rings });
        }
        if out.shapes.is_empty() {
            return Err(bad("no polygon", FORM));
        }
        out.thin();
        Ok(out)
    }

    /// Rounds points and leaves out those that fall together; rings of less than three points are too small to be seen.
    fn thin(&mut self) {
        let mut ends = [f64::INFINITY, f64::NEG_INFINITY, f64::INFINITY, f64::NEG_INFINITY];
        for [x, y] in self.shapes.iter().flat_map(|s| &s.rings).flatten() {
            ends = [ends[0].min(*x), ends[1].max(*x), ends[2].min(*y), ends[3].max(*y)];
        }
        let across = (ends[1] - ends[0]).max(ends[3] - ends[2]);
        let scale = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5].into_iter().find(|scale| across * scale >= STEPS).unwrap_or(1e6);
        let snap = |points: &mut Vec<[f64; 2]>| {
            for point in points.iter_mut() {
                *point = point.map(|c| (c * scale).round() / scale);
            }
            points.dedup();
        };
        for shape in &mut self.shapes {
            for ring in &mut shape.rings {
                snap(ring);
                if ring.len() > 1 && ring.first() == ring.last() {
                    ring.pop();
                }
            }
            shape.rings.retain(|r| r.len() >= 3);
        }
        for line in &mut self.lines {
            snap(&mut line.points);
        }
        self.lines.retain(|l| l.points.len() >= 2);
    }
}

/// Points in degrees.
fn checked(part: Vec<Position>, feature: usize, points: &mut usize) -> Result<Ring> {
    *points += part.len();
    if *points > MOST_POINTS {
        return Err(bad(format!("more than {MOST_POINTS} points"), "simplify the shapes first, with mapshaper, say"));
    }
    let degrees = |Position([longitude, latitude])| {
        if longitude.abs() <= 180.0 && latitude.abs() <= 90.0 {
            return Ok([longitude, latitude]);
        }
        let reason = format!("feature {feature}: ({longitude}, {latitude}) is no longitude and latitude in degrees");
        Err(bad(reason, "project the file to WGS 84 (EPSG:4326), longitude first"))
    };
    part.into_iter().map(degrees).collect()
}

/// Files from before RFC 7946 may name a projection.
fn projection(crs: Option<&Value>) -> Result<()> {
    let Some(name) = crs.and_then(|c| c.pointer("/properties/name")).and_then(Value::as_str) else { return Ok(()) };
    if name.ends_with("CRS84") || name.ends_with("4326") {
        return Ok(());
    }
    let shown = crate::chart::words::cut(&crate::chart::words::plain(name), 1.0, 40.0);
    Err(bad(format!("its coordinates are in {shown}"), "project the file to WGS 84 (EPSG:4326)"))
}

/// What a feature is called, best first.
fn names(properties: &Map<String, Value>) -> Vec<String> {
    let named = |wanted: &&str| properties.iter().find(|(key, _)| key.eq_ignore_ascii_case(wanted)).map(|(_, value)| value);
    let texts = NAMES.iter().filter_map(named).filter_map(Value::as_str).map(str::trim).filter(|t| !t.is_empty() && t.len() <= 200);
    texts.map(str::to_owned).collect()
}

fn disputed(properties: &Map<String, Value>) -> bool {
    let kinds = properties.iter().filter(|(key, _)| KINDS.iter().any(|k| key.eq_ignore_ascii_case(k)));
    kinds.into_iter().any(|(key, value)| match value {
        Value::Bool(yes) => *yes && key.eq_ignore_ascii_case("disputed"),
        Value::Number(n) => key.eq_ignore_ascii_case("disputed") && n.as_f64() == Some(1.0),
        Value::String(words) => {
            let words = words.to_lowercase();
            let yes = key.eq_ignore_ascii_case("disputed") && matches!(words.as_str(), "yes" | "true" | "1" | "y");
            yes || DISPUTED.iter().any(|d| words.contains(d))
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: &str = "[[[70,30],[71,30],[71,31],[70,31],[70,30]]]";

    fn feature(kind: &str, coordinates: &str, properties: &str) -> String {
        format!(r#"{{"type":"Feature","properties":{properties},"geometry":{{"type":"{kind}","coordinates":{coordinates}}}}}"#)
    }

    fn collection(features: &[String]) -> String {
        format!(r#"{{"type":"FeatureCollection","name":"x","features":[{}]}}"#, features.join(","))
    }

    #[test]
    fn polygons_and_lines_are_read() {
        let text = collection(&[
            feature("Polygon", SQUARE, r#"{"OBJECTID":4,"NAME":"Sialkot District","ADM2_EN":"Sialkot"}"#),
            feature("MultiPolygon", &format!("[{SQUARE},[[[72,30,5],[73,30,5],[73,31,5]]]]"), r#"{"shapeName":"<b>Narowal</b>"}"#),
            feature("LineString", "[[70,30],[71,31]]", r#"{"featurecla":"Line of control (please verify)"}"#),
            feature("MultiLineString", "[[[70,30],[71,31]],[[1,2],[3,4]]]", "null"),
            feature("Point", "[70,30]", "{}"),
            r#"{"type":"Feature","properties":{},"geometry":null}"#.to_owned(),
        ]);
        let geography = Geography::of_geojson(&text).unwrap();
        assert_eq!(geography.shapes.len(), 2);
        assert_eq!(geography.shapes[0].names, ["Sialkot", "Sialkot District"]);
        assert_eq!(geography.shapes[0].rings, [vec![[70.0, 30.0], [71.0, 30.0], [71.0, 31.0], [70.0, 31.0]]]);
        assert_eq!(geography.shapes[1].rings.len(), 2);
        assert_eq!(geography.lines.iter().map(|l| l.dashed).collect::<Vec<_>>(), [true, false, false]);
    }

    #[test]
    fn names_become_ids_and_parts_of_one_district_one_shape() {
        let named = |name: &str| feature("Polygon", SQUARE, &format!(r#"{{"name":"{name}"}}"#));
        let mut geography = Geography::of_geojson(&collection(&[named("B"), named("nowhere"), named("a"), named("A")])).unwrap();
        let unmatched = geography.resolve(|name| (name.len() == 1).then(|| name.to_uppercase()));
        assert_eq!(unmatched, ["nowhere"]);
        let ids: Vec<(&str, usize)> = geography.shapes.iter().map(|s| (s.id.as_str(), s.rings.len())).collect();
        assert_eq!(ids, [("A", 2), ("B", 1), ("", 1)]);
    }

    #[test]
    fn hostile_files_are_errors_that_say_why() {
        let error = |text: &str| Geography::of_geojson(text).unwrap_err().to_string();
        assert!(error("").contains("not GeoJSON"));
        assert!(error("[1,2]").contains("not GeoJSON"));
        assert!(error(&"[".repeat(100_000)).contains("not GeoJSON"));
        assert!(error(&format!("{{\"type\":\"FeatureCollection\",\"features\":{}", "[".repeat(100_000))).contains("not GeoJSON"));
        assert!(error(r#"{"type":"Topology","objects":{}}"#).contains("found a Topology"));
        assert!(error(&collection(&[])).contains("no polygon"));
        assert!(
            error(&collection(&[feature("Polygon", "[[[500000,3400000],[1,2],[3,4]]]", "{}")])).contains("feature 1: (500000, 3400000)")
        );
        assert!(error(&collection(&[feature("Polygon", "[[[1],[1,2]]]", "{}")])).contains("a longitude and a latitude"));
        assert!(error(&collection(&[feature("Polygon", "[[[1,1e999],[1,2]]]", "{}")])).contains("not GeoJSON"));
        assert!(error(&collection(&[feature("Blob", "[]", "{}")])).contains("Blob"));
        let projected = r#"{"type":"FeatureCollection","crs":{"properties":{"name":"urn:ogc:def:crs:EPSG::32643"}},"features":[]}"#;
        assert!(error(projected).contains("32643"));
        let many = collection(&vec![r#"{"type":"Feature","geometry":null}"#.to_owned(); MOST_FEATURES + 1]);
        assert!(error(&many).contains("features, at most"));
    }

    #[test]
    fn disputed_is_a_word_or_a_flag() {
        let is = |properties: &str| disputed(&serde_json::from_str(properties).unwrap());
        assert!(is(r#"{"disputed":true}"#) && is(r#"{"DISPUTED":"yes"}"#) && is(r#"{"disputed":1}"#) && is(r#"{"status":"Disputed"}"#));
        assert!(!is(r#"{"disputed":false}"#) && !is(r#"{"disputed":"no"}"#) && !is(r#"{"status":"settled"}"#) && !is("{}"));
    }
}
