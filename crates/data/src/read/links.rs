//! The table of links, and the sites that a table of links alone makes.

use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;
use tierlight_core::model::{Amount, Disclosure, Link, LinkKind, NetworkParts, Site};
use tierlight_core::network::shares::ROUNDING;

use super::made::{MadeSites, Proposal, propose};
use super::mapping::{Handle, Mapped};
use super::registry::Registry;
use super::{Intake, NetworkOptions, Rows, value};
use crate::error::Result;
use crate::issue::{Issue, Severity};
use crate::packs::Packs;
use crate::text::key;

pub(super) struct Columns {
    pub(super) supplier_id: Handle,
    pub(super) buyer_id: Handle,
    pub(super) supplier_name: Handle,
    pub(super) supplier_address: Handle,
    pub(super) supplier_country: Handle,
    pub(super) supplier_district: Handle,
    pub(super) supplier_sector: Handle,
    pub(super) supplier_coordinates: Handle,
    pub(super) buyer_name: Handle,
    pub(super) buyer_country: Handle,
    pub(super) buyer_sector: Handle,
    pub(super) kind: Handle,
    pub(super) product: Handle,
    pub(super) share: Handle,
    pub(super) value: Handle,
    pub(super) currency: Handle,
    pub(super) quantity: Handle,
    pub(super) unit: Handle,
    pub(super) sales_share: Handle,
    pub(super) disclosure: Handle,
    pub(super) valid_from: Handle,
    pub(super) valid_to: Handle,
}

impl Columns {
    pub(super) fn new(mapped: &Mapped<'_>) -> Self {
        let of = |name| mapped.handle(name);
        Self {
            supplier_id: of("supplier_id"),
            buyer_id: of("buyer_id"),
            supplier_name: of("supplier_name"),
            supplier_address: of("supplier_address"),
            supplier_country: of("supplier_country"),
            supplier_district: of("supplier_district"),
            supplier_sector: of("supplier_sector"),
            supplier_coordinates: of("supplier_coordinates"),
            buyer_name: of("buyer_name"),
            buyer_country: of("buyer_country"),
            buyer_sector: of("buyer_sector"),
            kind: of("kind"),
            product: of("product"),
            share: of("share"),
            value: of("value"),
            currency: of("currency"),
            quantity: of("quantity"),
            unit: of("unit"),
            sales_share: of("sales_share"),
            disclosure: of("disclosure"),
            valid_from: of("valid_from"),
            valid_to: of("valid_to"),
        }
    }
}

/// A link with the row it came from and what its amount is measured in.
struct Parsed {
    /// Number of the row in the file.
    row: u32,
    measure: u32,
    link: Link,
}

/// What a row says before the rows above it are known.
struct Said {
    row: u32,
    /// Supplier and buyer, unless the row makes them.
    ends: [u32; 2],
    made: Option<Box<[Proposal; 2]>>,
    unused: Option<Unused>,
    measure: u32,
    link: Link,
}

/// Why an accepted link carries nothing.
#[derive(Clone, Copy)]
enum Unused {
    Ended,
    NotBegun,
    Inferred,
}

/// Rows of a chunk as they were understood. Names of products and measures are numbered by chunk.
#[derive(Default)]
struct Looked {
    rows: Vec<Said>,
    products: Numbered,
    measures: Numbered,
}

/// Texts numbered in the order they are met.
#[derive(Default)]
struct Numbered {
    numbers: HashMap<String, u32>,
    texts: Vec<String>,
}

impl Numbered {
    fn number(&mut self, text: &str) -> u32 {
        if let Some(&number) = self.numbers.get(text) {
            return number;
        }
        let number = self.texts.len() as u32;
        self.numbers.insert(text.to_owned(), number);
        self.texts.push(text.to_owned());
        number
    }
}

