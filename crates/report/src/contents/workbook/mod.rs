//! Findings as a workbook.

mod plan;

use super::cover;
use super::sites::{rank, why};
use super::writer::Writer;
use crate::document::Text;
use crate::findings::Findings;
use crate::findings::links::LinkFinding;
use crate::findings::number::{Children, Estimate};
use crate::findings::site::SiteRef;
use crate::language::Language;
use crate::words::plain;
use crate::workbook::{ColumnKind, MOST_ROWS, Sheet, SheetColumn, Value, Workbook};

/// An issue of the reading, as its table has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IssueRow {
    /// error, warning, info.
    pub severity: String,
    /// Code.
    pub code: String,
    /// File.
    pub file: String,
    /// Row in the file.
    pub row: Option<u64>,
    /// Column.
    pub column: String,
    /// What was found.
    pub found: String,
    /// What was expected.
    pub expected: String,
    /// What to do.
    pub hint: String,
}

/// Findings as a workbook: summary, the plan if there is one, sites, links, evidence, issues, sources. In public, issues are counted by code.
#[must_use]
pub fn workbook(f: &Findings, links: &[LinkFinding], issues: &[IssueRow], language: Language) -> Workbook {
    let w = Writer::new(f, language, None, "");
    let cover = cover::document(&w, Vec::new());
    let mut sheets = vec![summary(&w, &cover.facts)];
    sheets.extend(f.plan.as_ref().map(|p| plan::plan(&w, p)));
    sheets.extend([sites(&w), of_links(&w, links), evidence(&w), of_issues(&w, issues), sources(&w)]);
    Workbook {
        language,
        title: cover.title.letters(),
        subject: cover.subtitle.letters(),
        date: cover.date,
        footer: cover.footer.letters(),
        sheets,
    }
}

fn column(title: &str, width: f64, kind: ColumnKind) -> SheetColumn {
    SheetColumn { title: title.to_owned(), note: None, width, kind }
}

fn sheet(w: &Writer<'_>, name: &str, mut intro: Vec<String>, columns: Vec<SheetColumn>, mut rows: Vec<Vec<Value>>) -> Sheet {
    let left_out = rows.len().saturating_sub(MOST_ROWS);
    rows.truncate(MOST_ROWS);
    if left_out > 0 {
        intro.push(plain(w.w.sheet_left_out, &[("n", &left_out.to_string())]));
    }
    Sheet { name: name.to_owned(), intro, columns, rows, left_out }
}

fn words(text: &Text) -> Value {
    Value::from(text.letters().as_str())
}

fn maybe(x: Option<f64>) -> Value {
    x.map_or(Value::Blank, Value::from)
}

fn ends(interval: Option<[f64; 2]>) -> [Value; 2] {
    [maybe(interval.map(|i| i[0])), maybe(interval.map(|i| i[1]))]
}

fn estimate(e: &Estimate) -> Vec<Value> {
    let [low, high] = ends(e.interval);
    vec![Value::from(e.value), low, high]
}

fn child_cell(w: &Writer<'_>, x: Option<f64>, c: &Children) -> Value {
    match x {
        Some(x) => Value::from(x),
        None if c.withheld => Value::Withheld(w.w.withheld_short.to_owned()),
        None => Value::Blank,
    }
}

fn day(text: &str) -> Value {
    text.parse().map_or_else(|_| Value::from(text), Value::Date)
}

