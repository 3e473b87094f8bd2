//! Arguments of `plan`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use jiff::civil::Date;
use tierlight_core::model::Method;

use crate::args::HazardArg;

/// `plan`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  tierlight plan out --teams teams.csv --month 2027-02
  tierlight plan out --teams teams.csv --days 20 --holidays 2027-02-05 --previous out-plan
  tierlight plan out --teams teams.csv --travel hours.csv --follow-ups must.csv --district-minimum 2
  tierlight plan out --teams teams.csv --random-share 0.25 --seed 7 -o february
  tierlight plan out --for exporter --budget 900000 --cost announced_paid_audit=60000,child_interview_off_site=45000
  tierlight plan out --for brand --buyer BR-01                            which supplier to ask, which site to visit next

Teams: team_id, home_district (or latitude, longitude), days, daily_sites. First a random part is drawn, so that what is found can be
projected to all sites; then days go where most children are expected to be reached, weighed by severity. Sites with a finding on record
that is not remediated are visited first. A team does not return to a site that it visited in --previous. Columns and files: docs/plan.md.
The same inputs give the same bytes, unless the solver runs out of time, which is said.")]
#[allow(clippy::struct_excessive_bools, reason = "switches of a command line")]
pub struct PlanArgs {
    /// Run folder.
    pub run: PathBuf,
    /// For whom: an inspectorate with teams and days, an exporter with a budget, a brand that wants to know its chain.
    #[arg(long = "for", value_enum, value_name = "WHOM", default_value_t = PlanFor::Inspectorate)]
    pub purpose: PlanFor,
    /// Table of teams.
    #[arg(long, value_name = "FILE")]
    pub teams: Option<PathBuf>,
    /// Days of every team, instead of those in the table.
    #[arg(long, value_name = "N")]
    pub days: Option<u32>,
    /// Month of the plan [default: the one after the day the run looks at].
    #[arg(long, value_name = "YYYY-MM", value_parser = month)]
    pub month: Option<Month>,
    /// Days on which nobody works, separated by commas.
    #[arg(long, value_name = "DATES", value_delimiter = ',')]
    pub holidays: Vec<Date>,
    /// Teams work on Saturdays.
    #[arg(long)]
    pub saturdays: bool,
    /// Table of travel times: from, to, hours (or kilometres), between teams, sites and districts. Else great circle times road factor.
    #[arg(long, value_name = "FILE")]
    pub travel: Option<PathBuf>,
    /// Earlier list of sites (site_id, team_id) or plan folder: compared with, and its teams do not return to its sites.
    #[arg(long, value_name = "LIST")]
    pub previous: Option<PathBuf>,
    /// List of sites that must be visited, instead of those with a finding on record that is not remediated.
    #[arg(long, value_name = "LIST")]
    pub follow_ups: Option<PathBuf>,
    /// Share of the days that goes to sites drawn at random [default: the packs' `exploration_share`].
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub random_share: Option<f64>,
    /// Fewest visits in each district that has sites.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub district_minimum: u32,
    /// Seed of the random part.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Seconds that the solver may take for each of its two problems.
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    pub time_limit: Duration,
    /// How sites are visited.
    #[arg(long, value_enum, default_value_t = MethodArg::LabourInspection)]
    pub method: MethodArg,
    /// Children are asked.
    #[arg(long)]
    pub children_interviewed: bool,
    /// Questions are asked away from the site.
    #[arg(long)]
    pub off_site: bool,
    /// Homes may be entered: they are visited as home visits. An inspector usually may not.
    #[arg(long)]
    pub enter_homes: bool,
    /// Visit sites that are shut in this month by the packs' seasons.
    #[arg(long)]
    pub visit_closed: bool,
    /// Teams work outside the province of their home. Labour is a matter of the provinces in Pakistan.
    #[arg(long)]
    pub across_provinces: bool,
    /// Site id of the buyer whose chain it is, or a name that one site has: a brand must say, an exporter may.
    #[arg(long, value_name = "SITE")]
    pub buyer: Option<String>,
    /// Hazard of a brand's plan.
    #[arg(long, value_enum, default_value_t = HazardArg::ChildLabour)]
    pub hazard: HazardArg,
    /// Money for an exporter's visits, in any currency.
    #[arg(long, value_name = "AMOUNT", value_parser = amount)]
    pub budget: Option<f64>,
    /// What a visit costs by way of looking, in the currency of the budget, separated by commas; only these are used.
    #[arg(long, value_name = "WAY=AMOUNT", value_delimiter = ',')]
    pub cost: Vec<String>,
    /// Country of districts in the tables: ISO code or name [default: any with districts].
    #[arg(long)]
    pub country: Option<String>,
    /// Reference pack to look names of districts up in, beside the built-in ones; may be repeated.
    #[arg(long = "pack", value_name = "DIR")]
    pub packs: Vec<PathBuf>,
    /// Folder to write; an earlier plan there is replaced [default: the run's name and -plan].
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Visits to print of each team.
    #[arg(long, default_value_t = 5)]
    pub top: usize,
}

/// A month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month {
    /// Year.
    pub year: i16,
    /// 1 to 12.
    pub month: i8,
}

impl Month {
    /// The month after a day.
    pub fn after(day: Date) -> Self {
        if day.month() == 12 { Self { year: day.year() + 1, month: 1 } } else { Self { year: day.year(), month: day.month() + 1 } }
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

fn month(text: &str) -> Result<Month, String> {
    let expected = || "expected a month, as 2027-02".to_owned();
    let (year, month) = text.split_once('-').ok_or_else(expected)?;
    let found = Month { year: year.parse().map_err(|_| expected())?, month: month.parse().map_err(|_| expected())? };
    Date::new(found.year, found.month, 1).map(|_| found).map_err(|_| expected())
}

fn amount(text: &str) -> Result<f64, String> {
    let found = text.parse::<f64>().ok().filter(|x| x.is_finite() && *x >= 0.0);
    found.ok_or_else(|| "expected an amount of money".to_owned())
}

fn share(text: &str) -> Result<f64, String> {
    let found = text.parse::<f64>().ok().filter(|x| (0.0..=1.0).contains(x));
    found.ok_or_else(|| "expected a share from 0 to 1".to_owned())
}

fn seconds(text: &str) -> Result<Duration, String> {
    let found = text.parse::<f64>().ok().filter(|x| (0.001..=86_400.0).contains(x));
    found.map(Duration::from_secs_f64).ok_or_else(|| "expected seconds, up to a day".to_owned())
}

/// For whom a plan is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PlanFor {
    /// Teams, days, districts.
    Inspectorate,
    /// Ways of looking, sites, money.
    Exporter,
    /// Which part of a chain to open next.
    Brand,
}

/// Method of visits, on the command line: those that can find nothing as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MethodArg {
    /// A labour inspector.
    LabourInspection,
    /// An audit without notice.
    UnannouncedAudit,
    /// An audit the site knows of.
    AnnouncedSocialAudit,
    /// Community monitors.
    HomeVisit,
    /// Children asked in person.
    ChildInterview,
}

impl MethodArg {
    /// The method.
    pub fn method(self) -> Method {
        match self {
            Self::LabourInspection => Method::LabourInspection,
            Self::UnannouncedAudit => Method::UnannouncedAudit,
            Self::AnnouncedSocialAudit => Method::AnnouncedSocialAudit,
            Self::HomeVisit => Method::HomeVisit,
            Self::ChildInterview => Method::ChildInterview,
        }
    }
}
