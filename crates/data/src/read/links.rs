//! The table of links, and the sites that a table of links alone makes.

use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;
use tierlight_core::model::{Amount, Disclosure, Link, LinkKind, NetworkParts};
use tierlight_core::network::shares::ROUNDING;

use super::made::{MadeSites, propose};
use super::mapping::Handle;
use super::sites::Registry;
use super::{NetworkOptions, Rows, value};
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
    pub(super) fn new(rows: &Rows<'_>) -> Self {
        let of = |name| rows.mapped.handle(name);
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

/// Stands for an id that no site has.
const NOT_FOUND: u32 = u32::MAX;

/// A link with the row it came from and what its amount is measured in.
struct Parsed {
    row: u32,
    measure: u32,
    link: Link,
}

/// Reads all rows. Without a table of sites, the rows make their sites; the ids they then name are given back.
pub(super) fn read(
    rows: &mut Rows<'_>,
    packs: &Packs,
    options: &NetworkOptions,
    parts: &mut NetworkParts,
    registry: &mut Registry,
    has_sites: bool,
) -> Option<HashSet<String>> {
    let columns = Columns::new(rows);
    let mut made = MadeSites::default();
    let mut parsed = Vec::with_capacity(rows.mapped.len());
    let mut products: HashMap<String, u32> = HashMap::new();
    let mut measures: HashMap<String, u32> = HashMap::new();
    let kinds: Vec<&str> = LinkKind::ALL.iter().map(|k| k.slug()).collect();
    let disclosures: Vec<&str> = Disclosure::ALL.iter().map(|d| d.slug()).collect();
    // finding ids in a large table waits for memory: done side by side, before the rows are looked at one by one
    let found: Vec<[u32; 2]> = if has_sites {
        let find = |row: usize, column| registry.ids.get(rows.mapped.cell(row, column)).copied().unwrap_or(NOT_FOUND);
        (0..rows.mapped.len()).into_par_iter().map(|row| [find(row, columns.supplier_id), find(row, columns.buyer_id)]).collect()
    } else {
        Vec::new()
    };
    for row in 0..rows.mapped.len() {
        let mut proposed = None;
        let ends = if has_sites {
            let mut end = |found: u32, id, name| if found == NOT_FOUND { known_site(rows, row, id, name, registry) } else { Some(found) };
            let supplier = end(found[row][0], columns.supplier_id, columns.supplier_name);
            let buyer = end(found[row][1], columns.buyer_id, columns.buyer_name);
            supplier.zip(buyer)
        } else {
            proposed = propose(rows, row, &columns, packs, options);
            proposed.is_some().then_some((NOT_FOUND, NOT_FOUND))
        };
        let kind = rows.word(row, columns.kind, LinkKind::from_slug, &kinds).unwrap_or(LinkKind::Purchase);
        let disclosure = rows.word(row, columns.disclosure, Disclosure::from_slug, &disclosures).unwrap_or(Disclosure::Declared);
        let (amount, measure) = amount(rows, row, &columns, &mut measures);
        let sales_share = rows.parse("share_invalid", row, columns.sales_share, value::share).map(|s| s as f32);
        let from = rows.parse("date_invalid", row, columns.valid_from, value::date);
        let to = rows.parse("date_invalid", row, columns.valid_to, value::date);
        if let (Some(from), Some(to)) = (from, to)
            && from > to
        {
            rows.reject("dates_reversed", row, columns.valid_to, format!("a day not before {from}"), "swap the two dates");
        }
        let Some((mut supplier, mut buyer)) = ends.filter(|_| !rows.is_rejected(row)) else { continue };
        if let Some([supplier_site, buyer_site]) = proposed {
            supplier = made.add(rows, row, columns.supplier_name, packs, &options.merges, supplier_site);
            buyer = made.add(rows, row, columns.buyer_name, packs, &options.merges, buyer_site);
        }
        if from.is_some_and(|d| d > options.as_of) || to.is_some_and(|d| d < options.as_of) {
            let issue =
                rows.issue("link_not_valid_now", Severity::Info, row, if to.is_some() { columns.valid_to } else { columns.valid_from });
            rows.note(issue.expected(format!("valid on {}", options.as_of)).hint("the link is not used at this date"));
            continue;
        }
        if disclosure == Disclosure::Inferred && !options.trust_inferred {
            let issue = rows.issue("link_inferred", Severity::Info, row, columns.disclosure);
            rows.note(issue.expected("verified or declared").hint("not traced; pass --trust-inferred to count it"));
            continue;
        }
        if supplier == buyer {
            let issue = rows.issue("self_supply", Severity::Warning, row, columns.supplier_id);
            rows.note(issue.expected("two sites").hint("legal: counted as a cycle of one site"));
        }
        let product = rows.mapped.cell(row, columns.product);
        let product = (!product.is_empty()).then(|| *products.entry_ref(product).or_insert_with(|| parts.products.push(product) as u32));
        let link = Link { supplier, buyer, kind, disclosure, amount, sales_share, product };
        parsed.push(Parsed { row: row as u32, measure, link });
    }
    let named = made.insert_into(rows, &options.merges, parts, registry);
    // repeats are summed in order of their amounts, so that the order of rows changes no bit
    parsed.par_sort_unstable_by(|a, b| {
        let key = |p: &Parsed| (p.link.buyer, p.link.supplier, p.link.kind as u8, p.link.product);
        key(a).cmp(&key(b)).then_with(|| size(a.link.amount).total_cmp(&size(b.link.amount))).then(a.row.cmp(&b.row))
    });
    for group in parsed.chunk_by(|a, b| a.link.buyer == b.link.buyer) {
        accept_group(rows, &columns, group, options, parts);
    }
    (!has_sites && !options.merges.is_empty()).then_some(named)
}

/// The number of an amount.
fn size(amount: Amount) -> f64 {
    match amount {
        Amount::Share(x) | Amount::Value(x) | Amount::Quantity(x) => x,
        Amount::Unstated => 0.0,
    }
}

/// What the link carries: share, else value, else quantity; and in which currency or unit.
fn amount(rows: &mut Rows<'_>, row: usize, c: &Columns, measures: &mut HashMap<String, u32>) -> (Amount, u32) {
    let share = rows.parse("share_invalid", row, c.share, value::share);
    let value = rows.parse("number_invalid", row, c.value, value::amount);
    let quantity = rows.parse("number_invalid", row, c.quantity, value::amount);
    let (amount, measure) = match (share, value, quantity) {
        (Some(share), ..) => return (Amount::Share(share), 0),
        (None, Some(value), _) => (Amount::Value(value), rows.mapped.cell(row, c.currency)),
        (None, None, Some(quantity)) => (Amount::Quantity(quantity), rows.mapped.cell(row, c.unit)),
        _ => return (Amount::Unstated, 0),
    };
    let next = measures.len() as u32 + 1;
    let measure = if measure.is_ascii() && !measure.bytes().any(|b| b.is_ascii_uppercase() || b == b' ') {
        *measures.entry_ref(measure).or_insert(next)
    } else {
        *measures.entry(key(measure)).or_insert(next)
    };
    (amount, measure)
}

fn known_site(rows: &mut Rows<'_>, row: usize, id: Handle, name: Handle, registry: &Registry) -> Option<u32> {
    let cell = rows.mapped.cell(row, id);
    if !cell.is_empty() {
        let found = registry.ids.get(cell).copied().or_else(|| registry.by_name(cell).ok());
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
    let cell = rows.mapped.cell(row, name);
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
fn accept_group(rows: &mut Rows<'_>, c: &Columns, group: &[Parsed], options: &NetworkOptions, parts: &mut NetworkParts) {
    let buyer = group[0].link.buyer as usize;
    let id = parts.site_ids.get(buyer).to_owned();
    let measures = |is: fn(Amount) -> bool| {
        let mut found: Vec<u32> = group.iter().filter(|p| is(p.link.amount)).map(|p| p.measure).collect();
        found.dedup();
        found
    };
    if measures(|a| matches!(a, Amount::Value(_))).len() > 1 {
        let expected = format!("one currency for all links of buyer {id}");
        return reject_group(rows, group, "currency_mixed", c.currency, &expected, "convert the values, or state shares");
    }
    if measures(|a| matches!(a, Amount::Quantity(_))).len() > 1 {
        let expected = format!("one unit for all links of buyer {id}");
        return reject_group(rows, group, "unit_mixed", c.unit, &expected, "convert the quantities, or state shares");
    }

    let mut links: Vec<Link> = Vec::with_capacity(group.len());
    'links: for same in
        group.chunk_by(|a, b| (a.link.supplier, a.link.kind as u8, a.link.product) == (b.link.supplier, b.link.kind as u8, b.link.product))
    {
        let mut link = same[0].link;
        for repeat in &same[1..] {
            match (link.amount, repeat.link.amount) {
                (Amount::Value(a), Amount::Value(b)) => link.amount = Amount::Value(a + b),
                (Amount::Quantity(a), Amount::Quantity(b)) => link.amount = Amount::Quantity(a + b),
                (a, b) if a == b => {
                    let issue = rows.issue("link_repeated", Severity::Warning, repeat.row as usize, c.supplier_id);
                    rows.note(issue.expected("each link once").hint("the same link as an earlier row; counted once"));
                }
                _ => {
                    let expected = "the same share in every row of a link";
                    reject_group(rows, same, "repeat_disagrees", c.share, expected, "keep the row that holds, or add a product");
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
                rows,
                group,
                "shares_above_one",
                c.share,
                &expected,
                "correct them, or pass --rescale-shares to divide them by their sum",
            );
            return;
        }
        let issue = Issue::new(
            "shares_rescaled",
            Severity::Warning,
            &rows.mapped.table.file,
            None,
            rows.mapped.header(c.share),
            &format!("{stated:.6}"),
        );
        rows.note(issue.expected(format!("at most 1 for buyer {id}")).hint("divided by their sum"));
        for link in &mut links {
            if let Amount::Share(share) = &mut link.amount {
                *share /= stated;
            }
        }
    }
    let value: f64 = links.iter().map(|l| if let Amount::Value(v) = l.amount { v } else { 0.0 }).sum();
    if let Some(total) = parts.sites[buyer].purchases_total.filter(|&t| t > 0.0 && parts.sites[buyer].coverage.is_none())
        && stated + value / total > 1.0 + ROUNDING
    {
        let expected = format!("values of buyer {id} that sum to at most its purchases_total, {total}; they sum to {value}");
        return reject_group(
            rows,
            group,
            "values_above_total",
            c.value,
            &expected,
            "correct purchases_total or the values; are they in one currency?",
        );
    }
    if let Some(coverage) = parts.sites[buyer].coverage
        && stated > f64::from(coverage) + ROUNDING
    {
        let issue = Issue::new(
            "coverage_below_shares",
            Severity::Warning,
            &rows.mapped.table.file,
            None,
            rows.mapped.header(c.share),
            &format!("{stated:.6}"),
        );
        rows.note(issue.expected(format!("at most {}, the coverage of buyer {id}", f64::from(coverage))).hint("the shares are used"));
    }
    parts.links.extend(links);
}

fn reject_group(rows: &mut Rows<'_>, group: &[Parsed], code: &'static str, column: Handle, expected: &str, hint: &str) {
    for parsed in group {
        rows.reject(code, parsed.row as usize, column, expected, hint);
    }
}