/// Reads all rows. Without a table of sites, the rows make their sites; the ids they then name are given back.
///
/// # Errors
/// The file is broken.
pub(super) fn read(
    intake: &mut Intake<'_>,
    packs: &Packs,
    options: &NetworkOptions,
    parts: &mut NetworkParts,
    registry: &mut Registry,
    has_sites: bool,
) -> Result<Option<HashSet<String>>> {
    let columns = Columns::new(intake.mapped);
    let mut made = MadeSites::default();
    let mut parsed: Vec<Parsed> = Vec::new();
    let (mut products, mut measures) = (Numbered::default(), Numbered::default());
    let sites = has_sites.then_some(&*registry);
    intake.stream(
        |rows| look(rows, &columns, packs, options, sites),
        |rows, looked| {
            let product: Vec<u32> = looked.products.texts.iter().map(|text| products.number(text)).collect();
            let measure: Vec<u32> = looked.measures.texts.iter().map(|text| measures.number(text)).collect();
            for said in looked.rows {
                let row = said.row as usize;
                let mut link = said.link;
                [link.supplier, link.buyer] = said.ends;
                if let Some(ends) = said.made {
                    let [supplier, buyer] = *ends;
                    link.supplier = made.add(rows, row, columns.supplier_name, packs, &options.merges, supplier);
                    link.buyer = made.add(rows, row, columns.buyer_name, packs, &options.merges, buyer);
                }
                if let Some(why) = said.unused {
                    note_unused(rows, row, &columns, options, why);
                    continue;
                }
                if link.supplier == link.buyer {
                    let issue = rows.issue("self_supply", Severity::Warning, row, columns.supplier_id);
                    rows.note(issue.expected("two sites").hint("legal: counted as a cycle of one site"));
                }
                link.product = link.product.map(|p| product[p as usize]);
                let measure = said.measure.checked_sub(1).map_or(0, |m| measure[m as usize] + 1);
                parsed.push(Parsed { row: rows.row_number(row) as u32, measure, link });
            }
            Ok(())
        },
    )?;
    parts.products = products.texts.iter().collect();
    let named = made.insert_into(intake, &options.merges, parts, registry);
    // repeats are summed in order of their amounts, so that the order of rows changes no bit
    parsed.par_sort_unstable_by(|a, b| {
        let key = |p: &Parsed| (p.link.buyer, p.link.supplier, p.link.kind as u8, p.link.product);
        key(a).cmp(&key(b)).then_with(|| size(a.link.amount).total_cmp(&size(b.link.amount))).then(a.row.cmp(&b.row))
    });
    parts.links = accept(intake, &columns, parsed, options, parts, registry);
    Ok((!has_sites && !options.merges.is_empty()).then_some(named))
}

/// Rows of a chunk, each by itself. Without `sites` the rows make them.
fn look(rows: &mut Rows<'_>, c: &Columns, packs: &Packs, options: &NetworkOptions, sites: Option<&Registry>) -> Looked {
    let kinds: Vec<&str> = LinkKind::ALL.iter().map(|k| k.slug()).collect();
    let disclosures: Vec<&str> = Disclosure::ALL.iter().map(|d| d.slug()).collect();
    let mut looked = Looked { rows: Vec::with_capacity(rows.len()), ..Looked::default() };
    let ids = |column| (0..rows.len()).map(|row| rows.cell(row, column)).collect::<Vec<&str>>();
    let found = sites.map(|sites| [sites.by_ids(&ids(c.supplier_id)), sites.by_ids(&ids(c.buyer_id))]);
    for row in 0..rows.len() {
        let (mut made, mut ends) = (None, None);
        match (sites, &found) {
            (Some(sites), Some([suppliers, buyers])) => {
                let supplier = suppliers[row].or_else(|| known_site(rows, row, c.supplier_id, c.supplier_name, sites));
                let buyer = buyers[row].or_else(|| known_site(rows, row, c.buyer_id, c.buyer_name, sites));
                ends = supplier.zip(buyer).map(|(supplier, buyer)| [supplier, buyer]);
            }
            _ => made = propose(rows, row, c, packs, options).map(Box::new),
        }
        let kind = rows.word(row, c.kind, LinkKind::from_slug, &kinds).unwrap_or(LinkKind::Purchase);
        let disclosure = rows.word(row, c.disclosure, Disclosure::from_slug, &disclosures).unwrap_or(Disclosure::Declared);
        let (amount, measure) = amount(rows, row, c, &mut looked.measures);
        let sales_share = rows.number("share_invalid", row, c.sales_share, value::SHARE).map(|s| s as f32);
        let from = rows.parse("date_invalid", row, c.valid_from, value::date);
        let to = rows.parse("date_invalid", row, c.valid_to, value::date);
        if let (Some(from), Some(to)) = (from, to)
            && from > to
        {
            rows.reject("dates_reversed", row, c.valid_to, format!("a day not before {from}"), "swap the two dates");
        }
        if rows.is_rejected(row) || ends.is_none() && made.is_none() {
            continue;
        }
        let unused = if from.is_some_and(|d| d > options.as_of) || to.is_some_and(|d| d < options.as_of) {
            Some(if to.is_some() { Unused::Ended } else { Unused::NotBegun })
        } else {
            (disclosure == Disclosure::Inferred && !options.trust_inferred).then_some(Unused::Inferred)
        };
        let product = Some(rows.cell(row, c.product)).filter(|p| !p.is_empty() && unused.is_none());
        let product = product.map(|p| looked.products.number(p));
        let link = Link { supplier: 0, buyer: 0, kind, disclosure, amount, sales_share, product };
        looked.rows.push(Said { row: row as u32, ends: ends.unwrap_or_default(), made, unused, measure, link });
    }
    looked
}

