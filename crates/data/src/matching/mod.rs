//! Names in lists against names in packs: sectors, countries, districts.

pub mod country;
pub mod facility;
pub mod grid;
pub mod place;
pub mod sector;
pub mod settings;
pub mod similar;
pub mod skeleton;

pub use facility::benchmark::{MatchingQuality, benchmark};

use crate::packs::PackTables;
use tierlight_core::parameters::Parameters;

/// All that is needed to understand what users write.
#[derive(Debug, Clone)]
pub struct Gazetteer {
    /// Sectors.
    pub sectors: sector::SectorNames,
    /// Countries.
    pub countries: country::CountryNames,
    /// Districts.
    pub places: place::PlaceNames,
    /// Forms of exploitation and the hazard each is on.
    pub forms: Vec<(String, tierlight_core::model::Hazard)>,
    /// Numbers of matching.
    pub settings: settings::Settings,
}

impl Gazetteer {
    /// Indexes the packs' names and cells.
    ///
    /// # Errors
    /// A malformed cell table or table of matching.
    pub fn new(tables: &PackTables, parameters: &Parameters) -> crate::Result<Self> {
        let settings = settings::Settings::new(tables)?;
        let rule = settings.place_rule()?;
        Ok(Self {
            sectors: sector::SectorNames::new(tables, parameters),
            countries: country::CountryNames::new(tables, parameters, rule)?,
            places: place::PlaceNames::new(tables, parameters, rule)?,
            forms: forms(tables),
            settings,
        })
    }

    /// Hazard of a form of exploitation.
    #[must_use]
    pub fn form_hazard(&self, form: &str) -> Option<tierlight_core::model::Hazard> {
        let wanted = crate::text::header_key(form);
        self.forms.iter().find(|(id, _)| *id == wanted).map(|(_, hazard)| *hazard)
    }
}

/// C182 Art. 3(d) is hazardous work; the other worst forms are forms of forced labour.
fn forms(tables: &PackTables) -> Vec<(String, tierlight_core::model::Hazard)> {
    use tierlight_core::model::Hazard;
    let rows = tables.rows("exploitation_forms");
    rows.map(|row| {
        let hazard = match row.get("worst_form_c182") {
            "" => Hazard::ChildLabour,
            "3(d)" => Hazard::Hazardous,
            _ => Hazard::Forced,
        };
        (row.get("form_id").to_owned(), hazard)
    })
    .collect()
}
