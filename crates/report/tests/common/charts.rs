//! One chart of each kind, in either language.

use tierlight_report::chart::{
    Axis, BarRow, Bars, Chart, Event, Flow, FlowBand, FlowNode, IntervalRow, Intervals, Map, MapLine, Picture, Region, Timeline, Waterfall,
    WaterfallTerm,
};
use tierlight_report::document::{Align, Cell, Text};
use tierlight_report::language::Language;

use super::{HOSTILE, name, number, say, table, text};

/// Invented sites with low end, point and high end of presence.
const SITES: [(&str, [f64; 3], bool); 8] = [
    ("Grinding shop 27, Example Lohar Lane (invented)", [0.852, 0.999, 1.0], true),
    ("Example Brinehide Tannery 2 (invented)", [0.477, 0.968, 1.0], true),
    ("Home cluster, Pind Tamsil 12 (invented)", [0.776, 0.984, 1.0], true),
    (HOSTILE[1], [0.355, 0.902, 0.997], false),
    (HOSTILE[4], [0.175, 0.874, 0.999], false),
    (HOSTILE[0], [0.227, 0.772, 0.99], false),
    ("ورکشاپ نمبر 14، مثالی گلی (فرضی)", [0.04, 0.389, 0.953], false),
    (HOSTILE[8], [0.01, 0.12, 0.42], false),
];

/// An axis of probabilities from 0 to 1.
pub fn probability(title: String) -> Axis {
    let ticks = [0.0, 0.25, 0.5, 0.75, 1.0].map(|at| (at, format!("{:.0} %", at * 100.0)));
    Axis { title, range: [0.0, 1.0], ticks: ticks.to_vec() }
}

pub fn intervals(l: Language) -> Chart {
    let words = |at: &[f64; 3]| format!("{:.1} % [{:.1} %, {:.1} %]", at[1] * 100.0, at[0] * 100.0, at[2] * 100.0);
    let rows = SITES.iter().map(|(site, at, strong)| IntervalRow { label: Text::name(*site), at: *at, words: words(at), strong: *strong });
    let twin =
        SITES.iter().map(|(site, at, _)| vec![name(*site), Cell::Interval { words: Text::number(words(at)), at: [at[1], at[0], at[2]] }]);
    let heads = [say(l, "Site", "کام کی جگہ"), say(l, "Children present", "بچوں کی موجودگی")];
    Chart {
        id: "ranks".to_owned(),
        title: text(l, "How likely children are present at the first eight sites", "پہلی آٹھ جگہوں پر بچوں کی موجودگی کا امکان"),
        alternative: say(
            l,
            "Three sites with findings on record come first; the intervals of the next five overlap.",
            "جن تین جگہوں کا ریکارڈ موجود ہے وہ سب سے اوپر ہیں؛ باقی پانچ کے وقفے ایک دوسرے سے ملتے ہیں۔",
        ),
        picture: Picture::Intervals(Intervals {
            axis: probability(say(l, "Probability that at least one child works there", "کم از کم ایک بچے کے کام کرنے کا امکان")),
            rows: rows.collect(),
            strong_word: say(l, "a finding is on record", "نتیجہ ریکارڈ پر ہے"),
        }),
        twin: table(
            "ranks-data",
            text(l, "Presence by site", "جگہ کے لحاظ سے موجودگی"),
            &[(&heads[0], Align::Start, 2.0), (&heads[1], Align::End, 1.0)],
            twin.collect(),
        ),
        note: Some(text(l, "Bars are 90 % intervals. All sites are invented.", "لکیریں 90 فیصد وقفے ہیں۔ تمام جگہیں فرضی ہیں۔")),
    }
}

