//! The numbers behind the base of a sector, its shares, and the level of its country.

use super::list::List;
use super::rows::{base, level_countries, level_poverty, listing, rate, share};
use super::{Basis, PackRow, Part};
use crate::parameters::{InputRow, SectorShare};
use crate::risk::base::LevelBasis;

impl<'a> List<'a> {
    /// The area that the base refers to.
    pub(super) fn base_area(&self) -> String {
        let area = &self.p().bases[self.prior.levels.base_row].area;
        if area.is_empty() { self.country.iso3.clone() } else { area.join(", ") }
    }

    pub(super) fn sector_base(&mut self) {
        match self.part {
            Part::Forced => self.share("forced share", "forced", &self.sector.profile.forced_share),
            Part::Girls => self.share("girls' share", "girls", &self.sector.profile.girls_share),
            _ => self.base(),
        }
    }

    pub(super) fn base(&mut self) {
        let (p, row) = (self.p(), self.prior.levels.base_row);
        let b = &p.bases[row];
        let what = format!("base of {}", self.sector.id);
        self.push(what.clone(), Some(b.base), Basis::Pack(base(p, row, "base")));
        self.push(format!("reported {what}"), Some(b.reported), Basis::Pack(base(p, row, "base_reported")));
        let name = format!("reporting factor of the {what}");
        let (factor, others): (Vec<_>, Vec<_>) = b.inputs.rows.iter().partition(|r| r.table == "parameters");
        match factor.first() {
            Some(parameter) => self.push(format!("{name}: {}", parameter.key), Some(b.reporting), Basis::Pack(PackRow::input(parameter))),
            None if b.reporting >= 1.0 => {
                self.derived(
                    name,
                    b.reporting,
                    "the kind of count: made or judged at establishments, where nothing is missed by respondents",
                );
            }
            None => self.push(name, Some(b.reporting), Basis::Pack(base(p, row, "reporting"))),
        }
        self.derivation(&what, b.base, &others, &b.inputs.tables);
    }

    pub(super) fn share(&mut self, what: &str, column: &'static str, value: &'a SectorShare) {
        let name = format!("{what}, {}", self.sector.id);
        self.push(name.clone(), Some(value.value), Basis::Pack(share(self.sector, column, value)));
        let rows: Vec<_> = value.inputs.rows.iter().collect();
        self.derivation(&name, value.value, &rows, &value.inputs.tables);
    }

    /// What a value of the packs was derived from, and where the arithmetic is told.
    pub(super) fn derivation(&mut self, what: &str, value: f64, rows: &[&'a InputRow], tables: &[String]) {
        for row in rows {
            self.push(format!("input: {} of {}", row.column, row.key), row.value, Basis::Pack(PackRow::input(row)));
        }
        let above = if rows.is_empty() { None } else { Some("the above".to_owned()) };
        let tables = if tables.is_empty() { None } else { Some(tables.join(", ")) };
        let from: Vec<String> = above.into_iter().chain(tables).collect();
        if !from.is_empty() {
            self.derived(format!("derivation of {what}"), value, format!("docs/method/sector-base.md with {}", from.join(" and ")));
        }
    }

    pub(super) fn country_level(&mut self, value: f64) {
        let (p, basis) = (self.p(), self.prior.levels.level_basis);
        if basis == LevelBasis::OwnBase {
            let from = format!("nothing: the base is {}'s own, so its level is in it", self.country.iso3);
            return self.derived("country level", value, from);
        }
        if basis == LevelBasis::IncomeGroup {
            self.coefficient(&p.coefficients.child_labour_rate_high_income);
        }
        for country in level_countries(p, self.site.country, basis) {
            self.push(format!("child labour rate of {}, percent", country.iso3), country.rate, Basis::Pack(rate(country)));
        }
        for (country, row) in level_poverty(p, self.site.country, basis) {
            self.push(format!("poverty headcount of {}, percent", country.iso3), country.poverty, Basis::Pack(row));
        }
        let from = match basis {
            LevelBasis::Poverty => {
                "line of the rates of measured countries on their poverty, at the country's own, against the world".to_owned()
            }
            LevelBasis::Subregion => format!("median of measured countries of {}, against the world", self.country.subregion),
            LevelBasis::IncomeGroup => "the rate judged for high-income countries against the world's; its own is not known".to_owned(),
            LevelBasis::World => "nothing nearer than the world is known".to_owned(),
            LevelBasis::OwnRate | LevelBasis::OwnBase => "the country's rate against the world's".to_owned(),
        };
        self.derived("country level", value, from);
    }

    pub(super) fn listing(&mut self, value: f64) {
        let p = self.p();
        let forced = self.part == Part::Forced;
        self.coefficient(if forced { &p.coefficients.beta_fl_listed } else { &p.coefficients.beta_listed });
        for (row, l) in p.listings.iter().enumerate() {
            if l.country == self.site.country && l.sector == self.site.sector {
                let (column, listed) =
                    if forced { ("forced_child_labour", l.forced_child_labour) } else { ("child_labour", l.child_labour) };
                let name = format!("{} listed in {}", self.sector.id, self.country.iso3);
                self.push(name, Some(f64::from(u8::from(listed))), Basis::Pack(listing(p, row, column)));
            }
        }
        let from = if self.prior.levels.level_basis == LevelBasis::OwnBase {
            format!("nothing: the base is {}'s own and was judged with its listings in view", self.country.iso3)
        } else {
            format!("this sector's listing against the mean over all sectors of {}, weighted by employment", self.country.iso3)
        };
        self.derived("listing", value, from);
    }
}
