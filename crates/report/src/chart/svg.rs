//! An SVG under construction.

use std::fmt::Write;

use super::palette::Ink;
use super::words::{isolated, printable};
use crate::language::Language;

/// How a shape is painted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paint {
    fill: Fill,
    stroke: Option<Ink>,
    width: f64,
    dash: &'static str,
    opacity: f64,
}

#[derive(Debug, Clone, Copy)]
enum Fill {
    None,
    Ink(Ink),
    Hatch,
}

impl Paint {
    pub(crate) fn fill(ink: Ink) -> Self {
        Self { fill: Fill::Ink(ink), stroke: None, width: 1.0, dash: "", opacity: 1.0 }
    }

    /// Grey stripes: untraced, without a value.
    pub(crate) fn hatch() -> Self {
        Self { fill: Fill::Hatch, ..Self::fill(Ink::Dark) }
    }

    pub(crate) fn stroke(ink: Ink, width: f64) -> Self {
        Self { fill: Fill::None, stroke: Some(ink), width, dash: "", opacity: 1.0 }
    }

    pub(crate) fn edged(self, ink: Ink, width: f64) -> Self {
        Self { stroke: Some(ink), width, ..self }
    }

    pub(crate) fn dashed(self) -> Self {
        Self { dash: "5 3", ..self }
    }

    pub(crate) fn faint(self, opacity: f64) -> Self {
        Self { opacity, ..self }
    }
}

/// Where words stand against their point: left of the page, whatever the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Left,
    Middle,
    Right,
}

/// How words are set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Type {
    pub size: f64,
    pub ink: Ink,
    pub bold: bool,
    /// A rim in the colour of the ground keeps them readable on anything.
    pub rim: bool,
}

impl Type {
    pub(crate) fn new(size: f64, ink: Ink) -> Self {
        Self { size, ink, bold: false, rim: false }
    }

    pub(crate) fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub(crate) fn rimmed(self) -> Self {
        Self { rim: true, ..self }
    }
}

/// A number as short as drawing needs.
pub(crate) fn short(x: f64) -> f64 {
    let x = if x.is_finite() { (x.clamp(-1e6, 1e6) * 10.0).round() / 10.0 } else { 0.0 };
    // no minus before a zero
    x + 0.0
}

/// Words as XML.
pub(crate) fn escape(words: &str, out: &mut String) {
    for c in words.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(printable(c)),
        }
    }
}

/// An SVG under construction. Writing to a String cannot fail.
pub(crate) struct Svg {
    id: String,
    language: Language,
    hatched: bool,
    body: String,
}

impl Svg {
    pub(crate) fn new(id: &str, language: Language) -> Self {
        Self { id: id.to_owned(), language, hatched: false, body: String::new() }
    }

    fn paint(&mut self, paint: Paint) {
        let fill = match paint.fill {
            Fill::Ink(ink) => Some(ink),
            _ => None,
        };
        let classes = [fill.map(|i| ("f", i)), paint.stroke.map(|i| ("s", i))];
        let classes: Vec<String> = classes.iter().flatten().map(|(kind, ink)| format!("{kind}-{}", ink.class())).collect();
        if !classes.is_empty() {
            let _ = write!(self.body, " class=\"{}\"", classes.join(" "));
        }
        match paint.fill {
            Fill::None => self.body.push_str(" fill=\"none\""),
            Fill::Ink(ink) => _ = write!(self.body, " fill=\"{}\"", ink.paper()),
            Fill::Hatch => {
                self.hatched = true;
                let _ = write!(self.body, " fill=\"url(#{}-hatch)\"", self.id);
            }
        }
        if let Some(ink) = paint.stroke {
            let _ = write!(self.body, " stroke=\"{}\" stroke-width=\"{}\"", ink.paper(), short(paint.width));
        }
        if !paint.dash.is_empty() {
            let _ = write!(self.body, " stroke-dasharray=\"{}\"", paint.dash);
        }
        if paint.opacity < 1.0 {
            let _ = write!(self.body, " opacity=\"{}\"", (paint.opacity * 100.0).round() / 100.0);
        }
        self.body.push_str("/>");
    }

    /// Opens a group with the words that a pointer resting on it shows.
    pub(crate) fn open(&mut self, words: &str) {
        self.body.push_str("<g><title>");
        escape(&isolated(words, self.language), &mut self.body);
        self.body.push_str("</title>");
    }

