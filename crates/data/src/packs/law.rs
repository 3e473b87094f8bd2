//! From pack tables to rules of law.

use tierlight_core::law::{
    AgeLaw, Basis, Condition, Doubt, ELEMENTS, Element, FactKind, Law, Outcome, Penalty, Period, Provision, Rule, Status, Verification,
    Vocabulary, parse,
};

use super::PackTables;
use super::parameters::Cells;
use crate::error::{Error, Result};
use crate::text::header_key;

/// Columns of `ratifications` that are treaties.
const TREATIES: [&str; 6] = ["c138", "c182", "crc", "opac", "opsc", "palermo"];

/// Rules of law of the packs, with the facts, provisions and ages that they rest on.
///
/// # Errors
/// A condition, date or word that cannot be read, or a rule on a provision that no pack has: file, row and column.
pub fn read_law(tables: &PackTables) -> Result<Law> {
    let rows = |table: &'static str| tables.rows(table).map(move |row| Cells { table, row });
    let mut law = Law { vocabulary: vocabulary(tables)?, ..Law::default() };
    law.provisions = rows("statutes").map(|cells| provision(&cells)).collect::<Result<_>>()?;
    law.ages = rows("minimum_age").map(|cells| age(&cells)).collect::<Result<_>>()?;
    if let Some((age, cells)) = law.ages.iter().zip(rows("minimum_age")).find(|(age, _)| !is_branch(age, &law.vocabulary)) {
        return Err(cells.bad("applies_to", &format!("general, or a derived fact of law_facts; `{}` is none", age.branch)));
    }
    law.rules = rows("law_rules").map(|cells| rule(&cells, &law)).collect::<Result<_>>()?;
    for cells in rows("ratifications") {
        for treaty in TREATIES {
            if let Some(party) = cells.maybe(treaty)? {
                law.parties.insert((cells.text("country_iso3"), treaty.to_owned()), party > 0.0);
            }
        }
    }
    let mut signs: Vec<(f64, _)> = Vec::new();
    for cells in rows("fl_indicators") {
        let number = cells.maybe("indicator_no")?.unwrap_or_default();
        signs.push((number, (cells.text("indicator_id"), cells.text("name"), cells.text("explanation"))));
    }
    signs.sort_by(|a, b| a.0.total_cmp(&b.0));
    law.signs = signs.into_iter().map(|(_, sign)| sign).collect();
    Ok(law)
}

/// Facts as they are stated first, then those that follow from them.
fn vocabulary(tables: &PackTables) -> Result<Vocabulary> {
    let mut out = Vocabulary::default();
    let mut derived = Vec::new();
    for row in tables.rows("law_facts") {
        let cells = Cells { table: "law_facts", row };
        let words = || row.get("words").split('|').filter(|w| !w.is_empty()).map(str::to_owned).collect();
        let kind = match row.get("kind") {
            "yes_no" => FactKind::YesNo,
            "number" => FactKind::Number,
            "words" => FactKind::Words(words()),
            "derived" => {
                derived.push(cells);
                continue;
            }
            _ => return Err(cells.bad("kind", "yes_no, number, words or derived")),
        };
        out.add(row.get("fact_id"), kind, row.get("question"), row.get("care"));
    }
    let stated = out.clone();
    for cells in derived {
        // of stated facts only: no circle is possible
        let condition = condition(&cells, "condition", &stated, &[])?.ok_or_else(|| cells.bad("condition", "a condition"))?;
        out.add(cells.row.get("fact_id"), FactKind::Derived(condition), cells.row.get("question"), cells.row.get("care"));
    }
    Ok(out)
}

fn is_branch(age: &AgeLaw, vocabulary: &Vocabulary) -> bool {
    age.branch == "general" || matches!(vocabulary.kind(&age.branch), Some(FactKind::Derived(_)))
}

fn condition(cells: &Cells<'_>, column: &str, vocabulary: &Vocabulary, law: &[&str]) -> Result<Option<Condition>> {
    let text = cells.row.get(column);
    if text.is_empty() {
        return Ok(None);
    }
    parse(text, vocabulary, law).map(Some).map_err(|error| match error {
        tierlight_core::Error::Condition { found, expected, .. } => cells.bad(column, &format!("{expected}, not {found}")),
        other => Error::Core(other),
    })
}

/// A word of a list, by the slug it has in the core.
fn slug<T>(cells: &Cells<'_>, column: &str, find: fn(&str) -> Option<T>, expected: &str) -> Result<T> {
    find(cells.row.get(column)).ok_or_else(|| cells.bad(column, expected))
}

