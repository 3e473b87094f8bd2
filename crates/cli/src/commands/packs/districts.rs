//! `packs show districts`: the small-area estimate of every district, and what it rests on.

use std::fmt::Write;

use tierlight_answers::packs::{District, Districts};
use tierlight_core::parameters::Parameters;
use tierlight_data::packs::{Packs, Row};

use crate::args::Format;
use crate::view::{percent, table};

pub fn show(packs: &Packs, country: Option<u16>, find: Option<&str>, limit: usize, format: Format) -> anyhow::Result<String> {
    let districts = Districts::new(packs, country, find)?;
    let found = &districts.rows;
    if format == Format::Json {
        let rows: Vec<_> = found.iter().take(limit).map(|row| districts.json(row)).collect();
        return Ok(serde_json::to_string_pretty(&rows)? + "\n");
    }
    let shown = &found[..found.len().min(limit)];
    let mut out = "Child labour of children of 5 to 17, % of children; 90 % intervals\n\n".to_owned();
    out += &table(
        &[
            "district",
            "province",
            "published (survey, children asked)",
            ">synthetic",
            ">combined",
            "interval",
            ">weight",
            "grade",
            "flags",
            "no service found for",
        ],
        shown.iter().map(|row| line(&packs.parameters, row, &districts.of(row))),
    );
    writeln!(
        out,
        "\n{} of {} districts; --country, --find and --limit choose, --format json gives all columns, effects and sources\n\
         synthetic: by covariates and province alone; weight: what the district's own surveys make of the combined estimate\n\
         no service found for: needs without a service (no_service) or without a confirmed line (no_contact); a gap of the district\n\
         flags are explained in docs/method/area.md; `tierlight validate` says how well districts are known",
        shown.len(),
        found.len()
    )?;
    Ok(out)
}

fn line(p: &Parameters, row: &Row, known: &District<'_>) -> Vec<String> {
    let mut out = vec![row.get("name").to_owned(), row.get("province").to_owned()];
    let gaps = known.gaps.iter().map(|(need, gap)| format!("{} ({})", need.slug(), gap.slug())).collect::<Vec<_>>().join(" ");
    let Some(estimate) = known.estimate else {
        out.extend(["", "", "no survey in the country", "", "", "", ""].map(str::to_owned));
        out.push(gaps);
        return out;
    };
    let direct = estimate.direct.iter().map(|d| {
        let asked = d.sample.map_or("sample unknown".to_owned(), |n| format!("{n:.0}"));
        format!("{} ({}, {asked})", percent(d.rate), p.surveys[d.survey].name)
    });
    let [low, high] = estimate.interval();
    out.push(direct.collect::<Vec<_>>().join("; "));
    out.push(percent(estimate.synthetic));
    out.push(percent(estimate.combined()));
    out.push(format!("{} to {}", percent(low), percent(high)));
    out.push(format!("{:.2}", estimate.weight));
    out.push(estimate.provenance.grade.letter().to_owned());
    out.push(known.flags.join(" "));
    out.push(gaps);
    out
}
