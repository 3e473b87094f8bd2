//! Pages of lists: where one begins, and how long it is.

use serde::{Deserialize, Serialize};
use tierlight_store::{Page as StorePage, PageRequest};
use utoipa::{IntoParams, ToSchema};

use crate::limits::Limits;
use crate::problem::Problem;
use crate::problem::table::BAD_QUERY;

/// Items on a page unless another number is asked for.
pub const USUAL: u32 = 50;

/// Which page.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// `next` of the page before; the first page without it.
    pub cursor: Option<String>,
    /// Items on the page; 50 unless stated, 1,000 at most.
    #[param(minimum = 1, maximum = 1000)]
    pub limit: Option<u32>,
}

impl PageQuery {
    /// The same for the store.
    ///
    /// # Errors
    /// No cursor, or no number of items.
    pub fn request(&self, limits: &Limits) -> Result<PageRequest, Problem> {
        let after = self.cursor.as_deref().map(str::parse).transpose();
        let after = after.map_err(|_| Problem::new(BAD_QUERY, "cursor is not `next` of a page"))?;
        Ok(PageRequest { after, limit: items(self.limit, limits)? })
    }
}

/// How many items.
///
/// # Errors
/// None, or more than a page holds.
pub fn items(limit: Option<u32>, limits: &Limits) -> Result<u32, Problem> {
    let limit = limit.unwrap_or(USUAL);
    let most = limits.page_items;
    if limit == 0 || u64::from(limit) > most {
        return Err(
            Problem::new(BAD_QUERY, format!("limit is {limit}, expected from 1 to {most}")).hint("`next` of a page leads to the rest")
        );
    }
    Ok(limit)
}

/// A page of a list, in the order of the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Listed<T> {
    /// Its items.
    pub items: Vec<T>,
    /// Cursor of the next page; null on the last.
    pub next: Option<String>,
}

impl<T> Listed<T> {
    /// A page of the store's, item by item.
    pub fn of<S>(page: StorePage<S>, item: impl Fn(S) -> T) -> Self {
        Self { items: page.items.into_iter().map(item).collect(), next: page.next.map(|cursor| cursor.to_string()) }
    }
}
