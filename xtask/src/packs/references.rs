//! References between packs, which a validator of one pack cannot see.

use std::collections::BTreeSet;

use super::table::{Pack, text};

/// Values of fields with `tierlight:references` that are in that column of no pack.
pub fn wrong(packs: &[Pack]) -> anyhow::Result<Vec<String>> {
    let mut wrong = Vec::new();
    for pack in packs {
        for resource in pack.resources() {
            let name = text(&resource["name"])?;
            for field in resource["schema"]["fields"].as_array().into_iter().flatten() {
                let target = &field["tierlight:references"];
                if target.is_null() {
                    continue;
                }
                let known = values(packs, text(&target["resource"])?, text(&target["fields"])?)?;
                let column = text(&field["name"])?;
                for (index, [value]) in pack.table(name)?.select([column])?.into_iter().enumerate() {
                    if !value.is_empty() && !known.contains(value) {
                        let file = pack.folder.join(text(&resource["path"])?);
                        wrong.push(format!("{}, row {}, {column}: `{value}` is in no pack", file.display(), index + 2));
                    }
                }
            }
        }
    }
    Ok(wrong)
}

/// Values of a column, over all packs.
fn values<'a>(packs: &'a [Pack], table: &str, column: &str) -> anyhow::Result<BTreeSet<&'a str>> {
    let mut out = BTreeSet::new();
    for table in packs.iter().filter_map(|pack| pack.tables.get(table)) {
        out.extend(table.select([column])?.into_iter().flatten());
    }
    Ok(out)
}
