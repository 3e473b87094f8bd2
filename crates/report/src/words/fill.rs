//! Words with what stands in for their names.

use crate::document::{Span, Text};

/// Puts texts into a template: `{name}` by name, `**…**` stressed.
pub(crate) fn fill(template: &str, with: &[(&str, Text)]) -> Text {
    let mut out = Text::default();
    for (k, part) in template.split("**").enumerate() {
        let stressed = k % 2 == 1;
        let mut rest = part;
        while let Some(start) = rest.find('{') {
            let Some(end) = rest[start..].find('}') else { break };
            push(&mut out, &rest[..start], stressed);
            let name = &rest[start + 1..start + end];
            if let Some((_, text)) = with.iter().find(|(n, _)| *n == name) {
                out.0.extend(text.0.iter().cloned());
            }
            rest = &rest[start + end + 1..];
        }
        push(&mut out, rest, stressed);
    }
    out
}

fn push(out: &mut Text, words: &str, stressed: bool) {
    if !words.is_empty() {
        let words = words.to_owned();
        out.0.push(if stressed { Span::Strong(words) } else { Span::Plain(words) });
    }
}

/// The letters of a filled template.
pub(crate) fn plain(template: &str, with: &[(&str, &str)]) -> String {
    let texts: Vec<(&str, Text)> = with.iter().map(|(name, words)| (*name, Text::plain(*words))).collect();
    fill(template, &texts).letters()
}
