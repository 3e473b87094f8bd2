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

/// Lays the trips of each team into the working days: the longest first, each into the first week that holds it, so that no trip is broken
/// by a weekend if that can be. Trips that fit into no week take the days that remain at the end, after all others are moved together.
pub(crate) fn lay(trips: &mut [Trip], teams: &[Team], weeks: &[u32]) {
    for team in 0..teams.len() as u32 {
        let mut own: Vec<usize> = (0..trips.len()).filter(|&k| trips[k].team == team).collect();
        own.sort_by_key(|&k| (std::cmp::Reverse(trips[k].days), trips[k].area, k));
        let mut left = weeks.to_vec();
        let mut inside: Vec<Vec<usize>> = vec![Vec::new(); weeks.len()];
        let mut rest = Vec::new();
        for k in own {
            match left.iter().position(|&free| free >= trips[k].days) {
                Some(week) => {
                    left[week] -= trips[k].days;
                    inside[week].push(k);
                }
                None => rest.push(k),
            }
        }
        let whole = rest.is_empty();
        let (mut next, mut monday) = (0, 0);
        for (mut of_week, length) in inside.into_iter().zip(weeks) {
            of_week.sort_by_key(|&k| (trips[k].area, k));
            if whole {
                next = monday;
            }
            monday += length;
            for k in of_week {
                trips[k].first_day = next;
                next += trips[k].days;
            }
        }
        for k in rest {
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
    fn weeks_are_those_of_the_calendar() {
        assert_eq!(weeks(&working_days(2026, 12, false, &[date(2026, 12, 25)]), 0), [4, 5, 5, 4, 4]);
        assert_eq!(weeks(&[], 12), [5, 5, 5]);
    }
}
