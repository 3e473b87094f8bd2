//! Tables of the page `docs/method/sector-base.md`, written between its markers.

use anyhow::{Context, ensure};

use super::direct::Direct;
use super::industry::{living, surveyed_rate, young};
use super::inputs::{AGES, COUNTRY, Inputs};
use super::levels;
use super::sector_base::shift;
use super::sector_shares::{SHARES, SectorShare, of_industry};
use super::split::Splits;
use super::survey_shares::young_hazardous;
use super::table::{Row, four};

/// What the page is made from.
pub struct Page<'a> {
    pub inputs: &'a Inputs,
    pub splits: &'a Splits,
    pub direct: &'a [Direct],
    pub country: &'a [Direct],
    pub shares: &'a [SectorShare],
    pub countries: &'a [Row],
}

type Table = anyhow::Result<String>;
/// A marker's name, and what goes there.
type Block<'a> = (&'static str, fn(&Page<'a>) -> Table);

fn markdown(header: &[&str], rows: &[Vec<String>]) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let head = line(&header.iter().map(|h| (*h).to_owned()).collect::<Vec<_>>());
    let rule = format!("|{}\n", "---|".repeat(header.len()));
    rows.iter().fold(head + &rule, |out, row| out + &line(row))
}

/// A count with commas.
fn whole(x: f64) -> String {
    let digits = format!("{x:.0}");
    let parts: Vec<&str> = digits.as_bytes().rchunks(3).rev().filter_map(|c| std::str::from_utf8(c).ok()).collect();
    parts.join(",")
}

fn percent(x: f64) -> String {
    format!("{:.1} %", 100.0 * x)
}

impl<'a> Page<'a> {
    /// The page with every block between markers written anew.
    pub fn filled(&self, page: &str) -> anyhow::Result<String> {
        let blocks: [Block<'a>; 11] = [
            ("children", Self::children),
            ("living", Self::living),
            ("young", Self::young),
            ("industries", Self::industries),
            ("counts", Self::counts),
            ("constants", Self::constants),
            ("split", Self::split),
            ("industry shares", Self::industry_shares),
            ("sector shares", Self::sector_shares),
            ("world", Self::world),
            ("levels", Self::levels),
        ];
        let mut out = page.to_owned();
        for (name, table) in blocks {
            let open = format!("<!-- derived: {name} -->\n");
            let start = out.find(&open).with_context(|| format!("sector-base.md has no marker {}", open.trim()))? + open.len();
            let end = start + out[start..].find("<!-- end -->").with_context(|| format!("marker {name} has no end"))?;
            out.replace_range(start..end, &format!("\n{}\n", table(self)?));
        }
        ensure!(out.matches("<!-- derived: ").count() == blocks.len(), "sector-base.md has a marker that nothing fills");
        Ok(out)
    }

    fn children(&self) -> Table {
        let places = self.inputs.places()?;
        let mut header = vec!["industry".to_owned()];
        for place in &places {
            header.push(format!("{place} ({})", whole(self.inputs.surveyed(place, "all", "all", AGES)?.number("count")?)));
        }
        header.push("C".to_owned());
        let mut rows = Vec::new();
        for industry in &self.inputs.industries {
            let mut row = vec![industry.name.clone()];
            let mut total = 0.0;
            for place in &places {
                let used = industry.places.iter().any(|p| p == place);
                let found = self.inputs.surveyed(place, &industry.id, "all", AGES).ok().filter(|_| used);
                row.push(found.map_or(Ok("–".to_owned()), |r| r.number("share").map(percent))?);
                total += if used { self.inputs.children(place, &industry.id, "all", AGES)? } else { 0.0 };
            }
            row.push(whole(total));
            rows.push(row);
        }
        Ok(markdown(&header.iter().map(String::as_str).collect::<Vec<_>>(), &rows))
    }

    fn living(&self) -> Table {
        let national = self.inputs.employed("Pakistan", "employment_to_population", "all")?.context("national ratio")?;
        let mut rows = Vec::new();
        for (province, share) in living(self.inputs)? {
            let own = self.inputs.employed(&province, "employment_to_population", "all")?;
            let ratio = own.map_or_else(|| format!("{national} (national)"), |x| x.to_string());
            rows.push(vec![province.clone(), whole(self.inputs.population[&province]), ratio, four(share)]);
        }
        Ok(markdown(&["province", "population", "ratio %", "share of the employed"], &rows))
    }

    fn young(&self) -> Table {
        let mut rows = Vec::new();
        for (name, broad) in [("agriculture", "agriculture_all"), ("industry", "industry_all"), ("services", "services_all")] {
            let (first, second) = young(self.inputs, broad)?;
            rows.push(vec![name.to_owned(), format!("{:.2} %", 100.0 * first), percent(second), four(1.0 - first - second)]);
        }
        Ok(markdown(&["", "10–14", "15–17 (judged)", "adult share"], &rows))
    }

    fn industries(&self) -> Table {
        let mut rows = Vec::new();
        for industry in self.inputs.industries.iter().filter(|i| !i.employment.is_empty()) {
            let b = self.splits.industries.get(&industry.id).with_context(|| format!("base of {}", industry.id))?;
            let shares = [format!("{:.2} %", b.share), four(b.provinces), four(b.adults)];
            let name = [industry.name.clone(), whole(b.children)];
            rows.push(
                name.into_iter().chain(shares).chain([whole(b.workers), four(b.reported), format!("**{}**", four(b.base))]).collect(),
            );
        }
        let header = ["industry", "C", "share of employment", "provinces' share", "adult share", "A", "reported C/(C+A)", "b"];
        Ok(markdown(&header, &rows))
    }

