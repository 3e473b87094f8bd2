//! `network.graphml`: the network for graph tools, agents included.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufWriter, Write};

use tierlight_core::{Assessment, Observer};

use super::Folder;
use crate::error::{Error, Result};

/// (key, on, name, type).
const KEYS: [(&str, &str, &str, &str); 11] = [
    ("n0", "node", "name", "string"),
    ("n1", "node", "role", "string"),
    ("n2", "node", "sector", "string"),
    ("n3", "node", "presence", "double"),
    ("n4", "node", "expected_children", "double"),
    ("n5", "node", "linked_share", "double"),
    ("n6", "node", "throughput", "double"),
    ("n7", "node", "modelled", "string"),
    ("e0", "edge", "kind", "string"),
    ("e1", "edge", "share", "double"),
    ("e2", "edge", "assumed", "boolean"),
];

pub(super) fn write(folder: &Folder<'_>, a: &Assessment<'_>) -> Result<()> {
    let path = folder.join("network.graphml");
    let whole = || {
        let mut out = BufWriter::with_capacity(1 << 20, File::create(&path)?);
        write_to(&mut out, a, folder.observer)?;
        out.flush()
    };
    whole().map_err(|e| Error::io(&path, &e))?;
    folder.check()
}

/// Writes the network until the observer asks to stop.
pub(super) fn write_to(out: &mut impl Write, a: &Assessment<'_>, observer: &dyn Observer) -> std::io::Result<()> {
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">")?;
    let modelled = a.network.sites().iter().any(|s| s.modelled.is_some());
    for (key, on, name, kind) in KEYS.into_iter().filter(|k| modelled || k.2 != "modelled") {
        writeln!(out, "<key id=\"{key}\" for=\"{on}\" attr.name=\"{name}\" attr.type=\"{kind}\"/>")?;
    }
    writeln!(out, "<graph edgedefault=\"directed\">")?;
    for (row, site) in a.network.sites().iter().enumerate() {
        writeln!(
            out,
            "<node id=\"s:{}\"><data key=\"n0\">{}</data><data key=\"n1\">{}</data><data key=\"n2\">{}</data><data key=\"n3\">{}</data><data key=\"n4\">{}</data><data key=\"n5\">{}</data><data key=\"n6\">{}</data>{}</node>",
            escape(a.network.site_id(row)),
            escape(a.network.site_name(row)),
            site.role.slug(),
            a.parameters.sectors[usize::from(site.sector)].id,
            a.updated[row].presence[0],
            a.updated[row].expected[0],
            a.exposure[row].linked(0),
            a.throughput[row],
            site.modelled.map_or_else(String::new, |m| format!("<data key=\"n7\">{}</data>", m.slug())),
        )?;
    }
    for (row, agent) in a.network.agents().iter().enumerate() {
        let role = agent.kind.map_or("agent", |k| k.slug());
        let id = escape(&agent.id);
        let through = a.agent_throughput[row];
        writeln!(
            out,
            "<node id=\"a:{id}\"><data key=\"n0\">{id}</data><data key=\"n1\">{role}</data><data key=\"n6\">{through}</data></node>"
        )?;
    }
    for (row, link) in a.network.links().iter().enumerate().take_while(|_| !observer.cancelled()) {
        writeln!(
            out,
            "<edge source=\"s:{}\" target=\"s:{}\"><data key=\"e0\">{}</data><data key=\"e1\">{}</data><data key=\"e2\">{}</data></edge>",
            escape(a.network.site_id(link.supplier as usize)),
            escape(a.network.site_id(link.buyer as usize)),
            link.kind.slug(),
            a.shares.share[row],
            a.shares.assumed[row],
        )?;
    }
    for link in a.network.agent_links() {
        let agent = &a.network.agents()[link.agent as usize];
        let site = escape(a.network.site_id(link.site as usize));
        writeln!(out, "<edge source=\"a:{}\" target=\"s:{site}\"><data key=\"e0\">agent</data></edge>", escape(&agent.id))?;
    }
    writeln!(out, "</graph>\n</graphml>")
}

/// XML text: the five characters, and nothing that XML 1.0 does not allow.
fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(|c: char| "<>&\"'".contains(c) || c.is_control()) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\t' | '\n' | '\r' => out.push(' '),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}
