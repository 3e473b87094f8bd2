//! Working days, and the order of trips in them.

use jiff::civil::{Date, Weekday};

use super::team::Team;
use super::trip::Trip;

/// Days of a working week that starts on a Monday.
const WEEK: u32 = 5;

/// Working days of a month: Monday to Friday, or to Saturday, without holidays.
#[must_use]
pub fn working_days(year: i16, month: i8, saturdays: bool, holidays: &[Date]) -> Vec<Date> {
    let Ok(first) = Date::new(year, month, 1) else { return Vec::new() };
    let works = |day: &Date| match day.weekday() {
        Weekday::Sunday => false,
        Weekday::Saturday => saturdays,
        _ => true,
    };
    first.series(jiff::Span::new().days(1)).take_while(|d| d.month() == month).filter(works).filter(|d| !holidays.contains(d)).collect()
}

/// Lengths of the weeks of working days; without dates, weeks of five that hold `days`.
#[must_use]
pub fn weeks(dates: &[Date], days: u32) -> Vec<u32> {
    if dates.is_empty() {
        return vec![WEEK; days.div_ceil(WEEK) as usize];
    }
    let monday = |d: &Date| d.checked_sub(jiff::Span::new().days(i64::from(d.weekday().to_monday_zero_offset()))).unwrap_or(*d);
    dates.chunk_by(|x, y| monday(x) == monday(y)).map(|week| week.len() as u32).collect()
}

/// Puts trips of so many days into weeks: the longest first, each into the first week that holds it. By trip its week; `None` where no week
/// holds it.
fn packed(days: &[u32], weeks: &[u32]) -> Vec<Option<usize>> {
    let mut order: Vec<usize> = (0..days.len()).collect();
    order.sort_by_key(|&k| (std::cmp::Reverse(days[k]), k));
    let mut left = weeks.to_vec();
    let mut out = vec![None; days.len()];
    for k in order {
        if let Some(week) = left.iter().position(|&free| free >= days[k]) {
            left[week] -= days[k];
            out[k] = Some(week);
        }
    }
    out
}

/// True when weeks hold trips of so many days without breaking any.
#[must_use]
pub(crate) fn packs(days: &[u32], weeks: &[u32]) -> bool {
    packed(days, weeks).iter().all(Option::is_some)
}

/// Lays the trips of each team into the working days, week by week, so that no trip is broken by a weekend if that can be. Trips that fit into
/// no week take the days that remain at the end, after all others are moved together.
pub(crate) fn lay(trips: &mut [Trip], teams: &[Team], weeks: &[u32]) {
    for team in 0..teams.len() as u32 {
        let mut own: Vec<usize> = (0..trips.len()).filter(|&k| trips[k].team == team).collect();
        own.sort_by_key(|&k| (trips[k].area, k));
        let days: Vec<u32> = own.iter().map(|&k| trips[k].days).collect();
        let places = packed(&days, weeks);
        let whole = places.iter().all(Option::is_some);
        let (mut next, mut monday) = (0, 0);
        for (week, length) in weeks.iter().enumerate() {
            if whole {
                next = monday;
            }
            monday += length;
            for (&k, _) in own.iter().zip(&places).filter(|(_, place)| **place == Some(week)) {
                trips[k].first_day = next;
                next += trips[k].days;
            }
        }
        for (&k, _) in own.iter().zip(&places).filter(|(_, place)| place.is_none()) {
            trips[k].first_day = next;
            next += trips[k].days;
        }
    }
    trips.sort_by_key(|t| (t.team, t.first_day));
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn working_days_leave_out_weekends_and_holidays() {
        let days = working_days(2027, 2, false, &[date(2027, 2, 5)]);
        assert_eq!((days.len(), days[0], days[days.len() - 1]), (19, date(2027, 2, 1), date(2027, 2, 26)));
        assert_eq!(working_days(2027, 2, true, &[]).len(), 24);
        assert!(working_days(2027, 13, false, &[]).is_empty());
    }

    #[test]
    fn trips_are_packed_into_weeks_where_they_fit() {
        assert!(packs(&[1, 4, 3, 2, 5, 2, 2, 1], &[5, 5, 5, 5]));
        assert!(!packs(&[4, 4, 4, 4, 4], &[5, 5, 5, 5]));
        assert!(!packs(&[3, 3], &[5]) && packs(&[], &[]));
    }

    #[test]
    fn weeks_are_those_of_the_calendar() {
        assert_eq!(weeks(&working_days(2026, 12, false, &[date(2026, 12, 25)]), 0), [4, 5, 5, 4, 4]);
        assert_eq!(weeks(&[], 12), [5, 5, 5]);
    }
}