fn period(cells: &Cells<'_>, column: &str) -> Result<Option<Period>> {
    match cells.row.get(column) {
        "" => Ok(None),
        text => Period::parse(text).map(Some).ok_or_else(|| cells.bad(column, "a year, month or day: 2018, 2018-05 or 2018-05-30")),
    }
}

fn provision(cells: &Cells<'_>) -> Result<Provision> {
    let number = [cells.text("act_no"), cells.text("year")];
    Ok(Provision {
        id: cells.text("provision_id"),
        country: cells.text("country_iso3"),
        province: header_key(cells.row.get("province")),
        treaty: cells.text("treaty"),
        act: cells.text("act"),
        number: if number[0].contains(&number[1]) { number[0].clone() } else { number.join(" ").trim().to_owned() },
        sections: cells.text("sections"),
        wording: cells.text("rule"),
        min_age: cells.maybe("min_age")?,
        penalty: Penalty {
            prison: [cells.maybe("prison_min_years")?, cells.maybe("prison_max_years")?],
            fine: [cells.maybe("fine_min_pkr")?, cells.maybe("fine_max_pkr")?],
            note: cells.text("penalty_note"),
        },
        enforced_by: cells.text("enforced_by"),
        gap: cells.text("known_gap"),
        status: slug(cells, "status", Status::from_slug, "in_force, amended, repealed, ordinance or unconfirmed")?,
        status_note: cells.text("status_note"),
        valid_from: period(cells, "valid_from")?,
        valid_from_text: cells.text("valid_from"),
        valid_to: period(cells, "valid_to")?,
        valid_to_text: cells.text("valid_to"),
        verification: verification(cells)?,
        verification_note: cells.text("verification_note"),
        provenance: cells.provenance()?,
    })
}

fn verification(cells: &Cells<'_>) -> Result<Verification> {
    slug(cells, "verification", Verification::from_slug, "how it was read: primary_text, press, not_read …")
}

fn age(cells: &Cells<'_>) -> Result<AgeLaw> {
    let act = [cells.text("act_name"), cells.text("section")];
    Ok(AgeLaw {
        id: cells.text("jurisdiction_id"),
        country: cells.text("country_iso3"),
        province: header_key(cells.row.get("province")),
        jurisdiction: cells.text("jurisdiction"),
        branch: cells.text("applies_to"),
        provision: cells.text("provision_id"),
        general: cells.maybe("general_min_age")?,
        light: cells.maybe("light_work_min_age")?,
        hazardous: cells.maybe("hazardous_min_age")?,
        schooling: cells.maybe("compulsory_education_age")?,
        act: act.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "),
        scope: cells.text("scope_note"),
        conflict: cells.text("conflict_note"),
        reliable: cells.row.get("for_scoring") != "0",
        verification: verification(cells)?,
        provenance: cells.provenance()?,
    })
}

fn rule(cells: &Cells<'_>, law: &Law) -> Result<Rule> {
    let id = cells.text("provision_id");
    let (basis, numbers): (Basis, &[&str]) = match cells.row.get("basis") {
        "provision" if law.provision(&id).is_some() => (Basis::Provision(id), &[Provision::MIN_AGE]),
        "provision" => return Err(cells.bad("provision_id", "a row of statutes")),
        "minimum_age" => (Basis::MinimumAge, &AgeLaw::NUMBERS),
        _ => return Err(cells.bad("basis", "provision or minimum_age")),
    };
    let read = |column| condition(cells, column, &law.vocabulary, numbers);
    let mut elements = [const { None }; ELEMENTS];
    for (condition, element) in elements.iter_mut().zip(Element::ALL) {
        *condition = read(element.slug())?;
    }
    if elements.iter().all(Option::is_none) {
        return Err(cells.bad("circumstance", "a condition of one element at least"));
    }
    let doubt = match read("doubt_when")? {
        None => None,
        Some(when) => {
            let element =
                slug(cells, "doubt_element", Element::from_slug, "the element that is open: person, act, means, purpose or circumstance")?;
            if cells.row.get("question").is_empty() {
                return Err(cells.bad("question", "the question that is open"));
            }
            Some(Doubt { element, when, question: cells.text("question") })
        }
    };
    Ok(Rule {
        id: cells.text("rule_id"),
        basis,
        outcome: slug(cells, "outcome", Outcome::from_slug, "an outcome: below_minimum_age, hazardous, bonded …")?,
        elements,
        doubt,
        conclusion: cells.text("conclusion"),
        note: cells.text("note"),
        provenance: cells.provenance()?,
    })
}
