//! `packs show rates`: base rates of every sector in a country, by hazard and sex, with intervals.

use std::fmt::Write;

use tierlight_answers::packs::{Rates, SectorOf};
use tierlight_core::risk::base::LevelBasis;
use tierlight_core::risk::logit::Interval;
use tierlight_data::packs::Packs;

use crate::args::Format;
use crate::view::{percent, table};

pub fn show(packs: &Packs, country: u16, find: Option<&str>, limit: usize, format: Format) -> anyhow::Result<String> {
    let rates = Rates::new(packs, country, find)?;
    let found = &rates.sectors;
    if format == Format::Json {
        let rows: Vec<_> = found.iter().take(limit).map(|of| rates.json(of)).collect();
        return Ok(serde_json::to_string_pretty(&rows)? + "\n");
    }
    let country = &packs.parameters.countries[usize::from(country)];
    let mut out = format!("{} ({}): children in the workforce of each sector, 90 % intervals in brackets\n\n", country.name, country.iso3);
    let header =
        ["sector", ">child labour", ">reported", ">r", ">hazardous", ">forced", ">girls", ">boys", "found", "level", "grade", "source"];
    let shown = found.iter().take(limit);
    out += &table(
        &header,
        shown.clone().map(|of| {
            let (reported, reporting) = rates.reported(of);
            let SectorOf { sector, rates } = of;
            let [girls, boys] = rates.sexes(0).map(|x| percent(x.mean));
            let [all, hazardous, forced] = rates.hazards.map(between);
            let grade = rates.grade.letter().to_owned();
            let (level, source) = (rates.basis.slug().to_owned(), rates.sources[0].clone());
            let found = rates.derivation.slug().to_owned();
            vec![
                sector.id.clone(),
                all,
                percent(reported),
                reporting.to_string(),
                hazardous,
                forced,
                girls,
                boys,
                found,
                level,
                grade,
                source,
            ]
        }),
    );
    writeln!(
        out,
        "\n{} of {} sectors; --limit and --find choose, --format json gives all intervals and sources",
        shown.len(),
        found.len()
    )?;
    out += &note(found);
    Ok(out)
}

/// What the level says of the country, for people.
fn note(found: &[SectorOf<'_>]) -> String {
    let Some(of) = found.iter().find(|of| of.rates.basis != LevelBasis::OwnBase) else { return String::new() };
    match of.rates.basis {
        LevelBasis::OwnRate | LevelBasis::OwnBase => String::new(),
        LevelBasis::IncomeGroup => "no survey of this country: the rate judged for high-income countries stands in\n".to_owned(),
        LevelBasis::Poverty => "no survey of this country: its level is guessed from poverty, and the intervals are wide\n".to_owned(),
        LevelBasis::Subregion => {
            "no survey of this country: the median of its sub-region stands in, and the intervals are wide\n".to_owned()
        }
        LevelBasis::World => {
            "no survey of this country or of enough neighbours: the world's rate stands in, and the intervals are wide\n".to_owned()
        }
    }
}

fn between(x: Interval) -> String {
    format!("{} [{}–{}]", percent(x.mean), percent(x.low).trim_end_matches(" %"), percent(x.high).trim_end_matches(" %"))
}