fn note_unused(rows: &mut Rows<'_>, row: usize, c: &Columns, options: &NetworkOptions, why: Unused) {
    let issue = match why {
        Unused::Inferred => rows
            .issue("link_inferred", Severity::Info, row, c.disclosure)
            .expected("verified or declared")
            .hint("not traced; pass --trust-inferred to count it"),
        Unused::Ended | Unused::NotBegun => rows
            .issue("link_not_valid_now", Severity::Info, row, if matches!(why, Unused::Ended) { c.valid_to } else { c.valid_from })
            .expected(format!("valid on {}", options.as_of))
            .hint("the link is not used at this date"),
    };
    rows.note(issue);
}

/// Accepts the links of each buyer, sorted by buyer. They are gathered in place: no second table of links is held.
fn accept(
    intake: &mut Intake<'_>,
    columns: &Columns,
    mut parsed: Vec<Parsed>,
    options: &NetworkOptions,
    parts: &NetworkParts,
    registry: &Registry,
) -> Vec<Link> {
    let (mut accepted, mut start) = (0, 0);
    let mut links = Vec::new();
    while start < parsed.len() {
        let buyer = parsed[start].link.buyer;
        let end = start + parsed[start..].iter().take_while(|p| p.link.buyer == buyer).count();
        links.clear();
        accept_group(intake, columns, &parsed[start..end], options, &parts.sites[buyer as usize], registry.id(buyer), &mut links);
        for link in &links {
            parsed[accepted].link = *link;
            accepted += 1;
        }
        start = end;
    }
    parsed.truncate(accepted);
    parsed.into_iter().map(|p| p.link).collect()
}

/// The number of an amount.
fn size(amount: Amount) -> f64 {
    match amount {
        Amount::Share(x) | Amount::Value(x) | Amount::Quantity(x) => x,
        Amount::Unstated | Amount::Elsewhere => 0.0,
    }
}

/// What the link carries: share, else value, else quantity; and in which currency or unit, 0 for none.
fn amount(rows: &mut Rows<'_>, row: usize, c: &Columns, measures: &mut Numbered) -> (Amount, u32) {
    let share = rows.number("share_invalid", row, c.share, value::SHARE);
    let value = rows.number("number_invalid", row, c.value, value::AMOUNT);
    let quantity = rows.number("number_invalid", row, c.quantity, value::AMOUNT);
    let (amount, measure) = match (share, value, quantity) {
        (Some(share), ..) => return (Amount::Share(share), 0),
        (None, Some(value), _) => (Amount::Value(value), rows.cell(row, c.currency)),
        (None, None, Some(quantity)) => (Amount::Quantity(quantity), rows.cell(row, c.unit)),
        _ => return (Amount::Unstated, 0),
    };
    let plain = measure.is_ascii() && !measure.bytes().any(|b| b.is_ascii_uppercase() || b == b' ');
    (amount, 1 + if plain { measures.number(measure) } else { measures.number(&key(measure)) })
}

fn known_site(rows: &mut Rows<'_>, row: usize, id: Handle, name: Handle, registry: &Registry) -> Option<u32> {
    let cell = rows.cell(row, id);
    if !cell.is_empty() {
        let found = registry.by_id(cell).or_else(|| registry.by_name(cell).ok());
        if found.is_none() {
            rows.reject(
                "id_unknown",
                row,
                id,
                "a site_id of the table of sites",
                "add the site, or correct the id (was its row rejected?)",
            );
        }
        return found;
    }
    let cell = rows.cell(row, name);
    if cell.is_empty() {
        rows.reject("required_missing", row, id, "a site_id", "name the supplier and the buyer of each link");
        return None;
    }
    match registry.by_name(cell) {
        Ok(site) => Some(site),
        Err(0) => {
            rows.reject("id_unknown", row, name, "the name of one site", "add the site, or use its id");
            None
        }
        Err(many) => {
            rows.reject("name_ambiguous", row, name, format!("the name of one site; {many} have it"), "use site ids");
            None
        }
    }
}

