//! `match`: entries that are the same site.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tierlight_data::Severity;
use tierlight_data::matching::facility::compare::FIELDS;
use tierlight_data::matching::facility::table::write_matches;
use tierlight_data::matching::facility::{Matches, Outcome, Pair, Record, match_records};
use tierlight_data::read::facilities::{Facilities, read_facilities};

use crate::args::{Format, MatchArgs};
use crate::exit::Output;
use crate::input;
use crate::output;
use crate::progress::Progress;
use crate::view::{heading, probability, short, table};

/// Longest name in a list of pairs.
const NAME: usize = 40;

pub fn run(args: &MatchArgs, format: Format) -> anyhow::Result<Output> {
    let read = [Some(&args.path), args.against.as_ref(), args.input.map.as_ref()];
    let read: Vec<&Path> = read.into_iter().flatten().map(PathBuf::as_path).collect();
    output::check(&args.output, args.force, &read)?;
    let progress = Progress::new();
    let (packs, options) = input::packs(&args.input, &progress)?;
    progress.next("reading the list");
    let list = read_facilities(&args.path, &packs, &options)?;
    let against = args.against.as_ref().map(|path| {
        progress.next("reading the other list");
        read_facilities(path, &packs, &options)
    });
    let against = against.transpose()?;
    progress.next("comparing sites");
    let other = against.as_ref().map(|a| a.records.as_slice());
    let matches = match_records(&list.records, other, &packs.gazetteer.settings)?;
    progress.next("writing the table of matches");
    write_matches(&args.output, args.force, &matches, &list.records, other)?;
    progress.finish();
    let view = View { list: &list, against: against.as_ref(), matches: &matches };
    let text = match format {
        Format::Json => serde_json::to_string_pretty(&view.json(args))? + "\n",
        Format::Text => view.text(args)?,
    };
    Ok(Output::done(text))
}

/// What is shown.
struct View<'a> {
    list: &'a Facilities,
    against: Option<&'a Facilities>,
    matches: &'a Matches,
}

impl View<'_> {
    fn right(&self, pair: &Pair) -> &Record {
        &self.against.unwrap_or(self.list).records[pair.right]
    }

    fn of(&self, outcome: Outcome) -> impl Iterator<Item = &Pair> {
        self.matches.pairs.iter().filter(move |p| p.outcome == outcome)
    }

    fn text(&self, args: &MatchArgs) -> anyhow::Result<String> {
        let lists = [Some(self.list), self.against];
        let rows = lists.into_iter().flatten().map(|l| {
            let r = &l.report;
            let errors = l.issues.iter().filter(|i| i.severity > Severity::Info).count();
            vec![r.file.clone(), r.rows_in.to_string(), l.records.len().to_string(), r.rejected.to_string(), errors.to_string()]
        });
        let mut out = table(&["list", ">rows", ">sites", ">rejected", ">errors and warnings"], rows);
        let (found, potential) = (self.of(Outcome::Match).count(), self.of(Outcome::Potential).count());
        writeln!(out, "\n{found} matches, {potential} potential matches, {} sites in no pair (new)", self.matches.new.len())?;
        writeln!(
            out,
            "{} pairs compared; log2 odds before looking at a pair: {:.1}; each field adds what is shown",
            self.matches.compared, self.matches.prior
        )?;
        if self.matches.capped_blocks > 0 {
            writeln!(
                out,
                "{} groups of sites that share a word were too large to compare every pair of: neighbours by name were compared",
                self.matches.capped_blocks
            )?;
        }
        let mut strongest: Vec<&Pair> = self.of(Outcome::Match).collect();
        strongest.sort_by(|a, b| b.score.total_cmp(&a.score).then((a.left, a.right).cmp(&(b.left, b.right))));
        for (title, pairs) in [
            ("Strongest matches", strongest.into_iter().take(args.top).collect::<Vec<_>>()),
            ("Most doubtful pairs: look at these first", self.matches.pairs.iter().take(args.top).collect()),
        ] {
            if pairs.is_empty() {
                continue;
            }
            out += &heading(title);
            out += &table(&["   outcome", ">probability", ">log2 odds", "site", "and", "why"], pairs.into_iter().map(|p| self.row(p)));
        }
        writeln!(out, "\ntable of matches: {} (the most doubtful first)", args.output.display())?;
        if potential > 0 {
            writeln!(out, "write yes or no under accept; potential matches that stay blank are left apart")?;
        }
        writeln!(out, "next: tierlight score {} -o out --matches {}", args.path.display(), args.output.display())?;
        Ok(out)
    }

    fn row(&self, pair: &Pair) -> Vec<String> {
        let label = |r: &Record| short(&format!("{}  {}", r.id, r.name), NAME);
        vec![
            format!("   {}", pair.outcome.slug()),
            probability(pair.probability),
            format!("{:+.1}", pair.score),
            label(&self.list.records[pair.left]),
            label(self.right(pair)),
            why(pair),
        ]
    }

    fn json(&self, args: &MatchArgs) -> Value {
        let pair = |p: &Pair| {
            let fields: serde_json::Map<String, Value> = FIELDS
                .iter()
                .enumerate()
                .filter(|(k, _)| p.levels[*k].is_some())
                .map(|(k, f)| ((*f).to_owned(), json!({ "level": p.level(k), "log2": p.weights[k] })))
                .collect();
            json!({
                "decision": p.outcome.slug(), "left_id": self.list.records[p.left].id, "right_id": self.right(p).id,
                "score": p.score, "probability": p.probability, "fields": fields,
            })
        };
        let lists = [Some(self.list), self.against].into_iter().flatten();
        let lists: Vec<Value> = lists.map(|l| json!({ "report": l.report, "issues": l.issues })).collect();
        json!({
            "table": args.output,
            "lists": lists,
            "match": self.of(Outcome::Match).count(),
            "potential": self.of(Outcome::Potential).count(),
            "new": self.matches.new.len(),
            "compared": self.matches.compared,
            "capped_blocks": self.matches.capped_blocks,
            "prior": self.matches.prior,
            "pairs": self.matches.pairs.iter().map(pair).collect::<Vec<_>>(),
        })
    }
}

/// Level and contribution of each field that says something.
fn why(pair: &Pair) -> String {
    let said = FIELDS.iter().enumerate().filter(|(k, _)| pair.levels[*k].is_some() && pair.weights[*k].abs() >= 0.05);
    let parts: Vec<String> = said.map(|(k, f)| format!("{f} {} {:+.1}", pair.level(k).replace('_', " "), pair.weights[k])).collect();
    parts.join(", ")
}
