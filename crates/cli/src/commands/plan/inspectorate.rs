//! `plan --for inspectorate`: which sites to visit on which days, by which team.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde_json::json;
use tierlight_core::decide::plan::{Ask, Earlier, TravelTimes, calendar, plan};
use tierlight_core::decide::visit::Approach;
use tierlight_core::{Options, ReachBy, assess};
use tierlight_data::Error;
use tierlight_data::packs::read_packs;
use tierlight_data::plan::{PlanOutput, PlanRecord, write_plan};
use tierlight_data::read::planning::{Known, Listed, read_list, read_teams, read_travel};
use tierlight_data::run::{load, read_record};

use super::text;
use crate::args::Format;
use crate::commands::summary::why;
use crate::exit::{Output, usage};
use crate::input;
use crate::plan_args::{Month, PlanArgs};
use crate::progress::{Progress, note};

/// Steps of the progress line.
const STEPS: u64 = 11;

pub fn run(args: &PlanArgs, format: Format, folder: &Path) -> anyhow::Result<Output> {
    let Some(table) = &args.teams else {
        return Err(usage(
            "a plan for an inspectorate needs teams",
            "name their table with --teams: team_id, home_district, days, daily_sites",
        ));
    };
    let saved = load(&args.run)?;
    let record = read_record(&args.run)?;
    let progress = Progress::of(STEPS);
    progress.next("tables");
    let packs = read_packs(&args.packs)?;
    let country = args.country.as_deref().map(|text| input::country(&packs, text)).transpose()?;
    let known = Known { network: &saved.network, parameters: &saved.parameters, packs: &packs, country };
    let mut teams = read_teams(table, &known)?;
    if let Some(days) = args.days {
        for team in &mut teams {
            team.days = days;
        }
    }
    let month = args.month.unwrap_or_else(|| Month::after(saved.network.as_of()));
    let dates = dates(args, month, teams.iter().map(|t| (t.id.as_str(), t.days)))?;
    let travel = args.travel.as_ref().map_or_else(|| Ok(TravelTimes::default()), |path| read_travel(path, &known, &teams))?;
    let list = |path: &Option<PathBuf>| -> anyhow::Result<Option<Vec<Listed>>> {
        let Some(path) = path else { return Ok(None) };
        let (listed, issues) = read_list(path, &known)?;
        super::tell(path, &issues);
        Ok(Some(listed))
    };
    let team = |id: &str| teams.iter().position(|t| t.id == id).map(|row| row as u32);
    let earlier: Vec<Earlier> =
        list(&args.previous)?.unwrap_or_default().iter().map(|l| Earlier { site: l.site, team: team(&l.team) }).collect();
    let follow_ups: Option<Vec<u32>> = list(&args.follow_ups)?.map(|listed| listed.iter().map(|l| l.site).collect());
    let options = Options { reach: ReachBy::Nothing, seed: record.seed, draws: 0 };
    let a = assess(&saved.network, &saved.parameters, &options, &progress).map_err(Error::Core)?;
    let ask = Ask {
        teams: &teams,
        month: month.month,
        dates: &dates,
        approach: Approach {
            method: args.method.method(),
            supplier_paid: false,
            children_interviewed: args.children_interviewed,
            off_site: args.off_site,
        },
        enter_homes: args.enter_homes,
        visit_closed: args.visit_closed,
        across_provinces: args.across_provinces,
        follow_ups: follow_ups.as_deref(),
        earlier: &earlier,
        travel: &travel,
        random_share: args.random_share,
        district_minimum: args.district_minimum,
        seed: args.seed,
        time_limit: Some(args.time_limit),
    };
    progress.next("choosing trips and sites");
    let made = plan(&a, &ask, &progress).map_err(Error::Core)?;
    progress.next("writing the plan");
    let reason = |site: usize| why(&a, site);
    let output = PlanOutput { assessment: &a, ask: &ask, plan: &made, run: &record, options: as_given(args, month), why: &reason };
    let written = write_plan(folder, &output, &progress)?;
    progress.finish();
    if written.quality.timed_out {
        note("the solver ran out of time: another run may find another plan (--time-limit)");
    }
    Ok(Output::done(match format {
        Format::Json => serde_json::to_string_pretty(&json!({ "folder": folder, "plan": PlanRecord::Inspectorate(written) }))? + "\n",
        Format::Text => text::text(&output, &written, month, args.top, folder),
    }))
}

/// Working days of the month, enough for every team.
fn dates<'t>(args: &PlanArgs, month: Month, teams: impl Iterator<Item = (&'t str, u32)>) -> anyhow::Result<Vec<Date>> {
    let dates = calendar::working_days(month.year, month.month, args.saturdays, &args.holidays);
    for (id, days) in teams {
        if days as usize > dates.len() {
            let found = format!("team {id} has {days} days, and {month} has {} working days", dates.len());
            return Err(usage(found, "lower its days, pass --days, count Saturdays with --saturdays, or name another --month"));
        }
    }
    Ok(dates)
}

fn as_given(args: &PlanArgs, month: Month) -> serde_json::Value {
    let name = |path: &Path| path.file_name().map(|n| n.to_string_lossy().into_owned());
    let file = |path: &Option<PathBuf>| path.as_deref().and_then(name);
    json!({
        "teams": file(&args.teams), "days": args.days, "month": month.to_string(),
        "holidays": args.holidays.iter().map(ToString::to_string).collect::<Vec<_>>(), "saturdays": args.saturdays,
        "travel": file(&args.travel), "previous": file(&args.previous), "follow_ups": file(&args.follow_ups),
        "random_share": args.random_share, "district_minimum": args.district_minimum, "seed": args.seed,
        "method": args.method.method().slug(), "children_interviewed": args.children_interviewed, "off_site": args.off_site,
        "enter_homes": args.enter_homes, "visit_closed": args.visit_closed, "across_provinces": args.across_provinces,
    })
}
