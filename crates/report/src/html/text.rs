//! Running text as HTML.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::chart::words::printable;
use crate::document::{Span, Text};

/// Text, each name in the direction of its own letters and each number from left to right.
#[derive(Template)]
#[template(
    ext = "html",
    source = r#"
{%- for span in text.0 -%}
{%- match span -%}
{%- when Span::Plain(words) -%}{{ Self::words(words) }}
{%- when Span::Strong(words) -%}<strong>{{ Self::words(words) }}</strong>
{%- when Span::Name(words) -%}<bdi>{{ Self::words(words) }}</bdi>
{%- when Span::Number(words) -%}<bdi dir="ltr">{{ Self::words(words) }}</bdi>
{%- when Span::Link with { to, words } -%}
{%- match Self::target(to) -%}
{%- when Some(to) -%}<a href="{{ to }}">{{ Self::words(words) }}</a>
{%- when None -%}{{ Self::words(words) }}
{%- endmatch -%}
{%- endmatch -%}
{%- endfor -%}"#
)]
#[derive(Clone, Copy)]
pub(super) struct Spans<'a> {
    text: &'a Text,
}

impl HtmlSafe for Spans<'_> {}

impl Spans<'_> {
    fn words(words: &str) -> String {
        plain(words)
    }

    /// Where a link may lead: into the document or to the web.
    fn target(to: &str) -> Option<String> {
        let allowed = to.starts_with('#') || to.starts_with("https://") || to.starts_with("http://");
        allowed.then(|| plain(to))
    }
}

/// Text for a template.
pub(super) fn spans(text: &Text) -> Spans<'_> {
    Spans { text }
}

/// Words whose characters HTML allows. Templates escape them.
pub(super) fn plain(words: &str) -> String {
    words.chars().map(|c| if c == '\n' || c == '\t' { ' ' } else { printable(c) }).collect()
}
