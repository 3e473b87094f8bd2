//! Derivation of the base prevalences and shares (1.1) from counts by industry and employment.

mod direct;
mod industry;
mod inputs;
mod levels;
mod odds;
mod page;
mod sector_base;
mod sector_shares;
mod split;
mod survey_shares;
mod table;

use std::path::PathBuf;

use anyhow::bail;

use crate::root;

/// Every file that the derivation writes, with its text.
fn derived() -> anyhow::Result<Vec<(PathBuf, String)>> {
    let datasets = root().join("datasets");
    let inputs = inputs::Inputs::read(&datasets)?;
    let direct = direct::direct(&inputs)?;
    let splits = split::splits(&inputs, &direct)?;
    let country = sector_base::country(&inputs, &splits, &direct)?;
    let world = sector_base::world(&inputs, &splits, &direct, &country)?;
    let shares = sector_shares::sector_shares(&inputs, &country)?;
    let base = |rows: &[direct::Direct]| table::written(&sector_base::COLUMNS, &sector_base::rows(rows));
    let countries = table::read(&datasets, "world", "countries")?;
    let path = root().join("docs/method/sector-base.md");
    let page = page::Page { inputs: &inputs, splits: &splits, direct: &direct, country: &country, shares: &shares, countries: &countries };
    let page = page.filled(&std::fs::read_to_string(&path)?)?;
    Ok(vec![
        (path, page),
        (datasets.join("pakistan/sector_base.csv"), base(&country)?),
        (datasets.join("world/sector_base.csv"), base(&world)?),
        (datasets.join("world/sector_shares.csv"), table::written(&sector_shares::COLUMNS, &sector_shares::rows(&shares))?),
    ])
}

/// Writes the derived tables and the tables of the method's page.
pub fn write() -> anyhow::Result<()> {
    for (path, text) in derived()? {
        std::fs::write(&path, text)?;
        println!("{}", path.display());
    }
    Ok(())
}

/// Fails when a committed table is not what the derivation gives.
pub fn check() -> anyhow::Result<()> {
    for (path, text) in derived()? {
        let found = std::fs::read_to_string(&path)?;
        if found != text {
            let line = found
                .lines()
                .zip(text.lines())
                .position(|(a, b)| a != b)
                .unwrap_or_else(|| found.lines().count().min(text.lines().count()));
            bail!("{}, line {}: not what the derivation gives; run `cargo xtask packs`", path.display(), line + 1);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn committed_tables_are_what_the_derivation_gives() {
        super::check().unwrap();
    }
}
