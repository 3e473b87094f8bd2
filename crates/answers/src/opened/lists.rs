//! Pages of sites, buyers and agents.

use serde::{Deserialize, Serialize};
use tierlight_core::model::AgentKind;

use super::item::{AgentItem, SiteItem};
use super::{Opened, SortBy, Wanted, cursor};
use crate::error::{Error, Result};

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Page<T> {
    /// Rows.
    pub items: Vec<T>,
    /// Cursor of the next page; null on the last.
    pub next: Option<String>,
    /// Rows of the whole list; null where counting would take longer than reading.
    pub total: Option<usize>,
}

/// Conditions on agents; all that are stated must hold.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AgentFilter {
    /// What the agent does.
    pub kind: Option<String>,
    /// Code or name of a country, as uploads state it.
    pub country: Option<String>,
    /// Code, name, spelling or Urdu name of a district.
    pub district: Option<String>,
    /// Beginning of the code.
    pub text: Option<String>,
}

impl Opened {
    /// A page of sites in an order. Buyers are the sites of which the filter says that they buy.
    ///
    /// # Errors
    /// A cursor of another list.
    pub fn sites(&self, wanted: &Wanted, sort: SortBy, cursor: Option<&str>, limit: usize) -> Result<Page<SiteItem>> {
        let tag = wanted.list_tag(&sort.tag());
        let order = self.orders.get(self, sort);
        let from = match cursor.map(|text| cursor::row(&tag, text)).transpose()? {
            None => 0,
            Some(row) => order.place.get(row as usize).map_or(order.rows.len(), |place| *place as usize + 1),
        };
        // one more than is shown tells whether there are more
        let most = limit.saturating_add(1);
        let (total, mut shown) = match self.wanted(wanted) {
            None => (order.rows.len(), order.rows.iter().copied().skip(from).take(most).collect()),
            Some(rows) => {
                let total = rows.count();
                (total, order.first(from, &rows, total, most))
            }
        };
        let more = shown.len() > limit;
        shown.truncate(limit);
        let next = shown.last().filter(|_| more).map(|row| cursor::after(&tag, *row));
        Ok(Page { items: shown.iter().map(|row| SiteItem::new(self, *row as usize)).collect(), next, total: Some(total) })
    }

    /// One site as lists show it.
    #[must_use]
    pub fn site(&self, row: usize) -> SiteItem {
        SiteItem::new(self, row)
    }

    /// A page of agents, most value in their hands first.
    ///
    /// # Errors
    /// A word or cursor that is not known.
    pub fn agents(&self, filter: &AgentFilter, cursor: Option<&str>, limit: usize) -> Result<Page<AgentItem>> {
        let a = self.assessment();
        let agents = a.network.agents();
        let kind = filter
            .kind
            .as_deref()
            .map(|text| {
                let expected = || AgentKind::ALL.iter().map(|k| k.slug()).collect::<Vec<_>>().join(", ");
                AgentKind::from_slug(text).ok_or_else(|| Error::asked("kind", text, expected()))
            })
            .transpose()?;
        let in_country = filter.country.as_deref().map(|text| super::filter::country(self, text)).transpose()?;
        let in_districts = super::filter::districts(self, filter.district.as_deref(), None)?;
        let mut sites = vec![[0u32; 2]; agents.len()];
        for link in a.network.agent_links() {
            if let Some([all, debt]) = sites.get_mut(link.agent as usize) {
                *all += 1;
                *debt += u32::from(link.advance_debt == Some(true));
            }
        }
        let district = |k: usize| agents[k].district.and_then(|d| a.parameters.districts.get(usize::from(d)));
        let country = |k: usize| agents[k].country.map_or("", |c| a.parameters.countries[usize::from(c)].iso3.as_str());
        let wanted = |k: &usize| {
            kind.is_none_or(|kind| agents[*k].kind == Some(kind))
                && in_country.is_none_or(|row| agents[*k].country == Some(row))
                && in_districts.as_ref().is_none_or(|named| agents[*k].district.is_some_and(|d| named.get(usize::from(d)) == Some(&true)))
                && filter.text.as_deref().is_none_or(|text| agents[*k].id.to_lowercase().starts_with(&text.to_lowercase()))
        };
        let mut rows: Vec<usize> = (0..agents.len()).filter(wanted).collect();
        rows.sort_by(|&x, &y| a.agent_throughput[y].total_cmp(&a.agent_throughput[x]).then(x.cmp(&y)));
        let list = format!("agents?{}", serde_json::to_string(filter).unwrap_or_default());
        let from = match cursor.map(|text| cursor::row(&list, text)).transpose()? {
            None => 0,
            Some(row) => rows.iter().position(|r| *r == row as usize).map_or(rows.len(), |at| at + 1),
        };
        let total = rows.len();
        let shown = &rows[from.min(total)..total.min(from.saturating_add(limit))];
        let next = shown.last().filter(|_| from + shown.len() < total).map(|row| cursor::after(&list, *row as u32));
        let item = |&k: &usize| AgentItem {
            agent_id: agents[k].id.clone(),
            kind: agents[k].kind.map(AgentKind::slug),
            country: country(k).to_owned(),
            district_id: district(k).map_or_else(String::new, |d| d.id.clone()),
            district: district(k).map_or_else(String::new, |d| d.name.clone()),
            sites: sites[k][0],
            sites_with_advances: sites[k][1],
            throughput: a.agent_throughput[k],
        };
        Ok(Page { items: shown.iter().map(item).collect(), next, total: Some(total) })
    }
}
