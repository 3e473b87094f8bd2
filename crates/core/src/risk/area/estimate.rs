//! What the model says of each district.

use super::fit::AreaFit;
use super::model::{AreaData, At};
use crate::parameters::{Grade, Parameters, Provenance, SurveyKind};
use crate::risk::logit::{Z90, expit};

/// A published rate of child labour of a district.
#[derive(Debug, Clone, PartialEq)]
pub struct Direct {
    /// Row in [`Parameters::surveys`].
    pub survey: usize,
    /// Share of children.
    pub rate: f64,
    /// Children interviewed.
    pub sample: Option<f64>,
}

/// What a reader of an estimate has to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AreaFlag {
    /// No survey of child labour in the district: synthetic.
    NoSurvey,
    /// No survey of any work either.
    NoWorkSurvey,
    /// The survey's sample size is not published.
    SampleAssumed,
    /// The survey named its extremes only.
    NamedExtreme,
    /// Child labour by another definition only.
    OtherDefinition,
    /// A value of a larger area, repeated.
    Copied,
    /// Some covariates are missing.
    CovariatesMissing,
    /// Surveys of the province differ by more than two spreads between definitions.
    SurveysDisagree,
}

impl AreaFlag {
    /// Name in tables.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            AreaFlag::NoSurvey => "no_survey",
            AreaFlag::NoWorkSurvey => "no_work_survey",
            AreaFlag::SampleAssumed => "sample_assumed",
            AreaFlag::NamedExtreme => "named_extreme",
            AreaFlag::OtherDefinition => "other_definition",
            AreaFlag::Copied => "copied",
            AreaFlag::CovariatesMissing => "covariates_missing",
            AreaFlag::SurveysDisagree => "surveys_disagree",
        }
    }
}

/// The child-labour rate of a district, 5 to 17, in the sense of the reference definition.
#[derive(Debug, Clone, PartialEq)]
pub struct AreaEstimate {
    /// Row in [`Parameters::districts`].
    pub district: usize,
    /// Published rates of its own.
    pub direct: Vec<Direct>,
    /// Share of children by covariates and province alone.
    pub synthetic: f64,
    /// η̂: log-odds, everything used.
    pub log_odds: f64,
    /// Standard deviation of η̂.
    pub sd: f64,
    /// Part of η̂ that the district's own surveys of child labour make, 0 to 1.
    pub weight: f64,
    /// What to know, in order.
    pub flags: Vec<AreaFlag>,
    /// Grade of the estimate and the first of its sources.
    pub provenance: Provenance,
    /// Keys of every source behind it: own surveys, the province's surveys, covariates.
    pub sources: Vec<String>,
}

impl AreaEstimate {
    /// Combined estimate, share of children.
    #[must_use]
    pub fn combined(&self) -> f64 {
        expit(self.log_odds)
    }

    /// 90 % interval, share of children.
    #[must_use]
    pub fn interval(&self) -> [f64; 2] {
        [expit(self.log_odds - Z90 * self.sd), expit(self.log_odds + Z90 * self.sd)]
    }
}

pub(super) fn estimates(parameters: &Parameters, data: &AreaData, fit: &AreaFit) -> Vec<AreaEstimate> {
    let disagree: Vec<bool> = (0..data.provinces.len()).map(|p| disagreement(data, p)).collect();
    let of = |area: usize| {
        let own: Vec<_> = data.rows.iter().filter(|r| r.at == At::Area(area)).collect();
        let child_labour: Vec<_> = own.iter().filter(|r| r.kind != SurveyKind::AnyWork).collect();
        let observation = |r: &super::AreaRow| &parameters.surveys[r.survey].observations[r.observation];
        let mut flags = Vec::new();
        let mut flag = |on: bool, flag: AreaFlag| {
            if on {
                flags.push(flag);
            }
        };
        flag(child_labour.is_empty(), AreaFlag::NoSurvey);
        flag(child_labour.len() == own.len(), AreaFlag::NoWorkSurvey);
        flag(child_labour.iter().any(|r| r.sample_assumed), AreaFlag::SampleAssumed);
        flag(child_labour.iter().any(|r| parameters.surveys[r.survey].extremes_only), AreaFlag::NamedExtreme);
        flag(!child_labour.is_empty() && child_labour.iter().all(|r| r.kind == SurveyKind::OtherDefinition), AreaFlag::OtherDefinition);
        flag(own.iter().any(|r| observation(r).copied), AreaFlag::Copied);
        flag(data.missing[area].contains(&true), AreaFlag::CovariatesMissing);
        flag(disagree[data.province[area]], AreaFlag::SurveysDisagree);
        let weight = fit.weight(data, area).clamp(0.0, 1.0);
        let (provenance, sources) = provenance(parameters, data, area, weight);
        AreaEstimate {
            provenance,
            sources,
            district: data.areas[area],
            direct: child_labour.iter().map(|r| Direct { survey: r.survey, rate: r.rate, sample: observation(r).sample }).collect(),
            synthetic: expit(fit.synthetic(data, area)),
            log_odds: fit.level[area],
            sd: fit.level_variance[area].max(0.0).sqrt(),
            weight,
            flags,
        }
    };
    (0..data.areas.len()).map(of).collect()
}

/// True when two surveys of child labour give a province rates that lie more than two definition spreads apart.
fn disagreement(data: &AreaData, province: usize) -> bool {
    let rates = data.rows.iter().filter(|r| r.kind != SurveyKind::AnyWork && r.at == At::Province(province)).map(|r| r.y);
    let (low, high) = rates.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), y| (low.min(y), high.max(y)));
    high - low > 2.0 * data.definition_error
}

/// Weight from which an estimate keeps the grade of its survey.
const SURVEY_WEIGHT: f64 = 0.5;

/// Grade: the survey's while it makes most of the estimate, else C; D when nobody asked about work in the district at all.
fn provenance(parameters: &Parameters, data: &AreaData, area: usize, weight: f64) -> (Provenance, Vec<String>) {
    let behind = |at: At| data.rows.iter().filter(move |r| r.at == at).map(|r| &parameters.surveys[r.survey].observations[r.observation]);
    let own: Vec<_> = data.rows.iter().filter(|r| r.at == At::Area(area)).collect();
    let best = own.iter().filter(|r| r.kind != SurveyKind::AnyWork).map(|r| r.survey).next();
    let country = parameters.districts[data.areas[area]].country;
    let covariates = parameters.area_covariates.iter().filter(|c| c.country == country);
    let covariates = covariates.filter_map(|c| c.values.get(data.areas[area])?.as_ref()).map(|v| &v.provenance);
    let mut from: Vec<&Provenance> =
        behind(At::Area(area)).chain(behind(At::Province(data.province[area]))).map(|o| &o.provenance).chain(covariates).collect();
    let grade = match best {
        Some(_) if weight >= SURVEY_WEIGHT => from.first().map_or(Grade::C, |p| p.grade),
        None if own.is_empty() => Grade::D,
        _ => Grade::C,
    };
    let first = from.first().map_or_else(|| Provenance { grade, source: String::new(), pack: String::new(), row: 0 }, |p| (*p).clone());
    let mut sources: Vec<String> = from.drain(..).map(|p| p.source.clone()).collect();
    let mut seen = std::collections::BTreeSet::new();
    sources.retain(|s| seen.insert(s.clone()));
    (Provenance { grade, ..first }, sources)
}
