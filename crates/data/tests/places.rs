//! Names of districts and countries as people write them: what is taken must be right, and what is unsure is asked about.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test fails by panicking and shows its figures")]

use std::path::Path;

use tierlight_core::model::PlaceMatch;
use tierlight_data::matching::place::Resolved;
use tierlight_data::packs::{Packs, read_packs};

fn rows(name: &str) -> Vec<[String; 2]> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name);
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.records().map(|r| r.unwrap()).map(|r| [r[0].to_owned(), r[1].to_owned()]).collect()
}

/// Precision and recall over labelled names; what went wrong is printed.
fn measure(name: &str, find: impl Fn(&str) -> Option<String>) -> (f64, f64) {
    let (mut taken, mut right, mut labelled) = (0usize, 0usize, 0);
    for [text, expected] in rows(name) {
        labelled += usize::from(!expected.is_empty());
        let found = find(&text);
        match &found {
            Some(found) => {
                taken += 1;
                right += usize::from(*found == expected);
                if *found != expected {
                    println!("wrong: {text} taken for {found}, is {expected:?}");
                }
            }
            None if !expected.is_empty() => println!("asked: {text} is {expected}"),
            None => {}
        }
    }
    let (precision, recall) = (right as f64 / taken as f64, right as f64 / labelled as f64);
    println!("{name}: precision {precision:.3} ({right} of {taken}), recall {recall:.3} (of {labelled})");
    (precision, recall)
}

fn district(packs: &Packs, text: &str) -> Resolved {
    packs.gazetteer.places.find(packs.parameters.country("PAK").unwrap(), text)
}

#[test]
fn districts() {
    let packs = read_packs(&[]).unwrap();
    let (precision, recall) = measure("places.csv", |text| match district(&packs, text) {
        Resolved::One(row, ..) => Some(packs.parameters.districts[usize::from(row)].name.clone()),
        _ => None,
    });
    assert!(precision >= 0.995, "{precision}");
    assert!(recall >= 0.97, "{recall}");
}

/// One slip of the keyboard in a name: a letter is left out, put in, replaced, or swapped with the next.
fn slip(name: &str, random: &mut impl FnMut(usize) -> usize) -> String {
    let mut letters: Vec<char> = name.to_lowercase().chars().collect();
    let at = random(letters.len());
    let letter = char::from(b'a' + random(26) as u8);
    match random(4) {
        0 => _ = letters.remove(at),
        1 => letters.insert(at, letter),
        2 => letters[at] = letter,
        _ => letters.swap(at, (at + 1).min(name.chars().count() - 1)),
    }
    letters.into_iter().collect()
}

/// Precision and recall over names with so many random slips, the same ones every time; names with a blank or none apart.
fn slips(names: &[(u16, &str)], count: usize, find: impl Fn(&str) -> Option<u16>) -> (f64, f64) {
    let mut state = 1u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let (mut all, mut taken, mut right) = (0usize, 0usize, 0usize);
    for (row, name) in names {
        for _ in 0..SLIPPED {
            let text = (0..count).fold((*name).to_owned(), |text, _| slip(&text, &mut random));
            let found = find(&text);
            all += 1;
            taken += usize::from(found.is_some());
            right += usize::from(found == Some(*row));
        }
    }
    let (precision, recall) = (right as f64 / taken as f64, right as f64 / all as f64);
    println!("{count} random slips: precision {precision:.4} ({right} of {taken}), recall {recall:.3} (of {all})");
    (precision, recall)
}

/// Slipped forms of each name.
const SLIPPED: usize = 40;

#[test]
fn random_slips_in_districts() {
    let packs = read_packs(&[]).unwrap();
    let names: Vec<(u16, &str)> = packs.parameters.districts.iter().enumerate().map(|(row, d)| (row as u16, d.name.as_str())).collect();
    for (count, least) in [(1, 0.998), (2, 0.99)] {
        let (precision, _) = slips(&names, count, |text| match district(&packs, text) {
            Resolved::One(row, ..) => Some(row),
            _ => None,
        });
        assert!(precision >= least, "{precision}");
    }
}