fn summary(w: &Writer<'_>, facts: &[(Text, Text)]) -> Sheet {
    let (words, f) = (w.w, w.f);
    let columns = vec![
        column(words.c_what_is, 60.0, ColumnKind::LongText),
        column(words.c_figure, 16.0, ColumnKind::Number),
        column(words.c_low, 14.0, ColumnKind::Number),
        column(words.c_high, 14.0, ColumnKind::Number),
    ];
    let mut rows = Vec::new();
    let mut push = |what: String, kind: ColumnKind, value: Value, interval: Option<[f64; 2]>| {
        let [low, high] = ends(interval);
        let look = |value: Value| if let Value::Number(x) = value { Value::As(kind, x) } else { value };
        rows.push(vec![Value::from(what.as_str()), look(value), look(low), look(high)]);
    };
    let (whole, number, share) = (ColumnKind::Whole, ColumnKind::Number, ColumnKind::Share);
    push(words.c_sites.to_owned(), whole, Value::from(f.scope.sites as f64), None);
    push(words.s_links.to_owned(), whole, Value::from(f.scope.links as f64), None);
    push(words.c_evidence_n.to_owned(), whole, Value::from(f.scope.evidence as f64), None);
    push(words.key_findings.to_owned(), whole, Value::from(f.coverage.with_findings as f64), None);
    push(words.key_sites.to_owned(), number, Value::from(f.coverage.sites_with_children.child_labour), None);
    let hazards = [&f.coverage.children.child_labour, &f.coverage.children.hazardous, &f.coverage.children.forced];
    for (hazard, c) in tierlight_core::model::HAZARDS.iter().zip(hazards) {
        let hazard = w.named("hazard", hazard.slug());
        push(format!("{}: {hazard}", words.c_children), number, child_cell(w, c.total, c), c.interval);
        push(format!("{}: {hazard}, {}", words.c_children, words.c_girls), number, child_cell(w, c.girls, c), None);
        push(format!("{}: {hazard}, {}", words.c_children, words.c_boys), number, child_cell(w, c.boys, c), None);
    }
    for b in &f.buyers {
        let name = w.site(&b.site).letters();
        let linked = [&b.linked.child_labour, &b.linked.hazardous, &b.linked.forced];
        for (hazard, l) in tierlight_core::model::HAZARDS.iter().zip(linked) {
            let hazard = w.named("hazard", hazard.slug());
            push(format!("{}: {name}, {hazard}", words.c_linked), share, Value::from(l.share.value), l.share.interval);
        }
        push(format!("{}: {name}", words.key_dark), share, Value::from(1.0 - b.traced_share), None);
    }
    let mut intro: Vec<String> = facts.iter().map(|(name, is)| format!("{}: {}", name.letters(), is.letters())).collect();
    intro.extend([words.reading_1.to_owned(), words.care_1.to_owned(), words.care_2.to_owned()]);
    if w.public() {
        intro.push(plain(words.public_note, &[("rule", words.public_rule)]));
    }
    sheet(w, words.s_summary, intro, columns, rows)
}

/// Id, name, role, sector, district, province, country of a site.
fn site_columns(w: &Writer<'_>) -> Vec<SheetColumn> {
    let words = w.w;
    vec![
        column(words.c_id, 14.0, ColumnKind::Text),
        column(words.c_name, 34.0, ColumnKind::Text),
        column(words.c_role, 14.0, ColumnKind::Text),
        column(words.c_sector, 26.0, ColumnKind::Text),
        column(words.c_district, 18.0, ColumnKind::Text),
        column(words.c_country, 12.0, ColumnKind::Text),
    ]
}

fn site_cells(w: &Writer<'_>, s: &SiteRef) -> Vec<Value> {
    vec![
        s.id.as_deref().map_or_else(|| Value::Withheld(w.w.withheld_short.to_owned()), Value::from),
        Value::from(s.name.as_str()),
        Value::from(w.named("role", &s.role).as_str()),
        words(&w.sector(&s.sector)),
        s.district.as_ref().map_or(Value::Blank, |d| words(&w.district(d))),
        words(&w.country(&s.country)),
    ]
}

fn sites(w: &Writer<'_>) -> Sheet {
    let (words_of, f) = (w.w, w.f);
    let mut columns = vec![column(words_of.c_rank, 8.0, ColumnKind::Text)];
    columns.extend(site_columns(w));
    columns.push(column(words_of.c_units, 10.0, ColumnKind::Whole));
    columns.push(column(words_of.c_recorded, 24.0, ColumnKind::Text));
    for hazard in tierlight_core::model::HAZARDS {
        let hazard = w.named("hazard", hazard.slug());
        columns.push(column(&format!("{}: {hazard}", words_of.c_presence), 16.0, ColumnKind::ShareBar));
        columns.push(column(&format!("{hazard}, {}", words_of.c_low), 10.0, ColumnKind::Share));
        columns.push(column(&format!("{hazard}, {}", words_of.c_high), 10.0, ColumnKind::Share));
    }
    columns.extend([
        column(words_of.c_children, 14.0, ColumnKind::NumberBar),
        column(words_of.c_girls, 10.0, ColumnKind::Number),
        column(words_of.c_boys, 10.0, ColumnKind::Number),
        column(words_of.c_forced_children, 14.0, ColumnKind::Number),
        column(words_of.c_workers, 10.0, ColumnKind::Number),
        column(words_of.c_throughput, 14.0, ColumnKind::Share),
        column(words_of.c_band, 12.0, ColumnKind::Text),
        column(words_of.c_why, 50.0, ColumnKind::LongText),
        column(words_of.c_evidence_n, 10.0, ColumnKind::Whole),
        column(words_of.c_last, 12.0, ColumnKind::Date),
        column(words_of.known_surveys, 14.0, ColumnKind::Share),
        column(words_of.known_unknown, 14.0, ColumnKind::Share),
        column(words_of.c_grade, 8.0, ColumnKind::Text),
        column(words_of.source, 40.0, ColumnKind::Text),
    ]);
    let row = |s: &crate::findings::site::SiteFinding| {
        let mut out = vec![Value::from(rank(s).as_str())];
        out.extend(site_cells(w, &s.site));
        out.push(Value::from(s.sites as f64));
        out.push(s.recorded.as_deref().map_or_else(|| kept(w), |class| Value::from(w.named("class", class).as_str())));
        for e in [&s.presence.child_labour, &s.presence.hazardous, &s.presence.forced] {
            out.extend(estimate(e));
        }
        out.extend([s.children.total, s.children.girls, s.children.boys].map(|x| child_cell(w, x, &s.children)));
        out.push(child_cell(w, s.forced_children.total, &s.forced_children));
        out.push(s.workers.map_or_else(|| kept(w), Value::from));
        out.push(Value::from(s.throughput));
        out.push(Value::from(w.named("band", &s.band).as_str()));
        out.push(words(&why(w, s)));
        out.push(if w.public() { kept(w) } else { Value::from(s.evidence as f64) });
        out.push(s.last_evidence.as_deref().map_or(Value::Blank, day));
        out.extend([Value::from(s.on_surveys), Value::from(s.unknown), Value::from(s.grade.as_str())]);
        out.push(Value::from(s.sources.join(", ").as_str()));
        out
    };
    sheet(w, words_of.s_sites, vec![words_of.reading_1.to_owned()], columns, f.sites.iter().map(row).collect())
}

