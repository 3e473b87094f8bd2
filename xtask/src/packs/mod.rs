//! `cargo xtask packs`: what is generated from the packs' tables, and the checks that no validator makes.

mod counts;
mod croissant;
pub mod derive;
mod descriptor;
mod pakistan;
mod ranges;
mod readme;
mod references;
mod table;

use std::path::PathBuf;

use anyhow::bail;
use table::Pack;

/// Generated files of all packs, as they should be.
fn outputs() -> anyhow::Result<Vec<(PathBuf, String)>> {
    let mut files = Vec::new();
    for mut pack in Pack::all()? {
        descriptor::renew(&mut pack)?;
        files.push((pack.folder.join("datapackage.json"), serde_json::to_string_pretty(&pack.descriptor)? + "\n"));
        files.push((pack.folder.join("croissant.json"), serde_json::to_string_pretty(&croissant::of(&pack)?)? + "\n"));
        files.push((pack.folder.join("README.md"), readme::filled(&pack)?));
    }
    Ok(files)
}

/// Derives tables; writes descriptors, Croissant files and the counted parts of the README files.
pub fn run() -> anyhow::Result<()> {
    derive::write()?;
    for (path, text) in outputs()? {
        if std::fs::read_to_string(&path).ok().as_ref() != Some(&text) {
            std::fs::write(&path, text)?;
            println!("{}", path.display());
        }
    }
    Ok(())
}

