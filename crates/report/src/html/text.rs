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
{%- when Span::Plain(words) -%}{{ plain(words) }}
{%- when Span::Strong(words) -%}<strong>{{ plain(words) }}</strong>
{%- when Span::Name(words) -%}<bdi>{{ plain(words) }}</bdi>
{%- when Span::Number(words) -%}<bdi dir="ltr">{{ plain(words) }}</bdi>
{%- when Span::Link with { to, words } -%}
{%- match target(to) -%}
{%- when Some(to) -%}<a href="{{ to }}">{{ plain(words) }}</a>
{%- when None -%}{{ plain(words) }}
{%- endmatch -%}
{%- endmatch -%}
{%- endfor -%}"#
)]
#[derive(Clone, Copy)]
pub(super) struct Spans<'a> {
    text: &'a Text,
}

impl HtmlSafe for Spans<'_> {}

/// Text for a template.
pub(super) fn spans(text: &Text) -> Spans<'_> {
    Spans { text }
}

/// Words whose characters HTML allows. Templates escape them.
pub(super) fn plain(words: &str) -> String {
    words.chars().map(|c| if c == '\n' || c == '\t' { ' ' } else { printable(c) }).collect()
}

/// Where a link may lead: into the document or to the web.
fn target(to: &str) -> Option<String> {
    let allowed = to.starts_with('#') || to.starts_with("https://") || to.starts_with("http://");
    allowed.then(|| plain(to))
}