pub fn waterfall(l: Language) -> Chart {
    let terms = [
        ("Sector base", "شعبے کی بنیاد", -1.682, false),
        ("District", "ضلع", -0.507, false),
        ("Unregistered", "غیر رجسٹرڈ", 0.276, false),
        ("Piece rate paid to families", "خاندان کو فی عدد اجرت", 0.644, false),
        ("Home based", "گھر پر کام", 0.0, true),
        ("Recruiter labour", "ٹھیکیدار کے مزدور", 0.182, false),
        ("Small workforce", "چھوٹی افرادی قوت", -0.235, false),
        (HOSTILE[2], HOSTILE[3], 0.31, false),
    ];
    let sum: f64 = terms.iter().map(|t| t.2).sum();
    let ticks = [-2.5, -2.0, -1.5, -1.0, -0.5, 0.0].map(|at| (at, format!("{at:+.1}").replace('-', "−")));
    let words = |value: f64| format!("{value:+.3}").replace('-', "−");
    let label = |t: &(&str, &str, f64, bool)| text(l, t.0, t.1);
    let rows = terms.iter().map(|t| WaterfallTerm { label: label(t), value: t.2, words: words(t.2), unknown: t.3 });
    let heads = [say(l, "Term", "جزو"), say(l, "Log-odds", "لاگ آڈز")];
    Chart {
        id: "why".to_owned(),
        title: text(l, "Why this site scores as it does", "اس جگہ کا اندازہ کیوں ایسا ہے"),
        alternative: say(
            l,
            "From the sector's base, family piece rates raise the score most.",
            "شعبے کی بنیاد کے بعد فی عدد اجرت سب سے زیادہ بڑھاتی ہے۔",
        ),
        picture: Picture::Waterfall(Waterfall {
            axis: Axis {
                title: say(l, "Log-odds of prevalence", "پھیلاؤ کے لاگ آڈز"), range: [-2.5, 0.0], ticks: ticks.to_vec()
            },
            terms: rows.collect(),
            total: say(l, "Sum", "مجموعہ"),
            total_words: words(sum),
            unknown_word: say(l, "unknown: may move either way", "نامعلوم: کسی بھی طرف جا سکتا ہے"),
        }),
        twin: table(
            "why-data",
            text(l, "Terms of the score", "اندازے کے اجزا"),
            &[(&heads[0], Align::Start, 2.0), (&heads[1], Align::End, 1.0)],
            terms
                .iter()
                .map(|t| vec![Cell::Text(label(t)), if t.3 { Cell::Blank(text(l, "unknown", "نامعلوم")) } else { number(words(t.2)) }])
                .collect(),
        ),
        note: None,
    }
}

pub fn flow(l: Language) -> Chart {
    let dark = text(l, "Untraced", "نامعلوم ماخذ");
    let node = |stage, label: Text, value: f64, dark| FlowNode { stage, label, words: format!("{:.1} %", value * 100.0), value, dark };
    let nodes = vec![
        node(0, Text::name("Example Thornwick School (invented)"), 0.079, false),
        node(1, text(l, "Tier 1", "درجہ 1"), 0.049, false),
        node(1, dark.clone(), 0.030, true),
        node(2, text(l, "Surgical instruments", "جراحی آلات"), 0.022, false),
        node(2, Text::name(HOSTILE[1]), 0.009, false),
        node(2, dark.clone(), 0.018, true),
        node(3, text(l, "Steel and forging", "فولاد اور ڈھلائی"), 0.012, false),
        node(3, dark, 0.010, true),
    ];
    let band = |from, to, value, dark| FlowBand { from, to, value, dark };
    let bands = vec![
        band(0, 1, 0.049, false),
        band(0, 2, 0.030, true),
        band(1, 3, 0.022, false),
        band(1, 4, 0.009, false),
        band(1, 5, 0.018, true),
        band(3, 6, 0.012, false),
        band(3, 7, 0.010, true),
    ];
    let heads = [say(l, "Part of the chain", "سلسلے کا حصہ"), say(l, "Linked share", "منسلک حصہ")];
    let twin = nodes.iter().map(|n| vec![Cell::Text(n.label.clone()), number(n.words.clone())]).collect();
    Chart {
        id: "tiers".to_owned(),
        title: text(l, "Where in the chain the linked share lies", "منسلک حصہ سلسلے میں کہاں ہے"),
        alternative: say(
            l,
            "Of 7.9 % linked share, 3.0 points are untraced at tier 1 already.",
            "7.9 فیصد میں سے 3.0 پہلے ہی درجے پر نامعلوم ہے۔",
        ),
        picture: Picture::Flow(Flow {
            stages: vec![say(l, "Buyer", "خریدار"), say(l, "Tier 1", "درجہ 1"), say(l, "Tier 2", "درجہ 2"), say(l, "Tier 3", "درجہ 3")],
            nodes,
            bands,
            dark_word: say(l, "untraced", "ماخذ نامعلوم"),
        }),
        twin: table(
            "tiers-data",
            text(l, "Linked share by tier", "درجے کے لحاظ سے منسلک حصہ"),
            &[(&heads[0], Align::Start, 2.0), (&heads[1], Align::End, 1.0)],
            twin,
        ),
        note: Some(text(
            l,
            "Hatched: untraced, counted at the level of its sector.",
            "لکیردار حصہ: ماخذ نامعلوم، شعبے کی سطح پر شمار کیا گیا۔",
        )),
    }
}