/// Nothing generated is stale, references between packs are met, and values are in range.
pub fn check() -> anyhow::Result<()> {
    let packs = Pack::all()?;
    let mut wrong = references::wrong(&packs)?;
    for pack in &packs {
        wrong.extend(ranges::wrong(pack)?);
        wrong.extend(pakistan::wrong(pack)?);
    }
    if !wrong.is_empty() {
        bail!("{}", wrong.join("\n"));
    }
    for (path, text) in outputs()? {
        if std::fs::read_to_string(&path).ok().as_ref() != Some(&text) {
            bail!("{} is stale: run `cargo xtask packs`", path.display());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::table::{Pack, Table};
    use super::{croissant, pakistan, ranges, readme, references};

    fn pack(name: &str, resource: &serde_json::Value, text: &str) -> Pack {
        let descriptor = json!({
            "name": name, "title": name, "version": "1", "created": "2026-01-02T00:00:00Z", "description": name,
            "licenses": [{ "path": "licence" }], "resources": [resource],
        });
        let table = Table::parse(text).unwrap_or_else(|e| unreachable!("{e}"));
        let key = descriptor["resources"][0]["name"].as_str().unwrap_or_default().to_owned();
        Pack { folder: name.into(), descriptor, tables: [(key, table)].into() }
    }

    fn sectors() -> Pack {
        pack("world", &json!({ "name": "sectors", "path": "sectors.csv", "schema": { "fields": [] } }), "sector_id\ncarpets\n")
    }

    fn base(text: &str) -> Pack {
        let target = json!({ "resource": "sectors", "fields": "sector_id" });
        let fields = json!([{ "name": "sector_id", "type": "string", "description": "Sector", "tierlight:references": target }]);
        let schema = json!({ "fields": fields, "primaryKey": "sector_id" });
        let resource = json!({
            "name": "base", "path": "base.csv", "description": "Base", "mediatype": "text/csv", "bytes": 3, "hash": "sha256:ab",
            "schema": schema,
        });
        pack("pakistan", &resource, text)
    }

    #[test]
    fn a_reference_may_point_into_another_pack_but_not_nowhere() {
        let met = references::wrong(&[base("sector_id\ncarpets\n\"\"\n"), sectors()]);
        assert!(met.is_ok_and(|wrong| wrong.is_empty()));
        let unmet = references::wrong(&[base("sector_id\ncarpets\nkites\n"), sectors()]).unwrap_or_default();
        assert_eq!(unmet, ["pakistan/base.csv, row 3, sector_id: `kites` is in no pack"]);
    }

    #[test]
    fn the_committed_packs_hold() {
        let packs = Pack::all().unwrap_or_default();
        assert_eq!(packs.len(), 2);
        let found: Vec<anyhow::Result<Vec<String>>> =
            packs.iter().flat_map(|p| [ranges::wrong(p), pakistan::wrong(p)]).chain([references::wrong(&packs)]).collect();
        assert!(found.iter().all(|f| f.as_ref().is_ok_and(Vec::is_empty)), "{found:?}");
    }

    #[test]
    fn percentages_and_bounds_are_held_in_range() {
        let text = "sector_id,indicator,unit,value,value_low,value_high\n\
            a,rate,percent,100,,\nb,rate,percent,101,,\nc,rate_gross,percent,101,,\nd,sum,count,5,6,\ne,sum,count,5,,4\n";
        let wrong = ranges::wrong(&base(text)).unwrap_or_default();
        let rows: Vec<&str> = wrong.iter().filter_map(|w| w.split(": ").next()).collect();
        assert_eq!(rows, ["pakistan/base.csv, row 3", "pakistan/base.csv, row 5", "pakistan/base.csv, row 6"]);
    }

    #[test]
    fn the_pack_of_pakistan_holds_its_own_country_only() {
        let districts = |name: &str| {
            let resource = json!({ "name": "districts", "path": "districts.csv", "schema": { "fields": [] } });
            let text = "district_id,parent_id,country_iso3,province,status,lat,lon\nPK601,,PAK,Punjab,census_2023,33.5,72.3\n\
                PK-lower_x,PK601,PAK,Sindh,post_census,,\nNP001,,NPL,Bagmati,census_2021,52.5,85\n";
            pakistan::wrong(&pack(name, &resource, text)).unwrap_or_default()
        };
        let of_others = districts("nepal");
        assert!(of_others.is_empty(), "{of_others:?}");
        let wrong = districts("pakistan");
        let columns: Vec<&str> =
            wrong.iter().filter_map(|w| w.split(": ").next()?.strip_prefix("pakistan/districts.csv, row 4, ")).collect();
        assert_eq!(columns, ["district_id", "country_iso3", "province", "status", "lat", "lon"], "{wrong:?}");
        let resource = json!({ "name": "referral", "path": "r.csv", "schema": { "fields": [] } });
        let lines = pack("pakistan", &resource, "province,district_id,contact\nSindh,PK707,1121\n,,111-222-333\n,,0300-1234567\n,,\n");
        let wrong = pakistan::wrong(&lines).unwrap_or_default();
        assert_eq!(wrong, ["pakistan/r.csv, row 4, contact: `0300-1234567`, expected a short number or 000-000-000"]);
    }

    #[test]
    fn croissant_names_files_keys_and_columns() {
        let made = croissant::of(&base("sector_id\ncarpets\n")).unwrap_or_default();
        assert_eq!(made["datePublished"], "2026-01-02");
        assert_eq!(made["distribution"][0]["sha256"], "ab");
        assert_eq!(made["recordSet"][0]["key"], json!([{ "@id": "base/sector_id" }]));
        assert_eq!(made["recordSet"][0]["field"][0]["source"]["extract"]["column"], "sector_id");
    }

    #[test]
    fn counts_replace_what_stands_between_their_markers() {
        let pack = base("sector_id\ncarpets\n");
        let text = "a\n<!-- counts: tables -->\nstale\n<!-- end -->\nb\n";
        let filled = readme::fill(text, &pack).unwrap_or_default();
        assert!(filled.contains("| base | 1 | sector_id | Base | – |") && !filled.contains("stale"), "{filled}");
        assert!(filled.starts_with("a\n") && filled.ends_with("<!-- end -->\nb\n"));
        assert_eq!(readme::fill(&filled, &pack).unwrap_or_default(), filled);
        assert!(readme::fill("<!-- counts: tables -->", &pack).is_err(), "a block that does not end");
        assert!(readme::fill("<!-- counts: nothing --><!-- end -->", &pack).is_err(), "a count that does not exist");
    }
}