    /// Opens a group that shows nothing outside a rectangle.
    pub(crate) fn clip(&mut self, [x, y]: [f64; 2], [width, height]: [f64; 2]) {
        let [x, y, width, height] = [x, y, width, height].map(short);
        let id = &self.id;
        let _ = write!(
            self.body,
            "<clipPath id=\"{id}-clip\"><rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/></clipPath><g clip-path=\"url(#{id}-clip)\">"
        );
    }

    pub(crate) fn close(&mut self) {
        self.body.push_str("</g>");
    }

    pub(crate) fn rect(&mut self, [x, y]: [f64; 2], [width, height]: [f64; 2], paint: Paint) {
        let [x, y, width, height] = [x, y, width.max(0.0), height.max(0.0)].map(short);
        let _ = write!(self.body, "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"");
        self.paint(paint);
    }

    pub(crate) fn line(&mut self, from: [f64; 2], to: [f64; 2], paint: Paint) {
        let [x1, y1, x2, y2] = [from[0], from[1], to[0], to[1]].map(short);
        let _ = write!(self.body, "<line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"");
        self.paint(paint);
    }

    pub(crate) fn circle(&mut self, [x, y]: [f64; 2], radius: f64, paint: Paint) {
        let [x, y, radius] = [x, y, radius].map(short);
        let _ = write!(self.body, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"");
        self.paint(paint);
    }

    /// A path of our own making.
    pub(crate) fn path(&mut self, d: &str, paint: Paint) {
        let _ = write!(self.body, "<path d=\"{d}\" fill-rule=\"evenodd\" stroke-linejoin=\"round\"");
        self.paint(paint);
    }

    pub(crate) fn text(&mut self, [x, y]: [f64; 2], anchor: Anchor, set: Type, words: &str) {
        if words.is_empty() {
            return;
        }
        let [x, y] = [x, y].map(short);
        let (class, paper) = (set.ink.class(), set.ink.paper());
        let _ = write!(self.body, "<text x=\"{x}\" y=\"{y}\" font-size=\"{}\"", short(set.size));
        match anchor {
            Anchor::Left => {}
            Anchor::Middle => self.body.push_str(" text-anchor=\"middle\""),
            Anchor::Right => self.body.push_str(" text-anchor=\"end\""),
        }
        if set.bold {
            self.body.push_str(" font-weight=\"600\"");
        }
        if set.rim {
            let (rim, colour) = (Ink::Ground.class(), Ink::Ground.paper());
            let _ = write!(self.body, " class=\"f-{class} s-{rim}\" fill=\"{paper}\" stroke=\"{colour}\"");
            self.body.push_str(" stroke-width=\"3\" stroke-linejoin=\"round\" paint-order=\"stroke\"");
        } else {
            let _ = write!(self.body, " class=\"f-{class}\" fill=\"{paper}\"");
        }
        self.body.push('>');
        escape(&isolated(words, self.language), &mut self.body);
        self.body.push_str("</text>");
    }

    /// The whole, with its text alternative. Directions of the page do not turn what is anchored inside.
    pub(crate) fn finish(self, [width, height]: [f64; 2], font: &str, title: &str, alternative: &str) -> String {
        let [width, height] = [width, height].map(|x| short(x.ceil()));
        let id = &self.id;
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
             role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" direction=\"ltr\" lang=\"{}\" font-family=\"",
            self.language.code()
        );
        escape(font, &mut out);
        let _ = write!(out, "\"><title id=\"{id}-title\">");
        escape(&isolated(title, self.language), &mut out);
        let _ = write!(out, "</title><desc id=\"{id}-desc\">");
        escape(&isolated(alternative, self.language), &mut out);
        out.push_str("</desc>");
        if self.hatched {
            let (ground, dark) = (Ink::Ground, Ink::Dark);
            let _ = write!(
                out,
                "<defs><pattern id=\"{id}-hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
                 <rect width=\"6\" height=\"6\" class=\"f-{}\" fill=\"{}\"/><rect width=\"2.2\" height=\"6\" class=\"f-{}\" fill=\"{}\"/>\
                 </pattern></defs>",
                ground.class(),
                ground.paper(),
                dark.class(),
                dark.paper()
            );
        }
        out.push_str(&self.body);
        out.push_str("</svg>");
        out
    }
}
