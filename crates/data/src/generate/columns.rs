//! Rows of the model as columns of the input format.

use std::ops::Range;

use tierlight_core::model::{Amount, Condition, Disclosure, Names, PlaceMatch};

use super::Generator;
use super::places::Places;

/// A column of cells; a blank is unknown.
pub(super) enum Cells {
    Text(Names),
    Number(Vec<Option<f64>>),
    Answer(Vec<Option<bool>>),
}

impl Cells {
    /// Type in a table schema.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "string",
            Self::Number(_) => "number",
            Self::Answer(_) => "boolean",
        }
    }
}

/// Some rows of a table.
pub(super) struct Chunk {
    pub rows: usize,
    pub columns: Vec<(&'static str, Cells)>,
}

/// The tables, with the number of units their rows come from: sites, or agents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    Sites,
    Links,
    Agents,
    AgentLinks,
    Evidence,
}

pub(super) const TABLES: [Table; 5] = [Table::Sites, Table::Links, Table::Agents, Table::AgentLinks, Table::Evidence];

impl Table {
    pub(super) fn name(self) -> &'static str {
        ["sites", "links", "agents", "agent_links", "evidence"][self as usize]
    }
}

/// Conditions by the column that states them; `registered` is the opposite of the model's `unregistered`.
const ANSWERS: [(&str, Condition, bool); 8] = [
    ("registered", Condition::Unregistered, false),
    ("home_based", Condition::HomeBased, true),
    ("family_piece_rate", Condition::FamilyPieceRate, true),
    ("advance_debt", Condition::AdvanceDebt, true),
    ("recruiter_labour", Condition::RecruiterLabour, true),
    ("displaced_workers", Condition::DisplacedWorkers, true),
    ("age_check", Condition::AgeCheck, true),
    ("certified", Condition::Certified, true),
];

fn text<T>(rows: &[T], cell: impl Fn(&T) -> String) -> Cells {
    Cells::Text(rows.iter().map(cell).collect())
}

fn word<'r, T>(rows: &'r [T], cell: impl Fn(&'r T) -> &'r str) -> Cells {
    Cells::Text(rows.iter().map(cell).collect())
}

fn number<T>(rows: &[T], cell: impl Fn(&T) -> Option<f64>) -> Cells {
    Cells::Number(rows.iter().map(cell).collect())
}

fn answer<T>(rows: &[T], cell: impl Fn(&T) -> Option<bool>) -> Cells {
    Cells::Answer(rows.iter().map(cell).collect())
}

