//! The style sheet: ours, the colours of charts, and what stands at the rim of each page of paper.

use std::fmt::Write;

use crate::chart::palette::Ink;
use crate::document::Document;

const SHEET: &str = include_str!("../../templates/report.css");
/// Families of fonts of charts; the style sheet's own apply where there is one.
pub(super) const FONT: &str = "Noto Sans, Noto Naskh Arabic, DejaVu Sans, Arial, sans-serif";

/// The whole sheet.
pub(super) fn sheet(document: &Document) -> String {
    let title = quoted(&document.title.letters());
    let footer = quoted(&document.footer.letters());
    let (page, of) = (quoted(&document.frame.page), quoted(&document.frame.of));
    let (start, end) = if document.language.right_to_left() { ("right", "left") } else { ("left", "right") };
    let rim = format!(
        "@page{{@top-{start}{{content:{title}}}@bottom-{start}{{content:{footer}}}\
         @bottom-{end}{{content:{page} \" \" counter(page) \" \" {of} \" \" counter(pages)}}}}"
    );
    let (light, dark) = (Ink::rules(false), Ink::rules(true));
    format!("{SHEET}\n{light}\n@media screen and (prefers-color-scheme:dark){{{dark}}}\n{rim}")
}

/// Words as a string of CSS: every character that is no letter, digit or space is a number, so that none ends the string.
fn quoted(words: &str) -> String {
    let mut out = String::from("\"");
    for c in words.chars() {
        match c {
            ' ' => out.push(' '),
            c if c.is_ascii_alphanumeric() => out.push(c),
            // a number of zero stands for no character
            '\0' => {}
            // writing to a String cannot fail
            c => _ = write!(out, "\\{:x} ", u32::from(c)),
        }
    }
    out.push('"');
    out
}