#[test]
fn random_slips_in_countries() {
    let packs = read_packs(&[]).unwrap();
    let names: Vec<(u16, &str)> = packs.parameters.countries.iter().enumerate().map(|(row, c)| (row as u16, c.name.as_str())).collect();
    for (count, least) in [(1, 0.998), (2, 0.985)] {
        let (precision, _) = slips(&names, count, |text| packs.gazetteer.countries.find(text).ok().map(|f| f.0));
        assert!(precision >= least, "{precision}");
    }
}

#[test]
fn unsure_names_are_asked_about() {
    let packs = read_packs(&[]).unwrap();
    let Resolved::Unsure(karachi) = district(&packs, "Karachi") else { panic!("Karachi is seven districts") };
    assert!(karachi.contains("7 districts") && karachi.contains("Keamari") && karachi.contains("Malir"), "{karachi}");
    let Resolved::Unsure(hint) = district(&packs, "Shakargarh") else { panic!("no district is called that") };
    assert!(hint.starts_with("did you mean Shikarpur (0."), "{hint}");
    assert!(matches!(district(&packs, "Qwxz"), Resolved::Unknown(_)));
    for (text, wanted) in [
        ("Nothr Waziristan", &["did you mean North Waziristan (0.", "South Waziristan (0."][..]),
        ("Hunza-Nagar", &["Hunza (0.90)", "Nagar (0.90)"]),
        ("Toba", &["Toba Tek Singh (0.90)"]),
        ("Lahori", &["Lahore (0."]),
        ("hang", &["Hangu (0.", "Jhang (0."]),
        ("Mirpur, Sindh", &["Mirpur? It is in Azad Jammu and Kashmir"]),
        ("Karachi, Sindh", &["7 districts"]),
        ("Kashmir", &["the province Azad Jammu and Kashmir"]),
    ] {
        let Resolved::Unsure(hint) = district(&packs, text) else { panic!("{text} is no one district") };
        for what in wanted {
            assert!(hint.contains(what), "{text}: {hint}");
        }
    }
    let lodhran = packs.parameters.districts.iter().position(|d| d.name == "Lodhran").unwrap() as u16;
    assert_eq!(district(&packs, "Lodhran, Punjab"), Resolved::One(lodhran, PlaceMatch::Name, 1.0));
}

#[test]
fn countries() {
    let packs = read_packs(&[]).unwrap();
    let (precision, recall) = measure("countries.csv", |text| {
        let (row, _) = packs.gazetteer.countries.find(text).ok()?;
        Some(packs.parameters.countries[usize::from(row)].iso3.clone())
    });
    assert!(precision >= 1.0, "{precision}");
    assert!(recall >= 0.95, "{recall}");
    let asked = |text: &str| packs.gazetteer.countries.find(text).unwrap_err();
    assert!(asked("Konya").starts_with("did you mean Kenya (0."), "{}", asked("Konya"));
    assert!(!asked("Marka").contains("(0.9"), "equal skeletons in Urdu count for nothing: {}", asked("Marka"));
    assert!(packs.gazetteer.countries.find("PX").is_err(), "codes are never taken by their likeness");
}

#[test]
fn countries_at_the_end_of_addresses() {
    let packs = read_packs(&[]).unwrap();
    let country = |address: &str| {
        let row = packs.gazetteer.countries.in_address(address)?;
        Some(packs.parameters.countries[usize::from(row)].iso3.as_str())
    };
    assert_eq!(country("12 Moo 4, Muang PathumthaniThailand"), Some("THA"));
    assert_eq!(country("1205 12th Ave NW, Owatonna, Minnesota, 55060, USA"), Some("USA"));
    assert_eq!(country("Yukari Mah., CAN"), None, "a town, not Canada");
    assert_eq!(country("Plot 5, Sector 25, Panipat"), None, "no country is named");
}