    fn counts(&self) -> Table {
        let mut rows = Vec::new();
        for d in self.direct {
            let of = [("sector_id", d.sector.as_str()), ("country_iso3", d.country.as_str())];
            let mut sides: Vec<String> = Vec::new();
            for side in ["children", "workers"] {
                let mut parts = Vec::new();
                for row in self.inputs.counts.iter().filter(|r| r.is(&of) && r.is(&[("side", side)])) {
                    let (count, factor) = (row.number("count")?, row.number("factor")?);
                    let count = if count < 100.0 { count.to_string() } else { whole(count) };
                    let factor = if factor < 0.0 { format!("({factor})") } else { factor.to_string() };
                    parts.push(if factor == "1" { count } else { format!("{factor} × {count}") });
                }
                sides.push(if parts.is_empty() { "–".to_owned() } else { parts.join(" + ") });
            }
            let place = if d.country.is_empty() { "reference" } else { &d.country };
            let head = [format!("`{}`", d.sector), place.to_owned()];
            let tail = [d.reported, d.reporting, d.base, d.low, d.high].map(four);
            let last = [&d.derivation, &d.grade, &d.source].map(Clone::clone);
            rows.push(head.into_iter().chain(sides).chain(tail).chain(last).collect());
        }
        Ok(markdown(&["sector", "for", "children", "workers", "reported", "r", "b", "5 %", "95 %", "found", "grade", "source"], &rows))
    }

    fn constants(&self) -> Table {
        let mut rows = Vec::new();
        for row in &self.inputs.judged {
            rows.push(vec![
                format!("`{}`", row.text("input")?),
                row.text("value")?.to_owned(),
                row.text("grade")?.to_owned(),
                row.text("note")?.to_owned(),
            ]);
        }
        Ok(markdown(&["input", "value", "grade", "what it is"], &rows))
    }

    fn split(&self) -> Table {
        let mut rows = Vec::new();
        for d in self.country {
            let split = self.inputs.split(&d.sector)?;
            let offset = self.splits.offsets.get(&d.sector).map_or("–".to_owned(), |o| format!("{o:+.2}"));
            let weight = if split.weight > 0.0 { split.weight.to_string() } else { "–".to_owned() };
            let head = [format!("`{}`", d.sector), split.industry.replace('_', " "), weight, split.structure.clone(), offset];
            let tail = [d.base, d.low, d.high].map(four);
            rows.push(head.into_iter().chain(tail).chain([d.derivation.clone(), d.grade.clone()]).collect());
        }
        let a = self
            .splits
            .intercepts
            .iter()
            .filter(|(id, _)| self.inputs.split.values().filter(|s| s.industry == **id && s.weight > 0.0).count() > 1);
        let a: Vec<String> = a.map(|(id, a)| format!("{} {a:.4}", id.replace('_', " "))).collect();
        let table = markdown(&["sector", "industry", "weight", "structure", "log-odds", "b", "5 %", "95 %", "found", "grade"], &rows);
        Ok(format!("{table}\na: {}.\n", a.join(", ")))
    }

    fn industry_shares(&self) -> Table {
        let mut rows = Vec::new();
        for industry in &self.inputs.industries {
            let mut row = vec![industry.name.clone()];
            for share in ["girls", "hazardous"] {
                let found = of_industry(self.inputs, share, &industry.id)?.with_context(|| format!("{share} of {}", industry.id))?;
                for place in ["Punjab", "Khyber Pakhtunkhwa"] {
                    row.push(found.places.iter().find(|p| p.0 == place).map_or("–".to_owned(), |p| format!("{:.3}", p.1)));
                }
                row.push(format!("**{:.3}** ({:.3}–{:.3})", found.value, found.low, found.high));
            }
            rows.push(row);
        }
        let header =
            ["industry", "girls, Punjab", "girls, KP", "girls, together", "hazardous, Punjab", "hazardous, KP", "hazardous, together"];
        let u = young_hazardous(self.inputs)?;
        Ok(format!("{}\nu = {u:.3}: hazardous among the younger children.\n", markdown(&header, &rows)))
    }

    fn sector_shares(&self) -> Table {
        let mut rows = Vec::new();
        for row in &self.inputs.sectors {
            let sector = row.text("sector_id")?;
            let mut cells = vec![format!("`{sector}`")];
            for share in SHARES {
                let found = self.shares.iter().find(|s| s.sector == sector && s.share == share).context("share")?;
                cells.push(format!("{:.3} ({:.3}–{:.3}) {} {}", found.value, found.low, found.high, found.derivation, found.grade));
            }
            rows.push(cells);
        }
        Ok(markdown(&["sector", "hazardous", "forced", "girls"], &rows))
    }

    fn world(&self) -> Table {
        let surveyed = surveyed_rate(self.inputs)?;
        Ok(format!(
            "shift = logit({}) − logit({}) = **{:+.4}**, from the rate of the world and that of the surveyed provinces of {COUNTRY}.\n",
            four(self.inputs.world_rate),
            four(surveyed),
            shift(self.inputs)?
        ))
    }

    fn levels(&self) -> Table {
        levels::table(self.countries, self.inputs.constant("level_sd_factor")?, self.inputs.constant("level_sd_own_rate")?, markdown)
    }
}
