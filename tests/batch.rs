//! Many networks in one call, stopping by a signal, and the memory budget.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::fmt::Write;

use common::{file, repository, run_code, run_ok, scratch, tree};

const DAY: [&str; 2] = ["--as-of", "2026-11-23"];

/// A list of sites of its own for each number.
fn list(folder: &tempfile::TempDir, name: &str, sites: usize) -> String {
    let mut text = String::from("site_id,sector,country,workers\n");
    for k in 0..sites {
        writeln!(text, "S{k},weaving,PK,{}", 5 + 3 * k).unwrap();
    }
    file(folder, name, text)
}

#[test]
fn many_networks_are_scored_as_each_alone_and_a_broken_one_stops_no_other() {
    let scratch = scratch();
    let cotton = repository().join("examples/cotton");
    let kilns = repository().join("examples/kilns");
    let broken = file(&scratch, "in/broken.csv", "colour,shape\nred,round\n");
    let rejected = file(&scratch, "in/rejected.csv", "site_id,sector,country\nA,weaving,PK\nB,no such trade,PK\n");
    let inputs = [cotton.to_str().unwrap(), &broken, kilns.to_str().unwrap(), &rejected];
    let out = scratch.path().join("out");
    let score = |out: &std::path::Path, threads: &str, code: i32, more: &[&str]| {
        let mut arguments = vec!["score"];
        arguments.extend(inputs);
        arguments.extend(["-o", out.to_str().unwrap(), "--threads", threads]);
        arguments.extend(DAY);
        arguments.extend(more);
        run_code(&arguments, code).0
    };
    let printed = score(&out, "1", 1, &[]);
    assert!(printed.contains("2 of 4 networks scored"), "{printed}");
    let all = tree(&out);
    for (name, input) in [("cotton", &cotton), ("kilns", &kilns)] {
        let alone = scratch.path().join("alone").join(name);
        run_ok(&["score", input.to_str().unwrap(), "-o", alone.to_str().unwrap(), DAY[0], DAY[1]]);
        assert!(tree(&alone) == tree(&out.join(name)), "{name} differs from being scored alone");
    }
    let names: std::collections::BTreeSet<&str> = all.keys().map(|path| path.split('/').next().unwrap()).collect();
    assert_eq!(names.into_iter().collect::<Vec<_>>(), ["batch.csv", "cotton", "kilns"]);

    let mut table = csv::Reader::from_reader(all["batch.csv"].as_slice());
    let header: Vec<String> = table.headers().unwrap().iter().map(str::to_owned).collect();
    let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    let cell = |row: usize, column: &str| rows[row][header.iter().position(|h| h == column).unwrap()].to_owned();
    let status: Vec<String> = (0..4).map(|row| cell(row, "status")).collect();
    assert_eq!(status, ["scored", "failed", "scored", "rejected"]);
    assert!(cell(1, "error").contains("no table of sites or links"), "{}", cell(1, "error"));
    assert!(cell(3, "error").contains("rows are rejected") && cell(3, "rejected_rows") == "1", "{}", cell(3, "error"));
    assert_eq!((cell(1, "run_folder"), cell(2, "run_folder")), (String::new(), "kilns".to_owned()));
    let record: serde_json::Value = serde_json::from_slice(&all["cotton/run.json"]).unwrap();
    assert_eq!(cell(0, "sites"), record["counts"]["sites"].to_string());
    assert_eq!(cell(0, "links"), record["counts"]["links"].to_string());
    let children = record["expected_children"]["child_labour"].as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).sum::<f64>();
    let number = |column: &str| cell(0, column).parse::<f64>().unwrap();
    assert!((number("expected_children") / children - 1.0).abs() < 1e-12);
    let [low, mean, high] = ["p05", "mean", "p95"].map(|point| number(&format!("expected_children_{point}")));
    assert!(low < mean && mean < high, "{low} {mean} {high}");

    // a second time over the first, as JSON
    let json: serde_json::Value = serde_json::from_str(&score(&out, "2", 1, &["--format", "json"])).unwrap();
    assert_eq!(json["networks"][1]["status"], "failed");
    assert!(all == tree(&out), "the same inputs give the same bytes on 1 and 2 threads");
}

