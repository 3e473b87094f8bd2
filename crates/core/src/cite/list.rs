//! Gathers the numbers behind one site.

use super::rows::profile;
use super::{Basis, Citation, PackRow, Part, name_of};
use crate::assess::Assessment;
use crate::model::Site;
use crate::parameters::{Country, District, Parameters, Sector, Value};
use crate::risk::base::SectorPrior;

/// The numbers behind one site, as they are gathered.
pub(super) struct List<'a> {
    pub(super) a: &'a Assessment<'a>,
    pub(super) row: usize,
    pub(super) site: &'a Site,
    pub(super) sector: &'a Sector,
    pub(super) country: &'a Country,
    pub(super) district: Option<&'a District>,
    pub(super) prior: &'a SectorPrior,
    pub(super) part: Part,
    pub(super) term: Option<&'static str>,
    pub(super) out: Vec<Citation>,
}

impl<'a> List<'a> {
    pub(super) fn p(&self) -> &'a Parameters {
        self.a.parameters
    }

    pub(super) fn push(&mut self, name: impl Into<String>, value: Option<f64>, basis: Basis) {
        self.out.push(Citation { part: self.part, term: self.term, name: name.into(), value, basis });
    }

    pub(super) fn coefficient(&mut self, value: &'a Value) {
        let name = name_of(&self.p().coefficients, value);
        self.push(name, Some(value.mean), Basis::Pack(PackRow::coefficient(name, value)));
    }

    pub(super) fn profile(&mut self, what: &str, value: f64, column: &'static str) {
        self.push(format!("{what}, {}", self.sector.id), Some(value), Basis::Pack(profile(self.sector, column)));
    }

    pub(super) fn stated(&mut self, name: impl Into<String>, value: Option<f64>) {
        let id = self.a.network.site_id(self.row).to_owned();
        self.push(name, value, Basis::Stated { table: "sites", id, report: None });
    }

    pub(super) fn derived(&mut self, name: impl Into<String>, value: f64, from: impl Into<String>) {
        self.push(name, Some(value), Basis::Derived(from.into()));
    }
}
