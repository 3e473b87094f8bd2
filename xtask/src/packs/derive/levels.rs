//! How well a country's level is guessed from its neighbours: each measured country left out in turn.

use super::odds::logit;
use super::table::Row;

/// Ends of a 90 % interval, in spreads.
const NINETY: f64 = 1.645;
/// Measured neighbours a median needs.
const AT_LEAST: usize = 3;

struct Measured {
    iso3: String,
    subregion: String,
    level: f64,
    comparable: bool,
    /// Root of the poverty headcount.
    poverty: Option<f64>,
}

fn measured(countries: &[Row]) -> anyhow::Result<Vec<Measured>> {
    let mut out = Vec::new();
    for row in countries.iter().filter(|r| !r.is(&[("income_group", "high")]) && !r.is(&[("iso3", "WLD")])) {
        if let Some(rate) = row.maybe("child_labour_rate")? {
            out.push(Measured {
                iso3: row.text("iso3")?.to_owned(),
                subregion: row.text("subregion")?.to_owned(),
                level: logit(rate / 100.0),
                comparable: row.is(&[("rate_kind", "economic_5_17")]),
                poverty: row.maybe("poverty_headcount")?.map(f64::sqrt),
            });
        }
    }
    Ok(out)
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    f64::midpoint(values[(values.len() - 1) / 2], values[values.len() / 2])
}

/// Spread of one more country around the median.
fn spread(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0) * (1.0 + std::f64::consts::FRAC_PI_2 / n)).sqrt()
}

/// Guess and spread at a point, from the least-squares line through the others.
fn line(points: &[(f64, f64)], at: f64) -> (f64, f64) {
    let n = points.len() as f64;
    let (x, y) = (points.iter().map(|p| p.0).sum::<f64>() / n, points.iter().map(|p| p.1).sum::<f64>() / n);
    let width: f64 = points.iter().map(|p| (p.0 - x) * (p.0 - x)).sum();
    let slope = points.iter().map(|p| (p.0 - x) * (p.1 - y)).sum::<f64>() / width;
    let rest = points.iter().map(|p| p.1 - y - slope * (p.0 - x)).map(|r| r * r).sum::<f64>() / (n - 2.0);
    (y + slope * (at - x), (rest * (1.0 + 1.0 / n + (at - x) * (at - x) / width)).sqrt())
}

/// Table of errors and of intervals that hold, over the countries to which every guess applies.
pub fn table(countries: &[Row], factor: f64, least: f64, markdown: impl Fn(&[&str], &[Vec<String>]) -> String) -> anyhow::Result<String> {
    let all = measured(countries)?;
    let world = countries.iter().find(|r| r.is(&[("iso3", "WLD")])).map_or(Ok(0.0), |r| r.number("child_labour_rate"))?;
    let near = |c: &Measured, comparable: bool| -> Option<Vec<f64>> {
        let same = |o: &&Measured| o.iso3 != c.iso3 && o.subregion == c.subregion && (o.comparable || !comparable);
        let levels: Vec<f64> = all.iter().filter(same).map(|o| o.level).collect();
        (levels.len() >= AT_LEAST).then_some(levels)
    };
    let names =
        ["the world's rate", "median of all measured", "median of the sub-region", "the same, 5–17 rates first", "line through poverty"];
    let mut errors: [Vec<f64>; 5] = Default::default();
    let (mut plain, mut held, mut by_line) = (0, 0, 0);
    for c in &all {
        let (Some(mut levels), Some(poverty)) = (near(c, false), c.poverty) else { continue };
        let points: Vec<(f64, f64)> = all.iter().filter(|o| o.iso3 != c.iso3).filter_map(|o| Some((o.poverty?, o.level))).collect();
        let (guess, guess_sd) = line(&points, poverty);
        let sd = spread(&levels);
        let mut first = near(c, true).unwrap_or_else(|| levels.clone());
        let mut others: Vec<f64> = all.iter().filter(|o| o.iso3 != c.iso3).map(|o| o.level).collect();
        let middle = median(&mut levels);
        let guesses = [logit(world / 100.0), median(&mut others), middle, median(&mut first), guess];
        for (of, guess) in errors.iter_mut().zip(guesses) {
            of.push((c.level - guess).abs());
        }
        let error = (c.level - middle).abs();
        plain += usize::from(error < NINETY * sd.max(least));
        by_line += usize::from((c.level - guess).abs() < NINETY * guess_sd.max(least));
        held += usize::from(error < NINETY * (factor * sd).max(least));
    }
    let n = errors[0].len();
    let rows: Vec<Vec<String>> = names
        .iter()
        .zip(&mut errors)
        .map(|(name, of)| vec![(*name).to_owned(), format!("{:.3}", median(of)), format!("{:.3}", of.iter().sum::<f64>() / n as f64)])
        .collect();
    let share = |held: usize| format!("{:.0} %", 100.0 * held as f64 / n as f64);
    Ok(format!(
        "{}\n{n} countries. 90 % intervals around the median of the sub-region hold in {} of them; with the spread times {factor}, in {}. Those around the line hold in {}.\n",
        markdown(&["guess", "median error, log-odds", "mean error"], &rows),
        share(plain),
        share(held),
        share(by_line)
    ))
}
