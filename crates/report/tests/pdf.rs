//! Documents as PDF, as poppler reads them. `cargo xtask test` installs poppler and the fonts.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use common::{HOSTILE, sample};
use tierlight_report::document::{Block, Document, Span, Text};
use tierlight_report::language::Language;
use tierlight_report::pdf::{self, Fonts};

const BOTH: [Language; 2] = [Language::English, Language::Urdu];

/// Fonts of Debian's package fonts-noto-core.
fn noto() -> Fonts {
    let folder = Path::new("/usr/share/fonts/truetype/noto");
    let read = |name: &str| {
        let path = folder.join(name);
        std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}; `cargo xtask test` installs fonts-noto-core", path.display()))
    };
    Fonts::new(
        ["NotoSans-Regular.ttf", "NotoSans-Bold.ttf", "NotoSans-Italic.ttf", "NotoNaskhArabic-Regular.ttf", "NotoNaskhArabic-Bold.ttf"]
            .map(read),
    )
}

/// The sample in one language, set once; it stays in the folder of test output, to be looked at.
fn rendered(language: Language) -> &'static [u8] {
    static SAMPLES: [OnceLock<Vec<u8>>; 2] = [OnceLock::new(), OnceLock::new()];
    SAMPLES[language as usize].get_or_init(|| {
        let bytes = pdf::render(&sample::document(language), &noto()).unwrap_or_else(|e| panic!("{e}; {}", e.hint()));
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("sample-{}.pdf", language.code()));
        std::fs::write(file, &bytes).unwrap();
        bytes
    })
}

