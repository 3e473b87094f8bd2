//! The document.

use tierlight_report::document::{
    Align, Block, Callout, CalloutKind, Cell, Check, CheckState, Document, Frame, KeyFigure, LeftOut, Section, Span, Table, Text,
};
use tierlight_report::language::Language;

use super::{HOSTILE, charts, name, number, say, spans, table, text};

/// Every kind of block and picture, with hostile names among them.
pub fn document(l: Language) -> Document {
    Document {
        language: l,
        title: text(l, "Due-diligence report", "جانچ پڑتال کی رپورٹ"),
        subtitle: spans([Span::Plain(say(l, "For ", "برائے ")), Span::Name(format!("Example Thornwick & Sons (invented) {}", HOSTILE[1]))]),
        facts: vec![
            (text(l, "As of", "بتاریخ"), Text::number("2026-11-26")),
            (
                text(l, "Scope", "دائرہ"),
                spans([Span::Number("124".to_owned()), Span::Plain(say(l, " sites, all invented", " جگہیں، سب فرضی"))]),
            ),
            (text(l, "For", "قارئین"), text(l, "Internal use: names sites", "اندرونی استعمال: جگہوں کے نام شامل ہیں")),
        ],
        date: jiff::civil::date(2026, 11, 26),
        description: say(l, "Where children may work in a chain: an invented example", "سلسلے میں بچے کہاں کام کر سکتے ہیں: ایک فرضی مثال"),
        sections: vec![summary(l), pictures(l), tables(l), framework(l), hostile(l)],
        footer: Text::plain(
            "tierlight 0.1.0 · method 1 · packs world 2026.11 (3f9a…), pakistan 2026.11 (77c0…) · input 9b1e… · 2026-11-26",
        ),
        frame: frame(l),
    }
}

/// Words of the frame.
pub fn frame(l: Language) -> Frame {
    Frame {
        contents: say(l, "Contents", "فہرست"),
        page: say(l, "Page", "صفحہ"),
        of: say(l, "of", "از"),
        twin: say(l, "Data of this chart", "اس خاکے کے اعداد"),
        twins: say(l, "Data of the charts", "خاکوں کے اعداد"),
        skip: say(l, "Skip to the report", "رپورٹ پر جائیں"),
        filter: say(l, "Filter this table", "جدول میں تلاش کریں"),
        more_rows: say(l, "and {n} more rows in the data file {file}", "اور {n} مزید سطریں ڈیٹا فائل {file} میں"),
        show_all: say(l, "Show all", "سب دکھائیں"),
        source: say(l, "Source", "ماخذ"),
        required: say(l, "Required", "مطلوب"),
        answer: say(l, "Answer", "جواب"),
    }
}

fn section(id: &str, title: Text, blocks: Vec<Block>) -> Section {
    Section { id: id.to_owned(), title, blocks, sections: Vec::new(), new_page: false }
}

