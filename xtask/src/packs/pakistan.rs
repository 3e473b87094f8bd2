//! What the pack of Pakistan holds itself to and packs of other countries need not: its schema serves those as well.

use super::table::{Pack, text};

/// Folder of the pack.
const NAME: &str = "pakistan";
const PROVINCES: [&str; 7] =
    ["Punjab", "Sindh", "Khyber Pakhtunkhwa", "Balochistan", "Islamabad Capital Territory", "Azad Jammu and Kashmir", "Gilgit-Baltistan"];
/// Latitudes and longitudes of the country; runs of cells may end beyond its border.
const LATITUDES: [f64; 2] = [23.0, 38.0];
const LONGITUDES: [f64; 2] = [60.0, 78.0];
const CELL_LONGITUDES: [f64; 2] = [60.0, 82.0];

/// What a cell must be.
type Rule = fn(&str) -> bool;

/// Table, column, rule, and the rule in words. Blank cells are left to the schema.
const RULES: [(&str, &str, Rule, &str); 22] = [
    ("districts", "district_id", district, "PK and a number or slug"),
    ("districts", "parent_id", district, "PK and a number or slug"),
    ("districts", "country_iso3", |c| c == "PAK", "PAK"),
    ("districts", "province", province, "a province"),
    ("districts", "status", |c| !c.starts_with("census_") || c == "census_2023", "census_2023"),
    ("districts", "lat", |c| inside(c, LATITUDES), "a latitude of the country"),
    ("districts", "lon", |c| inside(c, LONGITUDES), "a longitude of the country"),
    ("district_cells", "lat", |c| inside(c, LATITUDES), "a latitude of the country"),
    ("district_cells", "lon_from", |c| inside(c, CELL_LONGITUDES), "a longitude of the country"),
    ("district_cells", "lon_to", |c| inside(c, CELL_LONGITUDES), "a longitude of the country"),
    ("district_cells", "district_id", district, "PK and a number or slug"),
    ("indicators", "district_id", district, "PK and a number or slug"),
    ("indicators", "province", province, "a province"),
    ("indicators", "unit", |c| !is_currency(c) || c == "PKR", "PKR"),
    ("child_labour_by_industry", "place", province, "a province"),
    ("minimum_age", "province", province, "a province"),
    ("minimum_age", "jurisdiction_id", |c| c.starts_with("C-") || c.starts_with("PK-"), "C- or PK-"),
    ("statutes", "country_iso3", |c| c == "PAK", "PAK"),
    ("statutes", "province", province, "a province"),
    ("referral", "province", province, "a province"),
    ("referral", "district_id", district, "PK and a number or slug"),
    ("referral", "contact", helpline, "a short number or 000-000-000"),
];

/// Cells of the pack that are not of the country; nothing of any other pack.
pub fn wrong(pack: &Pack) -> anyhow::Result<Vec<String>> {
    let mut wrong = Vec::new();
    if pack.descriptor["name"] != NAME {
        return Ok(wrong);
    }
    for resource in pack.resources() {
        let name = text(&resource["name"])?;
        for (_, column, rule, expected) in RULES.iter().filter(|r| r.0 == name) {
            for (index, [cell]) in pack.table(name)?.select([column])?.into_iter().enumerate() {
                if !cell.is_empty() && !rule(cell) {
                    let file = pack.folder.join(text(&resource["path"])?);
                    wrong.push(format!("{}, row {}, {column}: `{cell}`, expected {expected}", file.display(), index + 2));
                }
            }
        }
    }
    Ok(wrong)
}

/// A P-code, or a slug for districts without one.
fn district(cell: &str) -> bool {
    let number = |rest: &str| rest.len() == 3 && rest.bytes().all(|b| b.is_ascii_digit());
    let slug = |rest: &str| rest.strip_prefix('-').is_some_and(|s| !s.is_empty() && s.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
    cell.strip_prefix("PK").is_some_and(|rest| number(rest) || slug(rest))
}

/// A public line, never a person's telephone.
fn helpline(cell: &str) -> bool {
    let parts: Vec<&str> = cell.split('-').collect();
    let digits = parts.iter().all(|p| p.bytes().all(|b| b.is_ascii_digit()));
    digits
        && if let [short] = parts.as_slice() {
            (2..=5).contains(&short.len())
        } else {
            parts.len() == 3 && parts.iter().all(|p| p.len() == 3)
        }
}

fn province(cell: &str) -> bool {
    PROVINCES.contains(&cell)
}

fn inside(cell: &str, [low, high]: [f64; 2]) -> bool {
    cell.parse::<f64>().is_ok_and(|x| (low..=high).contains(&x))
}

fn is_currency(unit: &str) -> bool {
    unit.len() == 3 && unit.bytes().all(|b| b.is_ascii_uppercase())
}
