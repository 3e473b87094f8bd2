//! Where most of it is expected: districts and sectors.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use tierlight_core::Assessment;

use super::care::{ServiceGap, gaps};
use super::number::{ByHazard, Children};

/// A district with sites in scope.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DistrictFinding {
    /// Id of the district.
    pub district: String,
    /// Its province.
    pub province: String,
    /// Sites in scope.
    pub sites: usize,
    /// Expected number of them with at least one child.
    pub with_children: f64,
    /// Expected children in child labour at them.
    pub children: Children,
    /// Expected children in forced or trafficked child labour.
    pub forced_children: Children,
    /// Child-labour rate of all children of 5 to 17 in the district; null where no survey covers the country.
    pub rate: Option<Rate>,
    /// What no service is known for there.
    pub service_gaps: Vec<ServiceGap>,
}

/// Child-labour rate of a district by the small-area model.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Rate {
    /// Share of children.
    pub value: f64,
    /// 90 % interval.
    pub interval: [f64; 2],
    /// Grade.
    pub grade: String,
    /// A survey of child labour was made in the district itself.
    pub surveyed: bool,
    /// First source.
    pub source: String,
}

/// A sector with sites in scope.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SectorFinding {
    /// Id of the sector.
    pub sector: String,
    /// Sites in scope.
    pub sites: usize,
    /// Expected number of them with at least one child.
    pub with_children: f64,
    /// Expected children, by hazard.
    pub children: ByHazard<Children>,
    /// What makes the work dangerous.
    pub hazards: String,
    /// Months of peak season, 1 to 12; empty when unknown.
    pub peak_months: Vec<u8>,
    /// Key of the source of hazards and season.
    pub source: String,
}

#[derive(Default)]
struct Sums {
    sites: usize,
    present: f64,
    girls: [f64; 3],
    boys: [f64; 3],
}

impl Sums {
    fn add(&mut self, a: &Assessment<'_>, row: usize) {
        let state = &a.updated[row];
        self.sites += 1;
        self.present += state.presence[0];
        for h in 0..3 {
            self.girls[h] += state.expected[h] * state.girls_share;
            self.boys[h] += state.expected[h] * (1.0 - state.girls_share);
        }
    }
}

/// Districts, most expected children first.
pub(crate) fn districts(a: &Assessment<'_>, rows: &[usize], whole: bool) -> Vec<DistrictFinding> {
    let mut sums: BTreeMap<u16, Sums> = BTreeMap::new();
    for &row in rows {
        if let Some(district) = a.network.sites()[row].district {
            sums.entry(district).or_default().add(a, row);
        }
    }
    let mut order: Vec<(u16, Sums)> = sums.into_iter().collect();
    order.sort_by(|x, y| (y.1.girls[0] + y.1.boys[0]).total_cmp(&(x.1.girls[0] + x.1.boys[0])).then(x.0.cmp(&y.0)));
    let drawn = a.uncertainty.as_ref().filter(|_| whole);
    let finding = |(row, s): (u16, Sums)| {
        let d = &a.parameters.districts[usize::from(row)];
        let spread = drawn.and_then(|u| u.districts.get(usize::from(row)));
        let children = |h: usize| Children::new(s.girls[h], s.boys[h], spread.map(|q| &q[h]));
        DistrictFinding {
            district: d.id.clone(),
            province: d.province.clone(),
            sites: s.sites,
            with_children: s.present,
            children: children(0),
            forced_children: children(2),
            rate: a.model.districts().estimate(usize::from(row)).map(|e| Rate {
                value: e.combined(),
                interval: e.interval(),
                grade: e.provenance.grade.letter().to_owned(),
                surveyed: !e.direct.is_empty(),
                source: e.provenance.source.clone(),
            }),
            service_gaps: gaps(a, row),
        }
    };
    order.into_iter().map(finding).collect()
}

/// Sectors, most expected children first.
pub(crate) fn sectors(a: &Assessment<'_>, rows: &[usize]) -> Vec<SectorFinding> {
    let mut sums: BTreeMap<u16, Sums> = BTreeMap::new();
    for &row in rows {
        sums.entry(a.network.sites()[row].sector).or_default().add(a, row);
    }
    let mut order: Vec<(u16, Sums)> = sums.into_iter().collect();
    order.sort_by(|x, y| (y.1.girls[0] + y.1.boys[0]).total_cmp(&(x.1.girls[0] + x.1.boys[0])).then(x.0.cmp(&y.0)));
    let finding = |(row, s): (u16, Sums)| {
        let sector = &a.parameters.sectors[usize::from(row)];
        SectorFinding {
            sector: sector.id.clone(),
            sites: s.sites,
            with_children: s.present,
            children: ByHazard::of(|h| Children::new(s.girls[h], s.boys[h], None)),
            hazards: sector.hazard_notes.clone(),
            peak_months: (1..=12u8).filter(|m| sector.is_peak((*m).cast_signed())).collect(),
            source: sector.provenance.source.clone(),
        }
    };
    order.into_iter().map(finding).collect()
}
