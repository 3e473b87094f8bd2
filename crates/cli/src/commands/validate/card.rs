//! The model card as Markdown.

use std::fmt::Write;

use tierlight_core::validation::Accuracy;

use super::figures::{Areas, Figures, GRADES, HeldOutFigures};

type Text = Result<String, std::fmt::Error>;

/// The whole card.
pub fn markdown(f: &Figures) -> Text {
    let mut out = String::from("# Model card\n\n");
    let packs: Vec<String> = f.packs.iter().map(|p| format!("{} {}", p.name, p.version)).collect();
    writeln!(
        out,
        "Printed by `tierlight validate`; `cargo xtask bless` writes `docs/model-card.md` anew and `cargo xtask test` fails when it is not what the\n\
         program prints. Method {}, packs {}. Errors and spreads are in log-odds unless a % stands beside them.\n",
        f.method,
        packs.join(", ")
    )?;
    out += INTENDED;
    for a in &f.areas {
        areas(&mut out, a)?;
    }
    countries(&mut out, f)?;
    listings(&mut out, f)?;
    industries(&mut out, f)?;
    levers(&mut out, f)?;
    grades(&mut out, f)?;
    matching(&mut out, f)?;
    out += NOT_VALID;
    Ok(out)
}

const INTENDED: &str = "\
## What it is for

Ranking places of work for attention, saying why and how sure, and showing where a chain is dark. It estimates how likely child labour is;
it does not find that there is any. A person decides what to do, and remediation comes before leaving.

";

const NOT_VALID: &str = "\
## What it is not valid for

- **Accusing or clearing a site.** Nothing here was checked against what was found at real sites: no set of sites with known truth is
  published. The figures above test the priors by district and by sector, not the score of a site.
- **Change over time.** The surveys span 2014 to 2024 and are taken as one; a fall or a rise between two of them is not seen.
- **Forced or trafficked child labour by district.** No survey measures it; forced shares are judged by sector and only their ranking
  against listings is tested.
- **Below the national level of a country without districts in the packs.** Only countries with a small-area model above have them.
- **Household water collection and chores.** They are left out; for girls they are much of the work.
- **Small differences.** Sites whose intervals overlap are not told apart by their ranks.

";

fn percent(x: f64) -> String {
    format!("{:.1}", 100.0 * x)
}

fn areas(out: &mut String, a: &Areas) -> std::fmt::Result {
    writeln!(out, "## Small-area model: {}\n", a.country)?;
    writeln!(
        out,
        "Child labour, 5 to 17, of {} districts from {} published rates; districts with a child-labour rate of their own: {}. `tierlight packs show \
         districts` lists every district: direct, synthetic and combined rate, interval, weight on its survey, flags.\n",
        a.districts, a.observations, a.measured
    )?;
    out.push_str("| province | districts | estimate % | 90 % interval | published for the whole province % |\n|---|---|---|---|---|\n");
    for p in &a.provinces {
        let published: Vec<String> = p.published.iter().map(|(name, rate)| format!("{} ({name})", percent(*rate))).collect();
        let published = if published.is_empty() { "none".to_owned() } else { published.join("; ") };
        writeln!(out, "| {} | {} | {} | {} to {} | {published} |", p.name, p.districts, percent(p.rate), percent(p.low), percent(p.high))?;
    }
    out.push_str("\nOut of sample: child-labour rates left out and predicted, sampling error of the observation included. ");
    out.push_str("*Plain*: the mean of the same survey's other districts (district left out), of all other provinces' districts (province left out).\n\n");
    out.push_str("| left out | rates | n | rank correlation | error | error of plain | bias | in 50 % | in 90 % |\n|---|---|---|---|---|---|---|---|---|\n");
    for h in &a.held_out {
        writeln!(out, "| one {} | {} | {} |", h.scheme, h.group, cells(&h.accuracy))?;
    }
    out.push('\n');
    for h in a.held_out.iter().filter(|h| h.group == "all") {
        verdict(out, h)?;
    }
    for scheme in ["district", "province"] {
        if !a.held_out.iter().any(|h| h.scheme == scheme) {
            writeln!(out, "- No {scheme} can be left out: nothing would be left that says anything of child labour.")?;
        }
    }
    out.push('\n');
    if a.held_out.iter().any(|h| h.scheme == "district" && h.accuracy.rank_correlation.is_some_and(|r| r < -0.9)) {
        out.push_str(
            "Where a survey covers a whole province and covariates are missing, leaving a district out moves the plain mean and the model's province against \
             it: rank correlations near −1 are made by that.\n",
        );
    }
    if a.extremes {
        out.push_str(
            "Rates of surveys that named their extremes only were chosen for lying far out, and lie outside their intervals more often.\n",
        );
    }
    out.push('\n');
    out.push_str("| spread | standard deviation |\n|---|---|\n");
    for (name, sd) in &a.spread {
        writeln!(out, "| {name} | {sd:.3} |")?;
    }
    out.push_str("\n| effect | log-odds | sd |\n|---|---|---|\n");
    for (name, x, sd) in &a.effects {
        writeln!(out, "| {name} | {x:+.3} | {sd:.3} |")?;
    }
    out.push('\n');
    Ok(())
}