impl Generator<'_> {
    /// Number of units a table's rows come from.
    pub(super) fn units(&self, table: Table) -> u32 {
        match table {
            Table::Agents | Table::AgentLinks => self.agent_count(),
            _ => self.options.sites,
        }
    }

    /// The rows of a table that come from some units.
    pub(super) fn chunk(&self, table: Table, units: Range<u32>) -> Chunk {
        match table {
            Table::Sites => self.site_columns(units),
            Table::Links => self.link_columns(units),
            Table::Agents => self.agent_columns(units),
            Table::AgentLinks => self.agent_link_columns(units),
            Table::Evidence => self.evidence_columns(units),
        }
    }

    fn district_id(&self, district: Option<u16>) -> &str {
        district.map_or("", |d| &self.packs.parameters.districts[usize::from(d)].id)
    }

    fn country_code(&self, country: Option<u16>) -> &str {
        country.map_or("", |c| Places::code(&self.packs.parameters.countries[usize::from(c)]))
    }

    fn site_columns(&self, rows: Range<u32>) -> Chunk {
        let sites: Vec<_> = rows.map(|row| (row, self.site(row))).collect();
        let stated = |place: PlaceMatch, d| if place == PlaceMatch::Code { d } else { None };
        let mut columns = vec![
            ("site_id", text(&sites, |s| self.site_id(s.0))),
            ("name", word(&sites, |s| &s.1.0)),
            ("role", word(&sites, |s| s.1.1.role.slug())),
            ("sector", word(&sites, |s| &self.packs.parameters.sectors[usize::from(s.1.1.sector)].id)),
            ("country", word(&sites, |s| self.country_code(Some(s.1.1.country)))),
            ("district", word(&sites, |s| self.district_id(stated(s.1.1.place, s.1.1.district)))),
            ("latitude", number(&sites, |s| s.1.1.coordinates.map(|c| c.latitude))),
            ("longitude", number(&sites, |s| s.1.1.coordinates.map(|c| c.longitude))),
            ("workers", number(&sites, |s| s.1.1.workers)),
        ];
        for (name, condition, as_stated) in ANSWERS {
            columns.push((name, answer(&sites, |s| s.1.1.conditions.get(condition).map(|yes| yes == as_stated))));
        }
        columns.extend([
            ("input_share", number(&sites, |s| s.1.1.input_share.map(f64::from))),
            ("coverage", number(&sites, |s| s.1.1.coverage.map(f64::from))),
            ("purchases_total", number(&sites, |s| s.1.1.purchases_total)),
            ("measured_prevalence", number(&sites, |s| s.1.1.measured_prevalence.map(f64::from))),
        ]);
        Chunk { rows: sites.len(), columns }
    }

    fn link_columns(&self, buyers: Range<u32>) -> Chunk {
        let links: Vec<_> = buyers.flat_map(|row| self.links(row)).collect();
        let stated = |f: fn(Amount) -> Option<f64>| number(&links, move |l| f(l.link.amount));
        let measure = |value: &'static str, quantity: &'static str| {
            word(&links, move |l| match l.link.amount {
                Amount::Value(_) => value,
                Amount::Quantity(_) => quantity,
                _ => "",
            })
        };
        let columns = vec![
            ("supplier_id", text(&links, |l| self.site_id(l.link.supplier))),
            ("buyer_id", text(&links, |l| self.site_id(l.link.buyer))),
            ("kind", word(&links, |l| l.link.kind.slug())),
            ("share", stated(|a| if let Amount::Share(x) = a { Some(x) } else { None })),
            ("value", stated(|a| if let Amount::Value(x) = a { Some(x) } else { None })),
            ("currency", measure("USD", "")),
            ("quantity", stated(|a| if let Amount::Quantity(x) = a { Some(x) } else { None })),
            ("unit", measure("", "kg")),
            ("disclosure", word(&links, |l| if l.link.disclosure == Disclosure::Declared { "" } else { l.link.disclosure.slug() })),
            ("valid_to", text(&links, |l| l.valid_to.map(|d| d.to_string()).unwrap_or_default())),
        ];
        Chunk { rows: links.len(), columns }
    }

    fn agent_columns(&self, numbers: Range<u32>) -> Chunk {
        let agents: Vec<_> = numbers.map(|n| self.agent(n)).collect();
        let columns = vec![
            ("agent_id", word(&agents, |a| &a.id)),
            ("kind", word(&agents, |a| a.kind.map_or("", |k| k.slug()))),
            ("country", word(&agents, |a| self.country_code(a.country))),
            ("district", word(&agents, |a| self.district_id(a.district))),
        ];
        Chunk { rows: agents.len(), columns }
    }

    fn agent_link_columns(&self, numbers: Range<u32>) -> Chunk {
        let links: Vec<_> = numbers.flat_map(|n| self.agent_links(n)).collect();
        let columns = vec![
            ("agent_id", text(&links, |l| format!("A{:07}", l.agent))),
            ("site_id", text(&links, |l| self.site_id(l.site))),
            ("workers", number(&links, |l| l.workers)),
            ("advance_debt", answer(&links, |l| l.advance_debt)),
        ];
        Chunk { rows: links.len(), columns }
    }

    fn evidence_columns(&self, rows: Range<u32>) -> Chunk {
        let items: Vec<_> = rows.flat_map(|row| self.evidence(row)).collect();
        let payer = |paid: Option<bool>| paid.map_or("", |supplier| if supplier { "supplier" } else { "buyer" });
        let columns = vec![
            ("evidence_id", word(&items, |e| &e.id)),
            ("site_id", text(&items, |e| self.site_id(e.site))),
            ("date", text(&items, |e| e.date.to_string())),
            ("method", word(&items, |e| e.method.slug())),
            ("finding", word(&items, |e| e.finding.slug())),
            ("hazard", word(&items, |e| e.hazard.slug())),
            ("form", word(&items, |e| e.form.as_deref().unwrap_or_default())),
            ("girls", number(&items, |e| e.girls.map(f64::from))),
            ("boys", number(&items, |e| e.boys.map(f64::from))),
            ("paid_by", word(&items, |e| payer(e.supplier_paid))),
            ("returning_team", answer(&items, |e| e.returning_team)),
            ("all_male_team", answer(&items, |e| e.all_male_team)),
            ("children_interviewed", answer(&items, |e| e.children_interviewed)),
            ("off_site", answer(&items, |e| e.off_site)),
            ("case_id", word(&items, |e| e.case_id.as_deref().unwrap_or_default())),
            ("remediated_on", text(&items, |e| e.remediated_on.map(|d| d.to_string()).unwrap_or_default())),
        ];
        Chunk { rows: items.len(), columns }
    }
}