fn summary(l: Language) -> Section {
    let figure = |value: &str, interval: Option<&str>, en: &str, ur: &str, note: Option<Text>| KeyFigure {
        value: Text::number(value),
        interval: interval.map(Text::number),
        label: text(l, en, ur),
        note,
    };
    let blocks = vec![
        Block::Paragraph(spans([
            Span::Plain(say(
                l,
                "This report says where children may work in the chain of ",
                "یہ رپورٹ بتاتی ہے کہ اس سلسلے میں بچے کہاں کام کر رہے ہو سکتے ہیں: ",
            )),
            Span::Name("Example Thornwick & Sons (invented)".to_owned()),
            Span::Plain(say(l, ". It is an estimate: ", "۔ یہ ایک اندازہ ہے: ")),
            Span::Strong(say(l, "it accuses nobody", "یہ کسی پر الزام نہیں")),
            Span::Plain(say(l, ", and rests on the sources in the ", "، اور اس کی بنیاد یہ ذرائع ہیں: ")),
            Span::Link { to: "#annex".to_owned(), words: say(l, "annex", "ضمیمہ") },
            Span::Plain(say(l, " and the ", " اور ")),
            Span::Link {
                to: "https://www.ilo.org/".to_owned(), words: say(l, "conventions of the ILO", "آئی ایل او کے کنونشن")
            },
            Span::Plain(say(l, ".", "۔")),
        ])),
        Block::KeyFigures(vec![
            figure("196", Some("90 %: 159–424"), "expected children in child labour", "مشقت میں متوقع بچے", None),
            figure("46.6 / 149", None, "girls / boys", "لڑکیاں / لڑکے", None),
            figure(
                "48.1 %",
                None,
                "of purchases untraced",
                "خریداری جس کا ماخذ نامعلوم ہے",
                Some(text(l, "counted at the level of its sector", "شعبے کی سطح پر شمار")),
            ),
            figure("7.90 %", Some("6.58 %–10.8 %"), "linked share", "منسلک حصہ", None),
        ]),
        Block::Callout(Callout {
            kind: CalloutKind::Key,
            title: text(l, "Look here first", "پہلے یہاں دیکھیں"),
            blocks: vec![Block::Points(vec![
                spans([
                    Span::Name("VW-27".to_owned()),
                    Span::Plain(say(l, ": a forced labour signal is on record (2026).", ": جبری مشقت کا اشارہ ریکارڈ پر ہے (2026)۔")),
                ]),
                spans([
                    Span::Name(HOSTILE[0].to_owned()),
                    Span::Plain(say(l, ": estimated from its sector and district.", ": شعبے اور ضلع سے اندازہ۔")),
                ]),
            ])],
        }),
        Block::Callout(Callout {
            kind: CalloutKind::Care,
            title: text(l, "If children are found", "اگر بچے ملیں"),
            blocks: vec![
                Block::Steps(vec![
                    text(
                        l,
                        "Protect them first: call the child-protection authority of the province.",
                        "پہلے ان کی حفاظت: صوبے کے ادارۂ تحفظِ اطفال سے رابطہ کریں۔",
                    ),
                    text(l, "Keep the family's income and the school place in view.", "خاندان کی آمدنی اور اسکول میں جگہ کا خیال رکھیں۔"),
                    text(l, "Stay as a buyer: leaving does not remove the child.", "خریدار رہیں: چھوڑنے سے بچہ مشقت سے نہیں نکلتا۔"),
                ]),
                Block::Paragraph(text(
                    l,
                    "A person, not the program, decides what a case is called.",
                    "کسی معاملے کو کیا نام دیا جائے، یہ فیصلہ انسان کرتا ہے، پروگرام نہیں۔",
                )),
            ],
        }),
        Block::Callout(Callout {
            kind: CalloutKind::Gap,
            title: text(l, "What is not known", "کیا معلوم نہیں"),
            blocks: vec![Block::Paragraph(text(
                l,
                "40.5 % of the conditions asked for are unknown.",
                "جو حالات پوچھے گئے ان میں سے 40.5 فیصد نامعلوم ہیں۔",
            ))],
        }),
        Block::Facts(vec![
            (text(l, "Engine", "انجن"), Text::name("tierlight 0.1.0")),
            (text(l, "Draws", "قرعے"), Text::number("400")),
            (text(l, "Typed by a user", "صارف کا لکھا ہوا"), Text::name(HOSTILE[3])),
        ]),
    ];
    section("summary", text(l, "In a page", "ایک صفحے میں"), blocks)
}

fn pictures(l: Language) -> Section {
    let part = |id: &str, en: &str, ur: &str, chart| section(id, text(l, en, ur), vec![Block::Chart(chart)]);
    let mut out = section("pictures", text(l, "Pictures", "تصویریں"), vec![Block::Chart(charts::intervals(l))]);
    out.new_page = true;
    let mut site = part("pictures-site", "One site", "ایک جگہ", charts::waterfall(l));
    site.sections.push(part("pictures-site-evidence", "Its evidence", "اس کے شواہد", charts::timeline(l)));
    out.sections = vec![
        site,
        part("pictures-chain", "The chain", "سلسلہ", charts::flow(l)),
        part("pictures-places", "Districts", "اضلاع", charts::map(l)),
        part("pictures-girls", "Girls and boys", "لڑکیاں اور لڑکے", charts::bars(l)),
    ];
    out
}

