//! A place of work.

use serde::{Deserialize, Serialize};

use super::{Conditions, Probability, Share};

macro_rules! slugs {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $slug:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// All values in table order.
            pub const ALL: &[$name] = &[$($name::$variant),+];

            /// Name in tables and files.
            #[must_use]
            pub fn slug(self) -> &'static str {
                match self { $($name::$variant => $slug),+ }
            }

            /// The value of a slug.
            #[must_use]
            pub fn from_slug(slug: &str) -> Option<Self> {
                match slug { $($slug => Some($name::$variant),)+ _ => None }
            }
        }
    };
}
pub(crate) use slugs;

slugs! {
    /// What a site is in the chain.
    Role {
        /// A company that sells under its own name: its own workforce is an office.
        Brand = "brand",
        /// Ships abroad.
        Exporter = "exporter",
        /// A factory.
        Factory = "factory",
        /// A small workshop.
        Workshop = "workshop",
        /// Homes in one place that take in work.
        HomeCluster = "home_cluster",
        /// A farm.
        Farm = "farm",
        /// A kiln.
        Kiln = "kiln",
        /// A mine or quarry.
        Mine = "mine",
        /// Buys and sells without making.
        Trader = "trader",
        /// Anything else, or not said.
        Other = "other",
    }
}

slugs! {
    /// How the district of a site was found, which says how far to trust it.
    PlaceMatch {
        /// By its code.
        Code = "code",
        /// By its name.
        Name = "name",
        /// By another spelling or the Urdu name.
        Variant = "variant",
        /// By coordinates well inside the district.
        Coordinates = "coordinates",
        /// By coordinates within one cell (about 5 km) of another district: lower confidence.
        Border = "border",
        /// By a spelling like the district's name: see the confidence.
        Spelling = "spelling",
        /// By a name inside the address: lower confidence.
        Address = "address",
        /// No district: outside the reference data or not said.
        None = "none",
    }
}

slugs! {
    /// Why a site that nobody named is in the network. It stands for what is expected, and accuses nobody.
    Modelled {
        /// Takes the part of a site's orders that is expected to be made elsewhere (7.6).
        Elsewhere = "made_elsewhere",
        /// Stands for the suppliers that a scenario would disclose, at the level of their sector (7.3).
        TypicalSupplier = "typical_supplier",
    }
}

/// A point in degrees (WGS 84).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Coordinates {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
}

/// A place of work: factory, workshop, kiln, farm, home cluster, mine, trader's yard.
///
/// `None` is always "unknown", never "no" or zero.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Site {
    /// What it is in the chain.
    pub role: Role,
    /// Row in [`crate::parameters::Parameters::sectors`].
    pub sector: u16,
    /// Row in [`crate::parameters::Parameters::countries`].
    pub country: u16,
    /// Row in [`crate::parameters::Parameters::districts`].
    pub district: Option<u16>,
    /// How the district was found.
    pub place: PlaceMatch,
    /// How alike the stated district and the district's name are, 0 to 1; unknown where no name was compared.
    pub place_confidence: Option<f32>,
    /// Where it is.
    pub coordinates: Option<Coordinates>,
    /// Workers of all ages.
    pub workers: Option<f64>,
    /// Women among the workers.
    pub women_workers: Option<f64>,
    /// Conditions, each yes, no or unknown.
    pub conditions: Conditions,
    /// m: share of the site's output value that is bought in; else the sector's.
    pub input_share: Option<Share>,
    /// c: share of the site's purchases that its links cover.
    pub coverage: Option<Share>,
    /// Purchases in the currency of its links' values.
    pub purchases_total: Option<f64>,
    /// Workers per million USD of value added; else the sector's.
    pub labour_intensity: Option<f64>,
    /// What it can make.
    pub capacity: Option<f64>,
    /// Child-labour prevalence measured at this site; replaces equation (1.1).
    pub measured_prevalence: Option<Probability>,
    /// Why it is in the network although nobody named it; `None` for sites that somebody did.
    pub modelled: Option<Modelled>,
}

impl Site {
    /// A site of which only sector and country are known.
    #[must_use]
    pub fn new(sector: u16, country: u16) -> Self {
        Self {
            role: Role::Other,
            sector,
            country,
            district: None,
            place: PlaceMatch::None,
            place_confidence: None,
            coordinates: None,
            workers: None,
            women_workers: None,
            conditions: Conditions::default(),
            input_share: None,
            coverage: None,
            purchases_total: None,
            labour_intensity: None,
            capacity: None,
            measured_prevalence: None,
            modelled: None,
        }
    }
}