/// What a program of poppler says about a file.
fn poppler(program: &str, arguments: &[&str], pdf: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.pdf");
    std::fs::write(&file, pdf).unwrap();
    let mut command = Command::new(program);
    command.args(arguments).arg(&file);
    if program == "pdftotext" {
        command.arg("-");
    }
    let output = command.output().unwrap_or_else(|e| panic!("{program}: {e}; `cargo xtask test` installs poppler-utils"));
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    // pdfinfo complains of tags it does not know: colours of borders that differ by side, suspects that are said to be none
    if program != "pdfinfo" {
        assert!(output.stderr.is_empty(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    }
    // pdfinfo shows titles of tags as they are stored, in UTF-16
    if program == "pdfinfo" { String::from_utf8_lossy(&output.stdout).into_owned() } else { String::from_utf8(output.stdout).unwrap() }
}

/// Letters without marks of direction and with single spaces.
fn plain(text: &str) -> String {
    let kept = |c: &char| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{ad}');
    text.chars().filter(kept).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn in_order(text: &str, sentences: &[&str]) {
    let mut from = 0;
    for sentence in sentences {
        match text[from..].find(sentence) {
            Some(at) => from += at + sentence.len(),
            None => panic!("\"{sentence}\" is not found after {from} in:\n{text}"),
        }
    }
}

#[test]
fn key_sentences_come_in_order_in_both_languages() {
    for language in BOTH {
        let bytes = rendered(language);
        let seen = plain(&poppler("pdftotext", &["-enc", "UTF-8"], bytes));
        match language {
            Language::English => {
                let sentences = [
                    "Due-diligence report",
                    "This report says where children may work in the chain of",
                    "it accuses nobody",
                    "expected children in child labour",
                    "Protect them first: call the child-protection authority of the province.",
                    "Stay as a buyer: leaving does not remove the child.",
                    "40.5 % of the conditions asked for are unknown.",
                    "Every site of the run.",
                    "and 1200 more rows in the data file",
                    "Provide for or cooperate in remediation",
                    "Data of the charts",
                ];
                in_order(&seen, &sentences);
            }
            Language::Urdu => {
                let sentences = ["پہلے ان کی حفاظت", "خریدار رہیں", "جائزے کی تمام جگہیں", "ازالے کا بندوبست"];
                in_order(&seen, &sentences);
            }
        }
    }
}

#[test]
fn documents_are_tagged_and_name_their_language_title_and_standard() {
    for language in BOTH {
        let bytes = rendered(language);
        let about = poppler("pdfinfo", &[], bytes);
        assert!(about.contains("Tagged:          yes"), "{about}");
        assert!(about.contains("2026"), "the creation date is the document's: {about}");
        let meta = poppler("pdfinfo", &["-meta"], bytes);
        assert!(meta.contains("<pdfuaid:part>1</pdfuaid:part>"), "{meta}");
        assert!(meta.contains(&sample::document(language).title.letters()), "{meta}");
        assert!(meta.contains(&format!("<rdf:li>{}</rdf:li>", language.code())), "{meta}");
        let tags = poppler("pdfinfo", &["-struct"], bytes);
        for tag in ["Document", "H1", "H2", "TOC", "Table", "TH", "TD", "Figure", "L ", "Link", "Caption"] {
            assert!(tags.contains(tag), "no {tag} in {tags}");
        }
    }
}

#[test]
fn what_somebody_typed_stays_text() {
    let bytes = rendered(Language::English);
    let seen = plain(&poppler("pdftotext", &["-enc", "UTF-8", "-layout"], bytes)).replace(' ', "");
    for name in HOSTILE.iter().filter(|name| name.chars().all(|c| c.is_ascii() && !c.is_control())) {
        assert!(seen.contains(&name.replace(' ', "")), "{name} is not in {seen}");
    }
}

#[test]
fn the_same_document_gives_the_same_bytes_on_any_number_of_threads() {
    let fonts = noto();
    for language in BOTH {
        let document = sample::document(language);
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| pdf::render(&document, &fonts).unwrap())
        };
        assert!(on(1) == on(3), "bytes depend on threads");
    }
}

#[test]
fn every_word_lies_between_the_margins_and_every_page_says_what_it_rests_on() {
    for language in BOTH {
        let bytes = rendered(language);
        let boxes = poppler("pdftotext", &["-bbox"], bytes);
        let pages = boxes.matches("<page ").count();
        assert!(pages > 5, "{pages} pages");
        let number = |line: &str, key: &str| -> f64 {
            let from = line.find(key).unwrap() + key.len() + 2;
            line[from..].split('"').next().unwrap().parse().unwrap()
        };
        // A4 in points with margins of 20 mm, and a hair of room for rims of letters in pictures
        let (left, right) = (56.6 - 3.0, 595.3 - 56.6 + 3.0);
        for line in boxes.lines().filter(|line| line.contains("<word ")) {
            let (from, to) = (number(line, "xMin"), number(line, "xMax"));
            assert!(from >= left && to <= right, "outside of the margins: {line}");
        }
        assert_eq!(boxes.matches("9b1e…").count(), pages, "the input's digest is on every page");
    }
}

#[test]
fn headings_of_a_long_table_stand_on_each_of_its_pages() {
    let bytes = rendered(Language::English);
    let text = poppler("pdftotext", &["-layout"], bytes);
    let pages: Vec<&str> = text.split('\u{c}').collect();
    let with_rows: Vec<&&str> = pages.iter().filter(|page| page.matches("family piece rate;").count() > 2).collect();
    assert!(with_rows.len() > 1, "the table fits a page: nothing is shown");
    for page in with_rows {
        assert!(page.contains("Rank") && page.contains("Children present"), "{page}");
    }
}

#[test]
fn without_fonts_of_the_system_a_report_is_set_and_the_hint_says_what_is_missing() {
    let none = Fonts::new([b"no font".to_vec()]);
    for language in BOTH {
        assert!(pdf::render(&sample::document(language), &none).unwrap().starts_with(b"%PDF-"));
    }
    assert_eq!(none.hint(Language::English), None);
    let hint = none.hint(Language::Urdu).unwrap();
    assert!(hint.contains("Noto Naskh Arabic"), "{hint}");
    assert_eq!(noto().hint(Language::Urdu), None);
}

#[test]
fn letters_that_no_font_has_are_reported() {
    let lacking = noto().lacking(&sample::document(Language::English));
    assert!(lacking.contains(&'日') && lacking.contains(&'🏭') && lacking.contains(&'\u{0}'), "{lacking:?}");
    let hints = noto().hints(&sample::document(Language::English));
    assert!(hints.len() == 1 && hints[0].contains('日') && !hints[0].contains('\u{0}'), "{hints:?}");
    assert!(!lacking.contains(&'Ü') && !lacking.contains(&'ر'), "{lacking:?}");
}

/// A document of nothing, and one with links that lead nowhere.
#[test]
fn odd_documents_are_set() {
    let fonts = noto();
    let mut document: Document = sample::document(Language::English);
    document.sections.truncate(1);
    document.title = Text::default();
    document.subtitle = Text::default();
    document.facts.clear();
    let link = |to: &str| Span::Link { to: to.to_owned(), words: "there".to_owned() };
    document.sections[0].title = Text::default();
    document.sections[0].blocks = vec![
        Block::Paragraph(Text::default()),
        Block::Paragraph(Text(vec![link("#nowhere"), link("javascript:alert(1)"), link(""), link("#"), link("https://example.org/a b")])),
        Block::Points(Vec::new()),
        Block::KeyFigures(Vec::new()),
        Block::Facts(Vec::new()),
        Block::Checklist(Vec::new()),
        Block::Table(common::table("", Text::default(), &[], Vec::new())),
        Block::Table(common::table("twice", Text::default(), &[("A", tierlight_report::document::Align::End, f32::NAN)], vec![Vec::new()])),
        Block::Table(common::table("twice", Text::default(), &[("A", tierlight_report::document::Align::End, 0.0)], Vec::new())),
    ];
    let bytes = pdf::render(&document, &fonts).unwrap();
    let links = poppler("pdfinfo", &["-url"], &bytes);
    assert!(!links.contains("javascript"), "{links}");
    document.sections.clear();
    assert!(pdf::render(&document, &fonts).is_ok());
}