fn kept(w: &Writer<'_>) -> Value {
    Value::Withheld(w.w.withheld_short.to_owned())
}

fn of_links(w: &Writer<'_>, links: &[LinkFinding]) -> Sheet {
    let words_of = w.w;
    let columns = vec![
        column(words_of.c_supplier, 14.0, ColumnKind::Text),
        column(words_of.c_name, 34.0, ColumnKind::Text),
        column(words_of.c_sector, 26.0, ColumnKind::Text),
        column(words_of.c_buyer, 14.0, ColumnKind::Text),
        column(words_of.c_name, 34.0, ColumnKind::Text),
        column(words_of.c_kind, 14.0, ColumnKind::Text),
        column(words_of.c_disclosure, 14.0, ColumnKind::Text),
        column(words_of.c_share, 14.0, ColumnKind::ShareBar),
        column(words_of.c_assumed, 12.0, ColumnKind::Text),
    ];
    let id = |s: &SiteRef| s.id.as_deref().map_or_else(|| kept(w), Value::from);
    let row = |l: &LinkFinding| {
        vec![
            id(&l.supplier),
            words(&w.short(&l.supplier)),
            words(&w.sector(&l.supplier.sector)),
            id(&l.buyer),
            words(&w.short(&l.buyer)),
            Value::from(w.named("link", &l.kind).as_str()),
            Value::from(w.named("disclosure", &l.disclosure).as_str()),
            Value::from(l.share),
            Value::from(if l.assumed { words_of.yes } else { words_of.no }),
        ]
    };
    sheet(w, words_of.s_links, Vec::new(), columns, links.iter().map(row).collect())
}

fn evidence(w: &Writer<'_>) -> Sheet {
    let (words_of, f) = (w.w, w.f);
    if w.public() {
        return evidence_by_method(w);
    }
    let columns = vec![
        column(words_of.c_item, 12.0, ColumnKind::Text),
        column(words_of.c_id, 14.0, ColumnKind::Text),
        column(words_of.c_site, 34.0, ColumnKind::Text),
        column(words_of.c_date, 12.0, ColumnKind::Date),
        column(words_of.c_method, 26.0, ColumnKind::Text),
        column(words_of.c_finding, 12.0, ColumnKind::Text),
        column(words_of.c_hazard, 26.0, ColumnKind::Text),
        column(words_of.c_girls, 9.0, ColumnKind::Whole),
        column(words_of.c_boys, 9.0, ColumnKind::Whole),
        column(words_of.c_finds, 12.0, ColumnKind::Share),
        column(words_of.c_weight, 12.0, ColumnKind::ShareBar),
        column(words_of.c_log_odds, 12.0, ColumnKind::Number),
        column(words_of.c_without, 12.0, ColumnKind::Share),
        column(words_of.c_with, 12.0, ColumnKind::Share),
        column(words_of.c_remediated, 12.0, ColumnKind::Date),
        column(words_of.source, 40.0, ColumnKind::Text),
    ];
    let row = |i: &crate::findings::evidence::Item| {
        vec![
            Value::from(i.id.as_str()),
            i.site.id.as_deref().map_or(Value::Blank, Value::from),
            Value::from(i.site.name.as_str()),
            day(&i.date),
            Value::from(w.named("method", &i.method).as_str()),
            Value::from(w.named("finding", &i.finding).as_str()),
            Value::from(w.named("hazard", &i.hazard).as_str()),
            maybe(i.girls.map(f64::from)),
            maybe(i.boys.map(f64::from)),
            maybe(i.sensitivity),
            Value::from(i.weight),
            Value::from(i.log_odds),
            Value::from(i.without),
            Value::from(i.with),
            i.remediated_on.as_deref().map_or(Value::Blank, day),
            i.source.as_deref().map_or(Value::Blank, Value::from),
        ]
    };
    sheet(w, words_of.s_evidence, vec![words_of.evidence_intro.to_owned()], columns, f.evidence.iter().map(row).collect())
}

