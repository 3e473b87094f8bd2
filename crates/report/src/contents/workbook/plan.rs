//! The plan as a sheet: one row for each visit, or for each thing to find out.

use super::super::sites::why;
use super::super::writer::Writer;
use super::{column, day, maybe, sheet, site_cells, site_columns, words};
use crate::findings::plan::{Audits, Chain, Inspections, Plan};
use crate::workbook::{ColumnKind, Sheet, SheetColumn, Value};

pub(super) fn plan(w: &Writer<'_>, plan: &Plan) -> Sheet {
    let (columns, rows) = match plan {
        Plan::Inspectorate(p) => inspections(w, p),
        Plan::Exporter(p) => audits(w, p),
        Plan::Brand(p) => chain(w, p),
    };
    sheet(w, w.w.s_plan, Vec::new(), columns, rows)
}

type Table = (Vec<SheetColumn>, Vec<Vec<Value>>);

fn inspections(w: &Writer<'_>, p: &Inspections) -> Table {
    let of = w.w;
    let mut columns = vec![
        column(of.c_date, 12.0, ColumnKind::Date),
        column(of.c_arrival, 10.0, ColumnKind::Text),
        column(of.c_team, 12.0, ColumnKind::Text),
    ];
    columns.extend(site_columns(w));
    columns.extend([
        column(of.c_method, 22.0, ColumnKind::Text),
        column(of.c_kind, 24.0, ColumnKind::Text),
        column(of.c_inclusion, 14.0, ColumnKind::Number),
        column(of.c_presence, 14.0, ColumnKind::ShareBar),
        column(of.c_girls, 10.0, ColumnKind::Number),
        column(of.c_boys, 10.0, ColumnKind::Number),
        column(of.c_why, 50.0, ColumnKind::LongText),
    ]);
    let row = |v: &crate::findings::plan::Visit| {
        let date = if v.date.is_empty() { v.day.to_string() } else { v.date.clone() };
        let mut out = vec![day(&date), Value::from(v.starts.as_str()), Value::from(v.team.as_str())];
        out.extend(site_cells(w, &v.site.site));
        out.extend([
            Value::from(w.named("method", &v.method).as_str()),
            Value::from(w.named("visit", &v.kind).as_str()),
            maybe(v.inclusion),
            Value::from(v.site.presence.child_labour.value),
            Value::from(v.girls),
            Value::from(v.boys),
            words(&why(w, &v.site)),
        ]);
        out
    };
    (columns, p.visits.iter().map(row).collect())
}

fn audits(w: &Writer<'_>, p: &Audits) -> Table {
    let of = w.w;
    let mut columns = site_columns(w);
    columns.extend([
        column(of.c_visit, 34.0, ColumnKind::Text),
        column(of.c_cost, 12.0, ColumnKind::Number),
        column(of.c_kind, 24.0, ColumnKind::Text),
        column(of.c_chance, 14.0, ColumnKind::ShareBar),
        column(of.c_if_found, 12.0, ColumnKind::Share),
        column(of.c_if_not_found, 12.0, ColumnKind::Share),
        column(of.c_why, 50.0, ColumnKind::LongText),
    ]);
    let row = |v: &crate::findings::plan::Audit| {
        let mut out = site_cells(w, &v.site.site);
        out.extend([
            Value::from(w.named("approach", &v.way).as_str()),
            Value::from(v.cost),
            Value::from(w.named("visit", &v.kind).as_str()),
            Value::from(v.finds),
            Value::from(v.if_found),
            Value::from(v.if_not_found),
            words(&why(w, &v.site)),
        ]);
        out
    };
    (columns, p.visits.iter().map(row).collect())
}

fn chain(w: &Writer<'_>, p: &Chain) -> Table {
    let of = w.w;
    let mut columns = vec![column(of.c_what, 24.0, ColumnKind::Text)];
    columns.extend(site_columns(w));
    columns.extend([
        column(of.c_tier, 8.0, ColumnKind::Whole),
        column(of.c_value, 12.0, ColumnKind::Share),
        column(of.c_narrower, 14.0, ColumnKind::Share),
        column(of.c_why, 50.0, ColumnKind::LongText),
    ]);
    let row = |x: &crate::findings::plan::ToDo| {
        let mut out = vec![Value::from(w.named("to_do", &x.action).as_str())];
        out.extend(site_cells(w, &x.site.site));
        out.extend([Value::from(f64::from(x.tier)), Value::from(x.value), Value::from(x.narrower), words(&why(w, &x.site))]);
        out
    };
    (columns, p.actions.iter().map(row).collect())
}