/// A table with each kind of cell, and more rows than fit a page.
pub fn sites(l: Language, rows: usize, left_out: usize) -> Table {
    let heads = [
        say(l, "Rank", "درجہ"),
        say(l, "Site", "کام کی جگہ"),
        say(l, "District", "ضلع"),
        say(l, "Children present", "بچوں کی موجودگی"),
        say(l, "Linked share", "منسلک حصہ"),
        say(l, "Why", "وجہ"),
    ];
    let row = |at: usize| {
        let p = 0.99 / (1.0 + at as f64 * 0.11);
        let interval = [p, (p - 0.3).max(0.0), (p + 0.2).min(1.0)];
        let words = format!("{:.1} % [{:.1} %, {:.1} %]", p * 100.0, interval[1] * 100.0, interval[2] * 100.0);
        let site = if at.is_multiple_of(4) {
            HOSTILE[at / 4 % HOSTILE.len()].to_owned()
        } else {
            format!("Example Workshop {at}, Lohar Lane (invented)")
        };
        let share = if at % 5 == 3 {
            Cell::Blank(text(l, "unknown", "نامعلوم"))
        } else {
            Cell::Bar { words: Text::number(format!("{:.2} %", p * 8.0)), length: p }
        };
        vec![
            number(format!("={}", at + 1)),
            name(site),
            Cell::Text(text(l, "Kot Afsana", "کوٹ افسانہ")),
            Cell::Interval { words: Text::number(words), at: interval },
            share,
            Cell::Text(text(l, "family piece rate; home based; advance debt", "فی عدد اجرت؛ گھر پر کام؛ پیشگی")),
        ]
    };
    let columns = [
        (heads[0].as_str(), Align::End, 0.6),
        (&heads[1], Align::Start, 2.2),
        (&heads[2], Align::Start, 1.0),
        (&heads[3], Align::End, 1.9),
        (&heads[4], Align::End, 1.2),
        (&heads[5], Align::Start, 2.0),
    ];
    let mut out = table("sites", text(l, "Sites by priority", "ترجیح کے لحاظ سے جگہیں"), &columns, (0..rows).map(row).collect());
    out.left_out = (left_out > 0).then(|| LeftOut { rows: left_out, file: "sites.csv".to_owned() });
    out
}

fn tables(l: Language) -> Section {
    let blocks = vec![
        Block::Paragraph(text(
            l,
            "Every site of the run. Ranks with = are not told apart by the draws.",
            "جائزے کی تمام جگہیں۔ = والے درجے ایک دوسرے سے الگ نہیں کیے جا سکتے۔",
        )),
        Block::Table(sites(l, 60, 1_200)),
    ];
    let mut out = section("annex", text(l, "Annex: every site", "ضمیمہ: تمام جگہیں"), blocks);
    out.new_page = true;
    out
}

fn framework(l: Language) -> Section {
    let check = |state, en: &str, ur: &str, answer: Text| Check {
        state,
        state_word: match state {
            CheckState::Filled => say(l, "from the run", "جائزے سے"),
            CheckState::Answered => say(l, "answered", "جواب دیا گیا"),
            CheckState::Missing => say(l, "missing", "موجود نہیں"),
        },
        requirement: text(l, en, ur),
        answer,
        source: Text::plain("OECD Guidance 2016, Annex I; run.json"),
    };
    let blocks = vec![Block::Checklist(vec![
        check(
            CheckState::Filled,
            "Identify and assess adverse impacts",
            "منفی اثرات کی نشاندہی اور جانچ",
            text(l, "124 sites assessed.", "124 جگہوں کا جائزہ لیا گیا۔"),
        ),
        check(CheckState::Answered, "Policy and management systems", "پالیسی اور انتظامی نظام", Text::name(HOSTILE[6])),
        check(
            CheckState::Missing,
            "Provide for or cooperate in remediation",
            "ازالے کا بندوبست",
            text(l, "Nothing stated.", "کچھ بیان نہیں ہوا۔"),
        ),
    ])];
    section("frameworks", text(l, "OECD, six steps", "او ای سی ڈی، چھ مراحل"), blocks)
}

/// Each hostile name as paragraph, heading and cell.
fn hostile(l: Language) -> Section {
    let heads = [say(l, "Name", "نام"), say(l, "Length", "لمبائی")];
    let rows = HOSTILE.iter().map(|h| vec![name(*h), number(h.chars().count().to_string())]).collect();
    let mut out = section(
        "names",
        text(l, "Names that look like markup", "مشکل نام"),
        vec![Block::Table(table(
            "names-data",
            text(l, "Names", "نام"),
            &[(&heads[0], Align::Start, 3.0), (&heads[1], Align::End, 1.0)],
            rows,
        ))],
    );
    out.sections =
        vec![section("names-heading", Text::name(HOSTILE[5]), vec![Block::Points(HOSTILE.iter().map(|h| Text::name(*h)).collect())])];
    out
}
