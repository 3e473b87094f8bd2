//! What the program says, in the words of the API: its flags are fields here, and what its other commands show is read elsewhere.

use tierlight_store::JobKind;

/// Other commands that hints name, and where the same is found here.
const COMMANDS: [(&str, &str); 12] = [
    ("`tierlight check --suggest-map map.json` helps to name columns", "name its columns in `options.map`"),
    ("`tierlight check --suggest-map FILE` writes one", "the preview of a version shows one under `mapping`"),
    ("`tierlight check` lists every issue", "`GET /api/v1/versions/{version}/issues` lists every issue"),
    ("run `tierlight packs check` on the pack", "upload the pack again: its summary lists every issue"),
    ("run `tierlight packs check` on each of your packs", "upload each of your packs again: its summary lists every issue"),
    ("`tierlight packs show ", "`GET /api/v1/packs/tables/"),
    ("`tierlight trace RUN --buyer ID`", "`GET /api/v1/runs/{run}/sites/{site}/trace`"),
    ("run `tierlight score` again with this version", "score the version again"),
    ("run `tierlight score` again", "score the version again"),
    ("`tierlight plan RUN`", "`POST /api/v1/runs/{run}/plans`"),
    ("--memory SIZE allows more", "the operator's setting `job_memory` allows more"),
    ("--threads 1 would fit", "on one core it would fit"),
];

/// A text of the program that does a job of a kind, for who asked over HTTP.
pub fn over_http(kind: JobKind, text: &str) -> String {
    let text = COMMANDS.iter().fold(text.to_owned(), |text, (said, meant)| text.replace(said, meant));
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find("--") {
        let (before, flag) = rest.split_at(at);
        out.push_str(before);
        let name = flag.trim_start_matches('-');
        let end = name.find(|c: char| !c.is_ascii_lowercase() && c != '-').unwrap_or(name.len());
        let (name, after) = name.split_at(end);
        let begins = out.chars().next_back().is_none_or(|c| c.is_whitespace() || "(`".contains(c));
        if begins && !name.is_empty() {
            let quote = if out.ends_with('`') { "" } else { "`" };
            out.extend([quote, &field(kind, name), quote]);
            rest = after;
        } else {
            out.push_str("--");
            rest = &flag[2..];
        }
    }
    out + rest
}

/// The field by which a flag is asked for: of the same name, but for those that are several here. A test holds this against
/// `parity.csv`.
fn field(kind: JobKind, flag: &str) -> String {
    match (kind, flag) {
        (_, "pack") => "packs",
        (JobKind::Report | JobKind::WhatIf | JobKind::Trace, "buyer") | (JobKind::Trace, "all-buyers") => "buyers",
        (JobKind::Learn, "plan") => "plans",
        (JobKind::Report, "framework") => "frameworks",
        (JobKind::Report, "format") => "formats",
        (JobKind::Report, "lang") => "language",
        (JobKind::WhatIf, "scenario" | "compare") => "scenarios",
        (JobKind::WhatIf, "disclose" | "drop" | "end-advance-debt" | "formalise" | "move" | "remediate") => "actions",
        (_, flag) => return flag.replace('-', "_"),
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_those_of_the_table() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../cli/tests/parity.csv");
        let table = std::fs::read_to_string(path).unwrap();
        let mut held = 0;
        for row in table.lines().skip(1) {
            let cells: Vec<&str> = row.splitn(5, ',').collect();
            let Some(flag) = cells[1].strip_prefix("--") else { continue };
            let kind = match cells[0] {
                "check" => JobKind::Ingest,
                "score" => JobKind::Score,
                "packs check" => JobKind::CheckPack,
                "packs diff" => JobKind::DiffPacks,
                "qualify" => JobKind::Qualify,
                "trace" => JobKind::Trace,
                other => match other.replace("whatif", "what-if").parse() {
                    Ok(kind) => kind,
                    Err(_) => continue,
                },
            };
            // of the ledger, and of versions, are other requests
            let Some((_, part)) = cells[3].split_once(' ').filter(|(place, _)| matches!(*place, "body" | "form")) else { continue };
            if cells[2] == "add_evidence" {
                continue;
            }
            assert_eq!(field(kind, flag), part.rsplit('.').next().unwrap(), "{row}");
            held += 1;
        }
        assert!(held > 80, "{held} flags");
    }

    /// Lines of code below a folder that name a command.
    fn commands(folder: &std::path::Path, out: &mut Vec<String>) {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                commands(&path, out);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let lines = text.lines().map(str::trim).filter(|line| !line.starts_with("//") && line.contains("`tierlight "));
            out.extend(lines.map(|line| format!("{}: {line}", path.display())));
        }
    }

    #[test]
    fn commands_that_the_reader_names_have_their_place_here() {
        let mut lines = Vec::new();
        commands(concat!(env!("CARGO_MANIFEST_DIR"), "/../data/src").as_ref(), &mut lines);
        assert!(lines.len() > 10, "{lines:?}");
        // invented networks, scenarios as files and folders that are no runs do not come over HTTP
        let elsewhere = ["/generate/", "/scenario.rs", "score INPUT -o FOLDER"];
        lines.retain(|line| over_http(JobKind::Ingest, line).contains("`tierlight ") && !elsewhere.iter().any(|part| line.contains(part)));
        assert!(lines.is_empty(), "{lines:#?}");
    }

    #[test]
    fn no_flag_and_no_command_is_left() {
        let said = |kind, text| over_http(kind, text);
        let hint = "remove the columns, or pass --drop-personal to leave them out; victims are counts, never people";
        assert_eq!(said(JobKind::Ingest, hint), hint.replace("--drop-personal", "`drop_personal`"));
        assert_eq!(said(JobKind::Plan, "name it with --buyer: its chain"), "name it with `buyer`: its chain");
        assert_eq!(said(JobKind::WhatIf, "name buyers with --buyer"), "name buyers with `buyers`");
        assert_eq!(said(JobKind::Score, "(`--reach search` of all)"), "(`reach search` of all)");
        assert_eq!(said(JobKind::Ingest, "see `tierlight packs show sectors`"), "see `GET /api/v1/packs/tables/sectors`");
        assert_eq!(said(JobKind::Ingest, "2019--2021, a -- b, --"), "2019--2021, a -- b, --");
    }
}