/// Checks the links of one buyer together: repeats, currencies, sums. An error rejects all rows of its group.
fn accept_group(
    intake: &mut Intake<'_>,
    c: &Columns,
    group: &[Parsed],
    options: &NetworkOptions,
    buyer: &Site,
    id: &str,
    links: &mut Vec<Link>,
) {
    let measures = |is: fn(Amount) -> bool| {
        let mut found: Vec<u32> = group.iter().filter(|p| is(p.link.amount)).map(|p| p.measure).collect();
        found.dedup();
        found
    };
    if measures(|a| matches!(a, Amount::Value(_))).len() > 1 {
        let expected = format!("one currency for all links of buyer {id}");
        return reject_group(intake, group, "currency_mixed", c.currency, &expected, "convert the values, or state shares");
    }
    if measures(|a| matches!(a, Amount::Quantity(_))).len() > 1 {
        let expected = format!("one unit for all links of buyer {id}");
        return reject_group(intake, group, "unit_mixed", c.unit, &expected, "convert the quantities, or state shares");
    }

    'links: for same in
        group.chunk_by(|a, b| (a.link.supplier, a.link.kind as u8, a.link.product) == (b.link.supplier, b.link.kind as u8, b.link.product))
    {
        let mut link = same[0].link;
        for repeat in &same[1..] {
            match (link.amount, repeat.link.amount) {
                (Amount::Value(a), Amount::Value(b)) => link.amount = Amount::Value(a + b),
                (Amount::Quantity(a), Amount::Quantity(b)) => link.amount = Amount::Quantity(a + b),
                (a, b) if a == b => {
                    let hint = "the same link as an earlier row; counted once";
                    intake.note_at("link_repeated", Severity::Warning, repeat.row, c.supplier_id, "each link once", hint);
                }
                _ => {
                    let expected = "the same share in every row of a link";
                    reject_group(intake, same, "repeat_disagrees", c.share, expected, "keep the row that holds, or add a product");
                    continue 'links;
                }
            }
        }
        links.push(link);
    }
    let stated: f64 = links.iter().map(|l| if let Amount::Share(s) = l.amount { s } else { 0.0 }).sum();
    if stated > 1.0 + ROUNDING {
        if !options.rescale_shares {
            let expected = format!("shares of buyer {id} that sum to at most 1; they sum to {stated:.6}");
            reject_group(
                intake,
                group,
                "shares_above_one",
                c.share,
                &expected,
                "correct them, or pass --rescale-shares to divide them by their sum",
            );
            links.clear();
            return;
        }
        let issue =
            Issue::new("shares_rescaled", Severity::Warning, intake.file(), None, intake.mapped.header(c.share), &format!("{stated:.6}"));
        intake.note(issue.expected(format!("at most 1 for buyer {id}")).hint("divided by their sum"));
        for link in links.iter_mut() {
            if let Amount::Share(share) = &mut link.amount {
                *share /= stated;
            }
        }
    }
    let value: f64 = links.iter().map(|l| if let Amount::Value(v) = l.amount { v } else { 0.0 }).sum();
    if let Some(total) = buyer.purchases_total.filter(|&t| t > 0.0 && buyer.coverage.is_none())
        && stated + value / total > 1.0 + ROUNDING
    {
        let expected = format!("values of buyer {id} that sum to at most its purchases_total, {total}; they sum to {value}");
        links.clear();
        return reject_group(
            intake,
            group,
            "values_above_total",
            c.value,
            &expected,
            "correct purchases_total or the values; are they in one currency?",
        );
    }
    if let Some(coverage) = buyer.coverage
        && stated > f64::from(coverage) + ROUNDING
    {
        let issue = Issue::new(
            "coverage_below_shares",
            Severity::Warning,
            intake.file(),
            None,
            intake.mapped.header(c.share),
            &format!("{stated:.6}"),
        );
        intake.note(issue.expected(format!("at most {}, the coverage of buyer {id}", f64::from(coverage))).hint("the shares are used"));
    }
}

fn reject_group(intake: &mut Intake<'_>, group: &[Parsed], code: &'static str, column: Handle, expected: &str, hint: &str) {
    for parsed in group {
        intake.reject_at(code, parsed.row, column, expected, hint);
    }
}