#[test]
fn a_batch_needs_names_of_its_own_and_a_place_of_its_own() {
    let scratch = scratch();
    let (one, same, other) = (list(&scratch, "a/mills.csv", 2), list(&scratch, "b/Mills.csv", 2), list(&scratch, "c/kilns.csv", 2));
    let out = scratch.path().join("out").to_str().unwrap().to_owned();
    let refused = |arguments: &[&str], code: i32, words: &[&str]| {
        let said = run_code(&[&["score"], arguments].concat(), code).1;
        assert!(words.iter().all(|word| said.contains(word)), "{said}");
    };
    refused(&[&one, &same, "-o", &out], 2, &["mills.csv", "Mills.csv", "would both be written to", "rename"]);
    refused(&[&one, &other, "-o", &out, "--matches", "m.csv"], 2, &["--matches", "by itself"]);
    let parent = scratch.path().join("c").to_str().unwrap().to_owned();
    refused(&[&one, &other, "-o", &parent], 2, &["kilns.csv is in", "where runs are written"]);
    let thesis = file(&scratch, "mine/thesis.txt", "mine");
    let mine = scratch.path().join("mine").to_str().unwrap().to_owned();
    refused(&[&one, &other, "-o", &mine], 3, &["something other than runs", "choose another folder"]);
    assert_eq!(std::fs::read_to_string(thesis).unwrap(), "mine");
    assert!(!scratch.path().join("out").exists());
    run_ok(&["score", &one, &other, "-o", &out, "--draws", "0"]);
    // one input: the run folder itself, which is no place for several
    run_ok(&["score", &one, "-o", &format!("{out}/mills"), "--draws", "0"]);
    refused(&[&one, &other, "-o", &format!("{out}/mills")], 3, &["something other than runs"]);
}