fn evidence_by_method(w: &Writer<'_>) -> Sheet {
    let (words_of, f) = (w.w, w.f);
    let columns = vec![
        column(words_of.c_method, 30.0, ColumnKind::Text),
        column(words_of.c_found, 12.0, ColumnKind::Whole),
        column(words_of.c_remediated, 12.0, ColumnKind::Whole),
        column(words_of.c_not_found, 12.0, ColumnKind::Whole),
        column(words_of.c_finds, 14.0, ColumnKind::ShareBar),
        column(words_of.c_up, 12.0, ColumnKind::Number),
        column(words_of.c_down, 12.0, ColumnKind::Number),
    ];
    let row = |s: &crate::findings::evidence::Summary| {
        vec![
            Value::from(w.named("method", &s.method).as_str()),
            Value::from(s.found as f64),
            Value::from(s.remediated as f64),
            Value::from(s.not_found as f64),
            maybe(s.sensitivity),
            Value::from(s.up),
            Value::from(s.down),
        ]
    };
    sheet(w, words_of.s_evidence, vec![words_of.evidence_intro.to_owned()], columns, f.evidence_summary.iter().map(row).collect())
}

fn of_issues(w: &Writer<'_>, issues: &[IssueRow]) -> Sheet {
    let (words_of, f) = (w.w, w.f);
    let severity = |s: &str| Value::from(w.named("severity", s).as_str());
    if w.public() {
        let columns = vec![
            column(words_of.c_severity, 14.0, ColumnKind::Text),
            column(words_of.c_code, 30.0, ColumnKind::Text),
            column(words_of.c_times, 12.0, ColumnKind::Whole),
        ];
        let row =
            |i: &crate::findings::scope::IssueCount| vec![severity(&i.severity), Value::from(i.code.as_str()), Value::from(i.count as f64)];
        return sheet(w, words_of.s_issues, Vec::new(), columns, f.run.issues.iter().map(row).collect());
    }
    let columns = vec![
        column(words_of.c_severity, 12.0, ColumnKind::Text),
        column(words_of.c_code, 26.0, ColumnKind::Text),
        column(words_of.c_file, 20.0, ColumnKind::Text),
        column(words_of.c_row, 8.0, ColumnKind::Whole),
        column(words_of.c_column, 20.0, ColumnKind::Text),
        column(words_of.c_found, 40.0, ColumnKind::LongText),
        column(words_of.c_expected, 40.0, ColumnKind::LongText),
        column(words_of.c_hint, 50.0, ColumnKind::LongText),
    ];
    let row = |i: &IssueRow| {
        vec![
            severity(&i.severity),
            Value::from(i.code.as_str()),
            Value::from(i.file.as_str()),
            maybe(i.row.map(|r| r as f64)),
            Value::from(i.column.as_str()),
            Value::from(i.found.as_str()),
            Value::from(i.expected.as_str()),
            Value::from(i.hint.as_str()),
        ]
    };
    sheet(w, words_of.s_issues, Vec::new(), columns, issues.iter().map(row).collect())
}

fn sources(w: &Writer<'_>) -> Sheet {
    let (words_of, f) = (w.w, w.f);
    let columns = vec![
        column(words_of.c_key, 26.0, ColumnKind::Text),
        column(words_of.c_title, 60.0, ColumnKind::LongText),
        column(words_of.c_publisher, 34.0, ColumnKind::LongText),
        column(words_of.c_year, 10.0, ColumnKind::Text),
        column(words_of.c_grade, 10.0, ColumnKind::Text),
        column(words_of.c_rows, 8.0, ColumnKind::Whole),
        column(words_of.c_caveats, 60.0, ColumnKind::LongText),
    ];
    let row = |s: &crate::findings::sources::SourceFinding| {
        vec![
            Value::from(s.key.as_str()),
            Value::from(s.title.as_str()),
            Value::from(s.publisher.as_str()),
            Value::from(s.year.as_str()),
            Value::from(s.grades.as_str()),
            Value::from(s.rows as f64),
            Value::from(s.caveats.as_str()),
        ]
    };
    sheet(w, words_of.s_sources, Vec::new(), columns, f.sources.iter().map(row).collect())
}
