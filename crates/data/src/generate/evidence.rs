//! Invented evidence: visits and reports by several methods. Children are counts.

use tierlight_core::model::{Evidence, Finding, Hazard, Method};

use super::Generator;
use super::draw::{Draw, Stream};

/// Share of the sites that anybody has looked at, and items at each of them.
const LOOKED_AT: f64 = 0.06;
const ITEMS: f64 = 1.6;
/// Methods, how often, and how often they find.
const METHODS: [(Method, f64, f64); 8] = [
    (Method::AnnouncedSocialAudit, 0.40, 0.02),
    (Method::UnannouncedAudit, 0.10, 0.10),
    (Method::LabourInspection, 0.16, 0.07),
    (Method::SupplierQuestionnaire, 0.14, 0.01),
    (Method::HomeVisit, 0.07, 0.30),
    (Method::ChildInterview, 0.04, 0.35),
    (Method::Grievance, 0.05, 1.0),
    (Method::MediaOrNgo, 0.04, 1.0),
];
/// Evidence is at most so many days old.
const OLDEST: u32 = 1_500;
/// Of what was found: share that is hazardous, forced, counted, and remediated.
const HAZARDOUS: f64 = 0.25;
const FORCED: f64 = 0.1;
const COUNTED: f64 = 0.7;
const REMEDIATED: f64 = 0.25;
/// Most children counted in one visit.
const MOST_COUNTED: u32 = 8;
const ANSWERED: f64 = 0.6;

impl Generator<'_> {
    /// Evidence on the site of a row.
    pub(super) fn evidence(&self, row: u32) -> Vec<Evidence> {
        let mut draw = self.draw(Stream::Evidence, row);
        if !draw.chance(LOOKED_AT) {
            return Vec::new();
        }
        let (_, site) = self.site(row);
        // half of the workforce at most, so that no visit counts more children than workers
        let most = site.workers.map_or(MOST_COUNTED, |w| (libm::floor(w / 2.0) as u32).min(MOST_COUNTED));
        (0..draw.geometric(ITEMS)).map(|number| self.item(row, number, most, &mut draw)).collect()
    }

    fn item(&self, row: u32, number: u32, most: u32, draw: &mut Draw) -> Evidence {
        let mut at = draw.unit();
        let mut chosen = (METHODS[0].0, METHODS[0].2);
        for (method, share, finds) in METHODS {
            if at < share {
                chosen = (method, finds);
                break;
            }
            at -= share;
        }
        let (method, finds) = chosen;
        let id = format!("E{}-{number}", &self.site_id(row)[1..]);
        let age = 1 + draw.below(OLDEST);
        let found = draw.chance(finds);
        let kind = draw.unit();
        let hazard = match kind {
            k if found && k < FORCED => Hazard::Forced,
            k if found && k < FORCED + HAZARDOUS => Hazard::Hazardous,
            _ => Hazard::ChildLabour,
        };
        let (girls, boys) = (draw.below(most / 2 + 1), draw.below(most / 2 + 1));
        let counted = found && draw.chance(COUNTED) && girls + boys > 0;
        let remediated = draw.chance(REMEDIATED) && found;
        let closed = self.days_before(draw.below(age));
        let audit = matches!(method, Method::AnnouncedSocialAudit | Method::UnannouncedAudit);
        let mut answer = |yes: f64, asked: bool| (draw.chance(ANSWERED) && asked).then(|| draw.chance(yes));
        Evidence {
            site: row,
            date: self.days_before(age),
            method,
            finding: if found { Finding::Found } else { Finding::NotFound },
            hazard,
            form: (hazard == Hazard::Forced).then(|| "bonded_labour".to_owned()),
            girls: counted.then_some(girls),
            boys: counted.then_some(boys),
            supplier_paid: answer(0.7, audit),
            returning_team: answer(0.4, !method.found_only()),
            all_male_team: answer(0.5, !method.found_only()),
            children_interviewed: answer(0.2, !method.found_only()),
            off_site: answer(0.2, audit),
            case_id: found.then(|| format!("C{}", &id[1..])),
            remediated_on: remediated.then_some(closed),
            source: None,
            id,
        }
    }
}