/// Six invented districts: a ring each, two of which share a border, one with a hole.
pub fn map(l: Language) -> Chart {
    let ring = |x: f64, y: f64, w: f64, h: f64| {
        vec![[x, y], [x + w, y], [x + w * 1.1, y + h * 0.5], [x + w, y + h], [x, y + h], [x + w * 0.1, y + h * 0.5]]
    };
    let hole = vec![[72.3, 32.3], [72.5, 32.3], [72.5, 32.5], [72.3, 32.5]];
    let regions = [
        ("Kot Afsana", "کوٹ افسانہ", vec![ring(71.0, 31.0, 1.0, 1.0)], Some(109.0)),
        ("Pind Tamsil", "پنڈ تمثیل", vec![ring(72.0, 31.0, 1.0, 1.0)], Some(32.4)),
        ("Misalpur", "مثال پور", vec![ring(72.0, 32.0, 1.0, 1.0), hole], Some(24.7)),
        (HOSTILE[5], HOSTILE[5], vec![ring(71.0, 32.0, 1.0, 1.0)], Some(6.7)),
        ("Farzi Town", "فرضی ٹاؤن", vec![ring(73.0, 31.5, 1.2, 1.4)], Some(2.1)),
        ("Nowhere", "کہیں نہیں", vec![ring(73.0, 33.0, 1.0, 0.8)], None),
    ];
    let words = |value: Option<f64>| value.map_or_else(|| say(l, "no sites", "کوئی جگہ نہیں"), |v| format!("{v:.1}"));
    let twin = regions.iter().map(|r| {
        vec![Cell::Text(text(l, r.0, r.1)), r.3.map_or_else(|| Cell::Blank(text(l, "no sites", "کوئی جگہ نہیں")), |_| number(words(r.3)))]
    });
    let heads = [say(l, "District", "ضلع"), say(l, "Expected children", "متوقع بچے")];
    let twin = table(
        "map-data",
        text(l, "Expected children by district", "ضلع کے لحاظ سے متوقع بچے"),
        &[(&heads[0], Align::Start, 2.0), (&heads[1], Align::End, 1.0)],
        twin.collect(),
    );
    let regions = regions.into_iter().map(|(en, ur, rings, value)| Region {
        name: text(l, en, ur),
        rings,
        value,
        words: words(value),
        labelled: value.is_none_or(|v| v > 5.0),
    });
    Chart {
        id: "map".to_owned(),
        title: text(l, "Expected children in child labour, by district", "ضلع کے لحاظ سے مشقت میں متوقع بچے"),
        alternative: say(
            l,
            "Most expected children are in Kot Afsana, 109; none of the sites is in Nowhere.",
            "سب سے زیادہ متوقع بچے کوٹ افسانہ میں ہیں: 109۔",
        ),
        picture: Picture::Map(Map {
            regions: regions.collect(),
            lines: vec![
                MapLine { points: vec![[73.0, 33.8], [73.6, 33.4], [74.3, 33.0]], dashed: true },
                MapLine { points: vec![[71.0, 31.0], [71.1, 31.5], [71.0, 32.0]], dashed: false },
            ],
            classes: vec![("0–5".to_owned(), 5.0), ("5–20".to_owned(), 20.0), ("20–50".to_owned(), 50.0), ("50–150".to_owned(), 150.0)],
            legend: say(l, "Expected children", "متوقع بچے"),
            no_value: say(l, "no sites of the run", "اس جائزے کی کوئی جگہ نہیں"),
            disclaimer: say(
                l,
                "Boundaries are approximate and imply no opinion on the status of any territory.",
                "حدود تخمینی ہیں اور کسی علاقے کی حیثیت پر کوئی رائے ظاہر نہیں کرتیں۔",
            ),
        }),
        twin,
        note: None,
    }
}

