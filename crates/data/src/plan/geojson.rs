//! `map.geojson`: tours as lines, visits as points (RFC 7946).

use std::path::Path;

use serde_json::{Value, json};
use tierlight_core::decide::plan::{Place, Trip};

use super::PlanOutput;
use super::tables::clock;
use crate::error::{Error, Result};

fn point(place: &Place) -> Value {
    json!([place.at.longitude, place.at.latitude])
}

pub(super) fn write(path: &Path, o: &PlanOutput<'_>) -> Result<()> {
    let mut features: Vec<Value> = Vec::new();
    for (k, trip) in o.plan.trips.iter().enumerate() {
        features.push(tour(o, k, trip));
        features.extend(visits(o, k, trip));
    }
    let lines: Vec<String> = features.iter().map(Value::to_string).collect();
    let text = format!("{{\"type\":\"FeatureCollection\",\"features\":[\n{}\n]}}\n", lines.join(",\n"));
    std::fs::write(path, text).map_err(|e| Error::io(path, &e))
}

fn tour(o: &PlanOutput<'_>, k: usize, trip: &Trip) -> Value {
    let team = &o.ask.teams[trip.team as usize];
    let stops = trip.visits.iter().map(|v| point(&o.plan.frame.candidates[v.candidate as usize].place));
    let line: Vec<Value> = [point(&team.home)].into_iter().chain(stops).chain([point(&team.home)]).collect();
    json!({
        "type": "Feature",
        "geometry": { "type": "LineString", "coordinates": line },
        "properties": {
            "trip": k + 1, "team_id": team.id, "district": o.plan.frame.areas[trip.area as usize].name,
            "first_date": o.date(trip.first_day), "days": trip.days, "visits": trip.visits.len(),
            "driving_hours": trip.driving.iter().sum::<f64>(),
        },
    })
}

fn visits<'o>(o: &'o PlanOutput<'o>, k: usize, trip: &'o Trip) -> impl Iterator<Item = Value> + 'o {
    trip.visits.iter().map(move |v| {
        let c = &o.plan.frame.candidates[v.candidate as usize];
        let site = c.site as usize;
        json!({
            "type": "Feature",
            "geometry": { "type": "Point", "coordinates": point(&c.place) },
            "properties": {
                "trip": k + 1, "team_id": o.ask.teams[trip.team as usize].id, "date": o.date(trip.first_day + v.day),
                "starts": clock(v.start), "site_id": o.assessment.network.site_id(site), "kind": v.kind.slug(),
                "place": if c.place.exact { "coordinates" } else { "district_centre" },
                "presence": o.assessment.updated[site].presence[0],
                "expected_children": c.reached[0][0] + c.reached[0][1],
            },
        })
    })
}