fn verdict(out: &mut String, h: &HeldOutFigures) -> std::fmt::Result {
    let a = &h.accuracy;
    let beats = match a.plain_error {
        Some(plain) if a.error < plain => {
            format!("the model's error is {:.0} % below that of the plain mean", 100.0 * (1.0 - a.error / plain))
        }
        Some(_) => "**the model does not beat the plain mean**".to_owned(),
        None => "there is no plain mean to compare with".to_owned(),
    };
    let covers = if (0.80..=0.97).contains(&a.coverage_90) { "within" } else { "**outside**" };
    // two standard errors of a share of n
    let off = a.coverage_50 - 0.5;
    let middle = if off.abs() <= 1.0 / (a.count as f64).sqrt() {
        "as many as chance allows"
    } else if off < 0.0 {
        "**fewer than chance allows: the middle of the intervals is too narrow**"
    } else {
        "more than chance allows: the middle of the intervals is too wide"
    };
    writeln!(
        out,
        "- One {} left out: {beats}; 90 % intervals hold {} %, {covers} the 80 to 97 % asked for; 50 % intervals hold {} %, {middle}.",
        h.scheme,
        percent(a.coverage_90),
        percent(a.coverage_50)
    )
}

/// Cells of a table of accuracies: n, rank correlation, error, error of plain, bias, coverage of 50 and 90 % intervals.
fn cells(a: &Accuracy) -> String {
    let maybe = |x: Option<f64>, digits: usize| x.map_or("–".to_owned(), |x| format!("{x:.digits$}"));
    format!(
        "{} | {} | {:.3} | {} | {:+.3} | {} % | {} %",
        a.count,
        maybe(a.rank_correlation, 2),
        a.error,
        maybe(a.plain_error, 3),
        a.bias,
        percent(a.coverage_50),
        percent(a.coverage_90)
    )
}

fn countries(out: &mut String, f: &Figures) -> std::fmt::Result {
    out.push_str(
        "## Countries without a rate of their own\n\nMeasured countries that are not high-income, left out in turn and guessed as a run would guess an unmeasured one: from poverty where it is \
         published, else from the median of the sub-region (here: of every country, with poverty left aside). *Plain*: the median of all other measured countries.\n\n\
         | guessed by | n | rank correlation | error | error of plain | bias | in 50 % | in 90 % |\n|---|---|---|---|---|---|---|---|\n",
    );
    for c in &f.countries {
        writeln!(out, "| {} | {} |", c.guessed_by, cells(&c.accuracy))?;
    }
    out.push('\n');
    Ok(())
}

fn matching(out: &mut String, f: &Figures) -> std::fmt::Result {
    let m = &f.matching;
    writeln!(
        out,
        "## The same site twice\n\n`tierlight match` on {} records of invented sites ({} pairs are one site under spelling noise; {} pairs look like one and are two): precision of *match* **{:.3}** ({} of {}), \
         recall {:.3}, with *potential*, which a person decides, {:.3}; {} of the look-alikes were taken for matches. The slips are ours and so are the rules: on real lists both \
         figures are unknown and lower.\n",
        m.records, m.pairs, m.hard_negatives, m.precision, m.right, m.matches, m.recall, m.recall_with_potential, m.hard_negatives_matched
    )
}

