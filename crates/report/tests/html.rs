//! The HTML of the sample: escaped, self-contained, the same every time. With `TIERLIGHT_REPORTS` it is written there, for browsers.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{HOSTILE, sample};
use tierlight_report::html::render;
use tierlight_report::language::Language;

const LANGUAGES: [Language; 2] = [Language::English, Language::Urdu];

fn page(language: Language) -> String {
    render(&sample::document(language)).unwrap()
}

#[test]
fn what_somebody_typed_stays_text() {
    for language in LANGUAGES {
        let page = page(language);
        assert_eq!(page.matches("<script").count(), 1, "one script, ours");
        assert_eq!(page.matches("</script").count(), 1);
        assert_eq!(page.matches("<style").count(), 1);
        assert!(!page.contains("<img"), "an image came in");
        assert!(!page.contains("<label>"), "an element came in");
        assert!(!page.contains('\0') && !page.contains('\u{1b}') && !page.contains('\u{fffe}'), "a control character came in");
        assert!(page.contains("&#60;script&#62;alert(1)&#60;/script&#62;"), "the name is there, as text");
        assert!(page.contains("<bdi>=cmd()</bdi>"));
        assert!(page.contains("<bdi>#panic("));
    }
}

/// A name that turns the direction of what follows is closed in by its own element, and never reaches a picture.
#[test]
fn names_keep_their_direction_to_themselves() {
    let page = page(Language::Urdu);
    for (at, _) in page.match_indices('\u{202e}') {
        let before = &page[..at];
        assert!(before.rfind("<bdi>") > before.rfind("</bdi>"), "{:?}", &page[at..at + 40]);
    }
    assert!(page.contains("<html lang=\"ur\" dir=\"rtl\">"));
    assert!(page.contains("<bdi dir=\"ltr\">7.90 %</bdi>"));
}

#[test]
fn nothing_is_loaded() {
    for language in LANGUAGES {
        let page = page(language);
        assert!(page.contains("default-src &#39;none&#39;; style-src &#39;sha256-"));
        for loads in [" src=\"", "@import", "url(http", "<link", "<iframe", "<object", "style=\""] {
            assert!(!page.contains(loads), "{loads}");
        }
        let mut links = page.match_indices("href=\"").map(|(at, _)| &page[at + 6..]);
        assert!(links.all(|l| l.starts_with('#') || l.starts_with("https://www.ilo.org/")));
    }
}

#[test]
fn links_that_are_no_address_are_words() {
    use tierlight_report::document::{Block, Span, Text};
    let mut document = sample::document(Language::English);
    let link = Span::Link { to: "javascript:alert(1)".to_owned(), words: "here".to_owned() };
    document.sections[0].blocks.push(Block::Paragraph(Text(vec![link])));
    let page = render(&document).unwrap();
    assert!(!page.contains("javascript:"));
    assert!(page.contains("<p>here</p>"));
}

/// Text that a footer brings into the style sheet cannot end its string.
#[test]
fn the_footer_on_paper_is_a_string() {
    use tierlight_report::document::Text;
    let mut document = sample::document(Language::English);
    document.footer = Text::name("\"}</style><script>alert(1)</script>\\\n{");
    let page = render(&document).unwrap();
    assert_eq!(page.matches("</style").count(), 1);
    let style = &page[page.find("<style>").unwrap()..page.find("</style>").unwrap()];
    let rim = &style[style.rfind("@page{@top").unwrap()..];
    assert_eq!(rim.matches('"').count() % 2, 0);
    assert!(rim.contains("\\22 \\7d \\3c "), "{rim}");
}

#[test]
fn ids_stand_once_and_references_lead_somewhere() {
    for language in LANGUAGES {
        let page = page(language);
        let of = |attribute: &str| -> Vec<String> {
            let pattern = format!(" {attribute}=\"");
            let values = page.match_indices(&pattern).map(|(at, _)| &page[at + pattern.len()..]);
            values.flat_map(|v| v[..v.find('"').unwrap()].split(' ').map(str::to_owned).collect::<Vec<_>>()).collect()
        };
        let mut ids = of("id");
        let count = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), count, "an id stands twice");
        for reference in
            of("aria-labelledby").into_iter().chain(of("href").into_iter().filter_map(|h| h.strip_prefix('#').map(str::to_owned)))
        {
            assert!(ids.binary_search(&reference).is_ok(), "{reference} is nowhere");
        }
    }
}

#[test]
fn the_same_document_is_the_same_page() {
    for language in LANGUAGES {
        assert_eq!(page(language), page(language));
    }
}

#[test]
fn rows_that_are_elsewhere_are_said_to_be() {
    let page = page(Language::English);
    assert!(page.contains("and 1,200 more rows in the data file sites.csv"));
    assert!(HOSTILE.len() > 10);
}

/// For the browser checks of `cargo xtask test`.
#[test]
fn pages_for_browsers() {
    let Some(folder) = std::env::var_os("TIERLIGHT_REPORTS") else { return };
    for language in LANGUAGES {
        let file = std::path::Path::new(&folder).join(format!("sample.{}.html", language.code()));
        std::fs::write(file, page(language)).unwrap();
    }
}