#[test]
fn a_network_that_does_not_fit_is_refused_before_it_is_read() {
    let scratch = scratch();
    // its last row is broken: whoever reads it all says something else
    let big = list(&scratch, "big.csv", 60_000);
    let mut text = std::fs::read_to_string(&big).unwrap();
    text += "\"never closed,weaving,PK,3\n";
    std::fs::write(&big, text).unwrap();
    let small = list(&scratch, "small.csv", 3);
    let out = scratch.path().join("out").to_str().unwrap().to_owned();
    let (_, said) = run_code(&["score", &big, "-o", &out, "--memory", "150MiB"], 3);
    assert!(said.contains("of memory for") && said.contains("150 MiB may be taken"), "{said}");
    assert!(said.contains("--draws 0") || said.contains("a part of the network"), "{said}");
    let sites: f64 = said.split(" for ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    assert!((0.9..1.1).contains(&(sites / 60_001.0)), "{sites} sites were estimated");
    assert!(!scratch.path().join("out").exists());
    let (_, said) = run_code(&["score", &big, "-o", &out, "--memory", "100GiB"], 3);
    assert!(said.contains("quote_unclosed"), "{said}");
    // a workbook is held whole: it is refused by its size, unopened
    let book = file(&scratch, "book.xlsx", vec![0; 20 << 20]);
    let (_, said) = run_code(&["score", &book, "-o", &out, "--memory", "200MiB"], 3);
    assert!(said.contains("of memory for"), "{said}");
    run_code(&["score", &small, "-o", &out, "--memory", "lots"], 2);
    run_ok(&["score", &small, "-o", &out, "--memory", "0.5GB"]);
    // in a batch, only what does not fit is left out
    let both = scratch.path().join("both").to_str().unwrap().to_owned();
    let printed = run_code(&["score", &big, &small, "-o", &both, "--memory", "150MiB"], 1).0;
    assert!(printed.contains("1 of 2 networks scored"), "{printed}");
}

#[cfg(unix)]
mod stopping {
    use super::*;
    use std::process::{Child, Command, Stdio};
    use std::time::{Duration, Instant};

    /// Long enough after a signal, on a machine that does other things as well and in code that is not optimised.
    const SOON: Duration = Duration::from_secs(if cfg!(debug_assertions) { 3 } else { 1 });

    const SITES: usize = 8_000;

    fn network(folder: &tempfile::TempDir, sites: usize) -> String {
        let mut text = String::from("site_id,sector,country,workers\n");
        for k in 0..sites {
            writeln!(text, "S{k},{},PK,{}", ["weaving", "spinning"][k % 2], 2 + k % 90).unwrap();
        }
        let path = file(folder, "in/network/sites.csv", text);
        let mut text = String::from("supplier_id,buyer_id,share\n");
        for buyer in 0..sites / 2 {
            for k in 1..4 {
                writeln!(text, "S{},S{buyer},0.25", buyer + k * sites / 8).unwrap();
            }
        }
        file(folder, "in/network/links.csv", text);
        std::path::Path::new(&path).parent().unwrap().to_str().unwrap().to_owned()
    }

    fn start(arguments: &[&str]) -> Child {
        Command::new(env!("CARGO_BIN_EXE_tierlight")).args(arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    }

    fn signal(child: &Child, name: &str) {
        assert!(Command::new("kill").args([name, &child.id().to_string()]).status().unwrap().success());
    }

    #[test]
    fn a_signal_stops_a_run_soon_at_any_moment_and_leaves_an_earlier_run() {
        let scratch = scratch();
        let input = network(&scratch, SITES);
        let place = scratch.path().join("runs");
        let out = place.join("out").to_str().unwrap().to_owned();
        let arguments = ["score", &input, "-o", &out, "--draws", "400"];
        let started = Instant::now();
        run_ok(&arguments);
        let mut whole = started.elapsed();
        run_ok(&["score", &list(&scratch, "in/early.csv", 3), "-o", &out, "--draws", "0"]);
        let early = tree(&place);
        let mut stopped = 0;
        for (k, moment) in [0.03, 0.25, 0.5, 0.75, 0.9, 0.3, 0.1].into_iter().enumerate() {
            let mut child = start(&arguments);
            std::thread::sleep(whole.mul_f64(moment).max(Duration::from_millis(100)));
            signal(&child, ["-INT", "-TERM"][k % 2]);
            let asked = Instant::now();
            let code = child.wait().unwrap().code();
            let took = asked.elapsed();
            if code == Some(0) {
                // it was faster this time, and had ended: what else the machine does is no matter of ours
                whole /= 2;
                run_ok(&["score", &list(&scratch, "in/early.csv", 3), "-o", &out, "--draws", "0"]);
                continue;
            }
            stopped += 1;
            assert_eq!(code, Some(130), "at {moment}");
            assert!(took < SOON, "at {moment}: {took:?}");
            let said = std::io::read_to_string(child.stderr.take().unwrap()).unwrap();
            assert_eq!(said.lines().last(), Some("stopped; nothing was written"), "at {moment}: {said}");
            assert!(early == tree(&place), "at {moment}: the earlier run is gone, or something is left beside it");
        }
        assert!(stopped >= 3, "only {stopped} runs were stopped");
    }

    #[test]
    fn a_batch_that_is_stopped_says_what_is_complete() {
        let scratch = scratch();
        let (first, second) = (list(&scratch, "in/first.csv", 3), network(&scratch, SITES));
        let place = scratch.path().join("runs");
        let done = place.join("first").join("run.json");
        let mut child = start(&["score", &first, &second, "-o", place.to_str().unwrap(), "--draws", "400"]);
        while !done.exists() {
            std::thread::sleep(Duration::from_millis(20));
        }
        std::thread::sleep(Duration::from_millis(200));
        signal(&child, "-INT");
        assert_eq!(child.wait().unwrap().code(), Some(130));
        let said = std::io::read_to_string(child.stderr.take().unwrap()).unwrap();
        assert!(said.contains("stopped; 1 run folder was finished before and is complete"), "{said}");
        let names: Vec<_> = std::fs::read_dir(&place).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["first"], "nothing else is left");
    }
}
