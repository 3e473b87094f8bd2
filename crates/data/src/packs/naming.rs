//! Which column holds the source of another, by their names.

/// The source column of a column: `x_source_key` of columns that begin with `x`, else of those that end with it, else
/// `source_key`, which is of the whole row.
pub(super) fn source_column<'h>(column: &str, header: &'h [String]) -> Option<&'h str> {
    let parted = || header.iter().filter_map(|h| Some((h.as_str(), h.strip_suffix("_source_key")?)));
    let begins = |prefix: &str| column == prefix || column.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('_'));
    let ends = |prefix: &str| column.strip_suffix(prefix).is_some_and(|rest| rest.ends_with('_'));
    let found = parted().find(|(_, prefix)| begins(prefix)).or_else(|| parted().find(|(_, prefix)| ends(prefix)));
    found.map(|f| f.0).or_else(|| header.iter().find(|h| *h == "source_key").map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_of_a_name_goes_before_its_end() {
        let header: Vec<String> = [
            "child_labour_rate",
            "rate_source_key",
            "birth_registration_rate",
            "birth_source_key",
            "source_key",
            "calamity",
            "calamity_source_key",
        ]
        .map(str::to_owned)
        .to_vec();
        let of = |column: &str| source_column(column, &header);
        assert_eq!(of("child_labour_rate"), Some("rate_source_key"));
        assert_eq!(of("birth_registration_rate"), Some("birth_source_key"));
        assert_eq!(of("calamity"), Some("calamity_source_key"));
        assert_eq!(of("population"), Some("source_key"));
        assert_eq!(source_column("population", &header[..2]), None);
    }
}