fn listings(out: &mut String, f: &Figures) -> std::fmt::Result {
    let l = &f.listings;
    let auc = |x: Option<f64>| x.map_or("–".to_owned(), |x| format!("{x:.2}"));
    writeln!(
        out,
        "## Sectors against listings not used in fitting\n\n\
         With the listing terms off, inside {} countries ({} listed sectors; Pakistan left out, its own bases were made with its listings in view): a sector listed for \
         child labour has a higher base prevalence than an unlisted one of its country with probability **{}**; for listings of forced child labour and the \
         forced base, **{}**. 0.5 is chance. Listings measure attention to goods that are traded, so unlisted is not clean. The reference profile was moved from \
         Pakistan's, whose offsets lean a little on Pakistan's listings.\n",
        l.countries,
        l.listed,
        auc(l.child_labour),
        auc(l.forced)
    )
}

fn industries(out: &mut String, f: &Figures) -> std::fmt::Result {
    if f.industries.is_empty() {
        return Ok(());
    }
    out.push_str(
        "## Industries, ages and sexes against the surveys\n\nShare of children at workplaces (household water collection left out), and girls among them. *Young* is 5 to 14 in Punjab, 5 to 13 in Khyber \
         Pakhtunkhwa; neither age band was used to fit base prevalences, \
         the totals of 5 to 17 were, and so were the girls among them (both surveys added up by children: one share for the country). The model knows no ages; its industries weigh by \
         employment.\n\n\
         | survey | industry | young, survey % | model % | girls, survey % | girls, model % |\n|---|---|---|---|---|---|\n",
    );
    for i in &f.industries {
        let maybe = |x: Option<f64>| x.map_or("–".to_owned(), percent);
        writeln!(
            out,
            "| {} ({}) | {} | {} | {} | {} | {} |",
            i.place,
            i.source,
            i.industry,
            maybe(i.young_share),
            percent(i.model_share),
            maybe(i.girls_share),
            percent(i.model_girls_share)
        )?;
    }
    out.push('\n');
    for place in ["Punjab", "Khyber Pakhtunkhwa"] {
        let of = |industry: &str| f.industries.iter().find(|i| i.place == place && i.industry == industry);
        if let (Some(farm), Some(factory)) = (of("agriculture_all"), of("manufacturing_all")) {
            let survey = farm.young_share > factory.young_share;
            let model = farm.model_share > factory.model_share;
            let verdict = if survey == model { "the model agrees" } else { "**the model does not agree**" };
            let first = if survey { "agriculture comes before manufacturing" } else { "manufacturing comes before agriculture" };
            writeln!(out, "- {place}, young children: {first} in the survey; {verdict}.")?;
        }
    }
    let both: Vec<(f64, f64)> = f.industries.iter().filter_map(|i| Some((i.girls_share?, i.model_girls_share))).collect();
    let same = both.iter().filter(|(survey, model)| (*survey > 0.5) == (*model > 0.5)).count();
    writeln!(out, "- Girls or boys the majority: the model agrees in {same} of {} industries of the two surveys.\n", both.len())
}

fn levers(out: &mut String, f: &Figures) -> std::fmt::Result {
    writeln!(
        out,
        "## What moves results most\n\n{} parameters and groups that state a spread were each shifted alone by one standard deviation, down and up, over the {} sites of the \
         invented examples. The {} that move results most: mean change of the log-odds of presence (all hazards), and of the logarithm of the linked \
         share.\n\n| parameter | grade | presence | linked share |\n|---|---|---|---|",
        f.levers_tried,
        f.example_sites,
        f.levers.len()
    )?;
    for l in &f.levers {
        writeln!(out, "| `{}` | {} | {:.3} | {:.3} |", l.name, l.grade.letter(), l.presence, l.linked_share)?;
    }
    out.push('\n');
    Ok(())
}

fn grades(out: &mut String, f: &Figures) -> std::fmt::Result {
    out.push_str("## What a typical score rests on\n\nShare of the absolute log-odds of child labour by grade of what stands behind each term, mean over the sites of the examples.\n\n| grade | share % |\n|---|---|\n");
    let names = ["survey", "study", "estimate", "anecdote", "judgement"];
    for ((grade, name), share) in GRADES.iter().zip(names).zip(f.grades) {
        writeln!(out, "| {} {name} | {} |", grade.letter(), percent(share))?;
    }
    writeln!(out, "\n{} % of a typical score rests on grade E, our own judgement.\n", percent(f.grades[4]))
}
