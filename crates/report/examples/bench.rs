#![allow(clippy::all, clippy::pedantic, clippy::unwrap_used, clippy::print_stdout, missing_docs)]
#[path = "../tests/common/mod.rs"]
mod common;
use std::time::Instant;
use tierlight_report::{document::Block, language::Language, pdf, workbook::*, xlsx};
fn fonts() -> pdf::Fonts {
    let f = std::path::Path::new("/usr/share/fonts/truetype/noto");
    pdf::Fonts::new(
        ["NotoSans-Regular.ttf", "NotoSans-Bold.ttf", "NotoSans-Italic.ttf", "NotoNaskhArabic-Regular.ttf", "NotoNaskhArabic-Bold.ttf"]
            .map(|n| std::fs::read(f.join(n)).unwrap()),
    )
}
fn main() {
    let t = Instant::now();
    let fonts = fonts();
    println!("fonts {:?}", t.elapsed());
    for l in [Language::English, Language::Urdu] {
        let t = Instant::now();
        let b = pdf::render(&common::sample::document(l), &fonts).unwrap();
        println!("{} {} bytes {:?}", l.code(), b.len(), t.elapsed());
        std::fs::write(format!("/tmp/tp/s-{}.pdf", l.code()), b).unwrap();
    }
    std::fs::write("/tmp/tp/s-none.pdf", pdf::render(&common::sample::document(Language::Urdu), &pdf::Fonts::new([])).unwrap()).unwrap();
    for rows in [500, 1000, 2000] {
        let mut d = common::sample::document(Language::English);
        d.sections.push(d.sections[0].clone());
        let n = d.sections.len();
        d.sections[n - 1].blocks = vec![Block::Table(common::sample::sites(Language::English, rows, 100_000))];
        let t = Instant::now();
        let b = pdf::render(&d, &fonts).unwrap();
        println!("{rows} rows {} bytes {:?}", b.len(), t.elapsed());
    }
    let col = |k| SheetColumn { title: "A".into(), note: None, width: 10.0, kind: k };
    let kinds = [ColumnKind::Text, ColumnKind::Number, ColumnKind::ShareBar, ColumnKind::LongText];
    let sheet = Sheet {
        name: "Sites".into(),
        intro: vec![],
        columns: (0..20).map(|i| col(kinds[i % 4])).collect(),
        left_out: 0,
        rows: (0..100_000)
            .map(|r| {
                (0..20)
                    .map(|i| {
                        if i % 4 == 0 || i % 4 == 3 { Value::Text(format!("Example site {r} {i}")) } else { Value::Number(r as f64 / 1e5) }
                    })
                    .collect()
            })
            .collect(),
    };
    let w = Workbook {
        language: Language::English,
        title: "T".into(),
        subject: "S".into(),
        date: jiff::civil::date(2026, 11, 26),
        footer: "f".into(),
        sheets: vec![sheet],
    };
    let t = Instant::now();
    let b = xlsx::write(&w).unwrap();
    println!("xlsx 100k x 20 {} bytes {:?}", b.len(), t.elapsed());
}
