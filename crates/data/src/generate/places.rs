//! Countries and districts of invented sites.

use tierlight_core::model::{Coordinates, PlaceMatch};
use tierlight_core::parameters::Country;

use super::draw::Draw;
use crate::error::{Error, Result};
use crate::packs::Packs;

/// Where sites outside Pakistan stand, and where brands do.
const ABROAD: [&str; 8] = ["IND", "BGD", "VNM", "KHM", "CHN", "TUR", "ETH", "EGY"];
const BRANDS: [&str; 7] = ["DEU", "USA", "GBR", "FRA", "NLD", "ITA", "SWE"];
/// Share of brands, and of other sites, outside Pakistan.
const BRANDS_ABROAD: f64 = 0.7;
const SITES_ABROAD: f64 = 0.12;
/// Sites of so many places in a row mostly share a district.
const CLUSTER: u32 = 64;
const IN_CLUSTER: f64 = 0.7;
const STATES_DISTRICT: f64 = 0.93;
const STATES_COORDINATES: f64 = 0.3;
/// Coordinates lie within so many degrees of the district's centre.
const SCATTER: f64 = 0.05;

/// What places sites may have.
pub(super) struct Places {
    home: u16,
    abroad: Vec<u16>,
    brands: Vec<u16>,
    /// Districts with the sum of inhabitants up to and with each.
    districts: Vec<(f64, u16)>,
}

/// Where a site stands.
pub(super) struct Placed {
    pub country: u16,
    pub district: Option<u16>,
    pub how: PlaceMatch,
    pub coordinates: Option<Coordinates>,
}

impl Places {
    pub(super) fn new(packs: &Packs) -> Result<Self> {
        let parameters = &packs.parameters;
        let country = |iso3: &str| {
            parameters.country(iso3).ok_or_else(|| Error::Pack { pack: "packs in use".to_owned(), reason: format!("no country `{iso3}`") })
        };
        let home = country("PAK")?;
        let mut total = 0.0;
        let mut districts = Vec::new();
        for (row, district) in parameters.districts.iter().enumerate() {
            let by_code = packs.gazetteer.places.lookup(home, &district.id);
            if district.country == home && by_code == Some((row as u16, PlaceMatch::Code)) {
                total += district.population.unwrap_or(0.0);
                districts.push((total, row as u16));
            }
        }
        Ok(Self {
            home,
            abroad: ABROAD.map(country).into_iter().collect::<Result<_>>()?,
            brands: BRANDS.map(country).into_iter().collect::<Result<_>>()?,
            districts,
        })
    }

    fn district(&self, draw: &mut Draw) -> Option<u16> {
        let total = self.districts.last()?.0;
        let at = draw.unit() * total;
        self.districts.get(self.districts.partition_point(|d| d.0 <= at)).map(|d| d.1)
    }

    /// Where the site at a place of the layout stands; `cluster` draws for the neighbours of a place together.
    pub(super) fn place(&self, packs: &Packs, brand: bool, draw: &mut Draw, mut cluster: Draw) -> Placed {
        let abroad = if brand { (BRANDS_ABROAD, &self.brands) } else { (SITES_ABROAD, &self.abroad) };
        let country = if draw.chance(abroad.0) { draw.pick(abroad.1).copied().unwrap_or(self.home) } else { self.home };
        let mut placed = Placed { country, district: None, how: PlaceMatch::None, coordinates: None };
        if country != self.home {
            return placed;
        }
        let near = draw.chance(IN_CLUSTER);
        let Some(district) = self.district(if near { &mut cluster } else { draw }) else { return placed };
        let bounds = packs.parameters.countries[usize::from(country)].bounds;
        if let Some([north, east]) = packs.parameters.districts[usize::from(district)].centre
            && draw.chance(STATES_COORDINATES)
        {
            let mut scattered = |centre: f64| libm::round((centre + SCATTER * (2.0 * draw.unit() - 1.0)) * 1e4) / 1e4;
            let at = Coordinates { latitude: scattered(north), longitude: scattered(east) };
            placed.coordinates = inside(at, bounds).then_some(at);
        }
        if draw.chance(STATES_DISTRICT) {
            (placed.district, placed.how) = (Some(district), PlaceMatch::Code);
        } else if let Some(at) = placed.coordinates
            && let Some((found, how)) =
                packs.gazetteer.places.locate(at).filter(|f| packs.gazetteer.places.country_of(f.0) == Some(country))
        {
            (placed.district, placed.how) = (Some(found), how);
        }
        placed
    }

    /// Alpha-2 code of a country where it has one, for files.
    pub(super) fn code(country: &Country) -> &str {
        &country.iso3
    }
}

/// Number of a place's cluster.
pub(super) fn cluster(place: u32) -> u32 {
    place / CLUSTER
}

fn inside(at: Coordinates, bounds: Option<[f64; 4]>) -> bool {
    bounds.is_none_or(|[south, north, west, east]| (south..=north).contains(&at.latitude) && (west..=east).contains(&at.longitude))
}