pub fn timeline(l: Language) -> Chart {
    // 2023-01-01 is day 19,358
    let year = |y: f64| 19_358.0 + (y - 2023.0) * 365.25;
    let lanes = vec![Text::name("VW-27"), Text::name(HOSTILE[0]), Text::name("Example Brinehide Tannery 2 (invented)")];
    let events = [
        (0, 2023.3, true, true, 0.35, "2023-04-20"),
        (0, 2025.1, false, false, 0.2, "2025-02-06"),
        (0, 2026.2, true, false, 1.0, "2026-03-14"),
        (1, 2024.5, false, false, 0.6, "2024-07-02"),
        (2, 2025.9, true, false, 0.8, "2025-11-25"),
        (2, 2025.92, false, false, 0.3, "2025-12-02"),
    ];
    let words = |found: bool, date: &str| {
        format!("{date}: {}", if found { say(l, "children found", "بچے ملے") } else { say(l, "not found", "نہیں ملے") })
    };
    let twin = events
        .iter()
        .map(|e| vec![Cell::Text(lanes[e.0].clone()), Cell::Text(Text::plain(words(e.2, e.5))), number(format!("{:.2}", e.4))]);
    let heads = [say(l, "Site", "کام کی جگہ"), say(l, "Finding", "نتیجہ"), say(l, "Weight today", "آج کا وزن")];
    let twin = table(
        "timeline-data",
        text(l, "Evidence by date", "تاریخ کے لحاظ سے شواہد"),
        &[(&heads[0], Align::Start, 1.0), (&heads[1], Align::Start, 2.0), (&heads[2], Align::End, 1.0)],
        twin.collect(),
    );
    Chart {
        id: "evidence".to_owned(),
        title: text(l, "What was found, and what it still weighs", "کیا ملا، اور آج اس کا کتنا وزن ہے"),
        alternative: say(l, "Three findings since 2023, one of them remediated.", "2023 سے تین نتائج، جن میں سے ایک کا ازالہ ہوا۔"),
        picture: Picture::Timeline(Timeline {
            range: [year(2023.0), year(2027.0)],
            ticks: [2023.0, 2024.0, 2025.0, 2026.0, 2027.0].map(|y| (year(y), format!("{y}"))).to_vec(),
            lanes: lanes.clone(),
            events: events
                .iter()
                .map(|e| Event { lane: e.0, day: year(e.1), found: e.2, remediated: e.3, weight: e.4, words: words(e.2, e.5) })
                .collect(),
            legend: [
                say(l, "found", "ملے"),
                say(l, "not found", "نہیں ملے"),
                say(l, "remediated", "ازالہ ہوا"),
                say(l, "size: what it still weighs", "سائز: آج کا وزن"),
            ],
        }),
        twin,
        note: Some(text(
            l,
            "Filled: children found. Open: not found. Ticked: remediated.",
            "بھرا نشان: بچے ملے۔ خالی: نہیں ملے۔ درست کا نشان: ازالہ ہوا۔",
        )),
    }
}

pub fn bars(l: Language) -> Chart {
    let rows = [
        ("Brick kilns", "اینٹوں کے بھٹے", [12.0, 31.0], Some([20.0, 88.0])),
        ("Surgical instruments", "جراحی آلات", [2.8, 44.0], Some([30.0, 70.0])),
        ("Home stitching", "گھریلو سلائی", [16.0, 9.0], None),
    ];
    let label = |r: &(&str, &str, [f64; 2], Option<[f64; 2]>)| text(l, r.0, r.1);
    let parts = vec![say(l, "Girls", "لڑکیاں"), say(l, "Boys", "لڑکے")];
    let heads = [say(l, "Sector", "شعبہ"), parts[0].clone(), parts[1].clone()];
    let twin = rows.iter().map(|r| vec![Cell::Text(label(r)), number(format!("{:.1}", r.2[0])), number(format!("{:.1}", r.2[1]))]);
    let twin = table(
        "girls-data",
        text(l, "Expected children by sector", "شعبے کے لحاظ سے متوقع بچے"),
        &[(&heads[0], Align::Start, 2.0), (&heads[1], Align::End, 1.0), (&heads[2], Align::End, 1.0)],
        twin.collect(),
    );
    let bars =
        rows.iter().map(|r| BarRow { label: label(r), parts: r.2.to_vec(), interval: r.3, words: format!("{:.1}", r.2[0] + r.2[1]) });
    let ticks = [0.0, 25.0, 50.0, 75.0, 100.0].map(|at| (at, format!("{at}")));
    Chart {
        id: "girls".to_owned(),
        title: text(l, "Girls and boys by sector", "شعبے کے لحاظ سے لڑکیاں اور لڑکے"),
        alternative: say(
            l,
            "Boys are most in surgical instruments, girls in home stitching.",
            "لڑکے زیادہ تر جراحی آلات میں، لڑکیاں گھریلو سلائی میں۔",
        ),
        picture: Picture::Bars(Bars {
            axis: Axis { title: say(l, "Expected children", "متوقع بچے"), range: [0.0, 100.0], ticks: ticks.to_vec() },
            parts,
            rows: bars.collect(),
        }),
        twin,
        note: None,
    }
}
