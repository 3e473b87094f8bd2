//! `report --plan`: a plan folder as a part of a report.

use std::collections::HashMap;
use std::path::Path;

use tierlight_core::Assessment;
use tierlight_data::plan::{AuditRecord, ChainRecord, ComparisonRecord, InspectionRecord, PlanRecord, SavedPlan, read_plan};
use tierlight_data::run::RunRecord;
use tierlight_report::findings::plan::{Audit, Audits, Chain, Compared, Inspections, Plan, Team, Tier, ToDo, Visit, sites_by_row};
use tierlight_report::findings::site::SiteFinding;
use tierlight_report::findings::{Audience, Purpose};

use crate::exit::usage;
use crate::report_args::ReportArgs;

/// A plan folder that fits the run and the report.
pub fn plan_of(folder: &Path, run: &RunRecord, args: &ReportArgs) -> anyhow::Result<SavedPlan> {
    if args.audience.audience() == Audience::Public {
        let hint = "leave out --plan, or --audience public";
        return Err(usage("a plan is not for publication: who is visited when is told to nobody outside", hint));
    }
    let saved = read_plan(folder)?;
    let whom = match &saved.record {
        PlanRecord::Inspectorate(_) => Purpose::Inspectorate,
        PlanRecord::Exporter(_) => Purpose::Exporter,
        PlanRecord::Brand(_) => Purpose::Brand,
    };
    if whom != args.purpose.purpose() {
        let name = |p| match p {
            Purpose::Brand => "brand",
            Purpose::Exporter => "exporter",
            Purpose::Inspectorate => "inspectorate",
        };
        let found = format!("{} is a plan --for {}, the report is --for {}", folder.display(), name(whom), name(args.purpose.purpose()));
        return Err(usage(found, format!("plan again with --for {}", name(args.purpose.purpose()))));
    }
    let origin = saved.record.origin();
    let same = origin.input_digest == run.input_digest() && origin.method_version == run.method_version;
    if !same || origin.packs.iter().map(|p| &p.sha256).ne(run.packs.iter().map(|p| &p.sha256)) {
        let found = format!("{} was made from another run than {}", folder.display(), args.run.display());
        return Err(usage(found, "plan this run, or report on the one it was made from"));
    }
    Ok(saved)
}

/// Sites of a plan by their ids.
struct Sites {
    rows: HashMap<String, usize>,
    findings: HashMap<usize, SiteFinding>,
}

impl Sites {
    fn new<'i>(a: &Assessment<'_>, ids: impl Iterator<Item = &'i str>) -> Self {
        let rows: HashMap<String, usize> = ids.filter_map(|id| Some((id.to_owned(), a.network.find_site(id)?))).collect();
        let all: Vec<usize> = rows.values().copied().collect();
        Self { findings: sites_by_row(a, &all), rows }
    }

    fn site(&self, id: &str) -> anyhow::Result<SiteFinding> {
        let found = self.rows.get(id).and_then(|row| self.findings.get(row));
        found.cloned().ok_or_else(|| usage(format!("no site `{id}` in the run"), "plan again from this run"))
    }
}

/// A plan as findings.
pub fn plan_findings(a: &Assessment<'_>, saved: &SavedPlan) -> anyhow::Result<Plan> {
    Ok(match &saved.record {
        PlanRecord::Inspectorate(record) => Plan::Inspectorate(inspections(a, record, saved)?),
        PlanRecord::Exporter(record) => Plan::Exporter(audits(a, record, saved)?),
        PlanRecord::Brand(record) => Plan::Brand(chain(a, record, saved)?),
    })
}

fn inspections(a: &Assessment<'_>, record: &InspectionRecord, saved: &SavedPlan) -> anyhow::Result<Inspections> {
    let sites = Sites::new(a, saved.visits.iter().map(|v| v.site_id.as_str()));
    let visit = |v: &tierlight_data::plan::VisitRow| -> anyhow::Result<Visit> {
        Ok(Visit {
            date: v.date.clone(),
            day: v.day,
            team: v.team_id.clone(),
            starts: v.starts.clone(),
            site: sites.site(&v.site_id)?,
            kind: v.kind.clone(),
            method: v.method.clone(),
            inclusion: v.inclusion_probability,
            girls: v.child_labour_girls,
            boys: v.child_labour_boys,
        })
    };
    let mut visits = saved.visits.iter().map(visit).collect::<anyhow::Result<Vec<_>>>()?;
    visits.sort_by(|x, y| (x.day, &x.team, &x.starts).cmp(&(y.day, &y.team, &y.starts)));
    let season = |name: &str| record.seasons.get(name).copied().unwrap_or(0);
    Ok(Inspections {
        month: record.options["month"].as_str().unwrap_or_default().to_owned(),
        teams: record
            .teams
            .iter()
            .map(|t| Team {
                team: t.team_id.clone(),
                days: t.days,
                days_used: t.days_used,
                visits: t.visits,
                driving_hours: t.driving_hours,
            })
            .collect(),
        visits,
        compared: record.comparison.iter().map(compared).collect(),
        random_sites: record.random_frame_sites,
        gap: record.quality.gap,
        slack: season("slack"),
        school_holidays: season("school_holidays"),
        unmet: record.unmet.clone(),
    })
}

fn compared(c: &ComparisonRecord) -> Compared {
    let [girls, boys] = c.expected_children.get("child_labour").copied().unwrap_or_default();
    Compared { of: c.of.clone(), days: c.days, visits: c.visits, girls, boys, a_day: c.children_a_day, a_visit: c.children_a_visit }
}

fn audits(a: &Assessment<'_>, record: &AuditRecord, saved: &SavedPlan) -> anyhow::Result<Audits> {
    let sites = Sites::new(a, saved.audits.iter().map(|v| v.site_id.as_str()));
    let audit = |v: &tierlight_data::plan::AuditRow| -> anyhow::Result<Audit> {
        Ok(Audit {
            site: sites.site(&v.site_id)?,
            way: v.way.clone(),
            cost: v.cost,
            kind: v.kind.clone(),
            finds: v.chance_to_find,
            if_found: v.presence_if_found,
            if_not_found: v.presence_if_not_found,
        })
    };
    Ok(Audits {
        budget: record.budget,
        spent: record.spent,
        gap: record.gap,
        visits: saved.audits.iter().map(audit).collect::<anyhow::Result<_>>()?,
        unmet: record.unmet_follow_ups.clone(),
    })
}

fn chain(a: &Assessment<'_>, record: &ChainRecord, saved: &SavedPlan) -> anyhow::Result<Chain> {
    let sites = Sites::new(a, saved.actions.iter().map(|x| x.site_id.as_str()).chain([record.buyer.as_str()]));
    let to_do = |x: &tierlight_data::plan::ActionRow| -> anyhow::Result<ToDo> {
        Ok(ToDo { action: x.action.clone(), site: sites.site(&x.site_id)?, tier: x.tier, value: x.value, narrower: x.narrowing })
    };
    Ok(Chain {
        buyer: sites.site(&record.buyer)?.site,
        hazard: record.hazard.clone(),
        linked: record.linked_share.mean,
        interval: [record.linked_share.p05, record.linked_share.p95],
        tiers: record
            .tiers
            .iter()
            .map(|t| Tier {
                tier: t.tier,
                sites: t.sites,
                untraced: t.untraced_value,
                linked: t.linked_share,
                narrower: t.narrowing_at_most,
            })
            .collect(),
        actions: saved.actions.iter().map(to_do).collect::<anyhow::Result<_>>()?,
    })
}
