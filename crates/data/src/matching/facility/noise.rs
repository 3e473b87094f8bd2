//! Invented sites and the slips of those who type them: what the measurement runs on.

use super::Record;

/// Splitmix64: the same numbers everywhere.
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`.
    pub(super) fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    /// True in `percent` of cases.
    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

const SYLLABLES: [&str; 40] = [
    "zar", "min", "kor", "van", "tal", "beh", "shi", "nur", "qam", "dil", "far", "gul", "hak", "jav", "lat", "mas", "nid", "pir", "raz",
    "sab", "tum", "wak", "yas", "akh", "bil", "chan", "dar", "eru", "fiz", "ghaz", "hum", "iqb", "jun", "kha", "lun", "muz", "nav", "oze",
    "paru", "ruk",
];
const ENDINGS: [&str; 8] = ["a", "i", "oon", "ad", "een", "ur", "an", "ish"];
const TRADES: [&str; 16] = [
    "Textile Mills",
    "Textiles",
    "Garments",
    "Sports",
    "Surgical Works",
    "Leather Industries",
    "Knitwear",
    "Bricks",
    "Spinning Mills",
    "Carpets",
    "International",
    "Enterprises",
    "Apparel",
    "Exports",
    "Weaving Factory",
    "Gloves",
];
const LEGAL: [&str; 8] = ["", " (Pvt) Ltd", " Pvt. Ltd.", " Private Limited", " Ltd", " & Co.", " & Sons", " Co Ltd"];
const ROADS: [&str; 10] = ["Road", "Street", "Bazar", "Chowk", "Bypass", "Estate", "Colony", "Lane", "Town", "Mohalla"];
const ESTATES: [&str; 6] =
    ["Small Industries Estate", "SITE Area", "Export Processing Zone", "Industrial Area Phase 2", "Sundar Estate", "Korangi Creek"];
const PLACES: usize = 25;
/// Ways to write one unit.
const UNITS: [[&str; 3]; 3] =
    [[" Unit 1", " (Unit-I)", " Unit No. 1"], [" Unit 2", " (Unit-II)", " II"], [" Plant B", " (Unit-B)", " Unit B"]];

/// An invented word.
fn word(random: &mut Random) -> String {
    let mut out = random.pick(&SYLLABLES).to_owned();
    if random.chance(70) {
        out += random.pick(&SYLLABLES);
    }
    out += random.pick(&ENDINGS);
    out[..1].to_uppercase() + &out[1..]
}

/// An invented site.
pub(super) fn site(random: &mut Random) -> Record {
    let name = if random.chance(55) { word(random) } else { format!("{} {}", word(random), word(random)) };
    let mut name = format!("{name} {}{}", random.pick(&TRADES), random.pick(&LEGAL));
    if random.chance(15) {
        let ways = UNITS[random.below(UNITS.len())];
        name += random.pick(&ways);
    }
    let mut record = Record { name, country: Some(0), ..Record::default() };
    place(random, &mut record);
    record
}

/// Moves a site to another address in another place.
pub(super) fn place(random: &mut Random, record: &mut Record) {
    let town = random.below(PLACES);
    record.district = Some(town as u16);
    record.place = vec!["Invented".to_owned(), format!("Town{}", TOWNS[town])];
    record.at = Some((30.0 + town as f64 * 0.5 + random.below(1000) as f64 * 1e-4, 70.0 + random.below(1000) as f64 * 1e-4));
    address(random, record);
}

const TOWNS: [&str; PLACES] =
    ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t", "u", "v", "w", "x", "y"];

/// Gives a site another address in its place.
pub(super) fn address(random: &mut Random, record: &mut Record) {
    let number = 1 + random.below(400);
    let road = if random.chance(35) { random.pick(&ESTATES).to_owned() } else { format!("{} {}", word(random), random.pick(&ROADS)) };
    let start = random.pick(&["Plot ", "Plot No. ", "House ", "", "No. ", "Khasra "]);
    let letter = random.pick(&["", "", "-A", "-B", "/C"]);
    record.address = format!("{start}{number}{letter}, {road}, {}, Invented", record.place[1]);
    if let Some((latitude, longitude)) = record.at {
        record.at = Some((latitude + random.below(200) as f64 * 1e-4, longitude));
    }
}

/// Romanisation as it comes: what is written one way or the other.
const SWAPS: [(&str, &str); 14] = [
    ("een", "in"),
    ("oo", "u"),
    ("kh", "k"),
    ("q", "k"),
    ("z", "s"),
    ("a", "aa"),
    ("i", "ee"),
    ("u", "oo"),
    ("v", "w"),
    ("gh", "g"),
    ("sh", "s"),
    ("ph", "f"),
    ("y", "i"),
    ("e", "a"),
];

/// A slip in a word: a swap of romanisation, or a letter doubled, dropped or turned round.
fn slip(random: &mut Random, word: &str) -> String {
    let letters: Vec<char> = word.chars().collect();
    if letters.len() < 4 || !letters.iter().all(char::is_ascii_alphabetic) {
        return word.to_owned();
    }
    let (from, to) = SWAPS[random.below(SWAPS.len())];
    if random.chance(60) && word.contains(from) {
        return word.replacen(from, to, 1);
    }
    let at = 1 + random.below(letters.len() - 2);
    let mut out = letters;
    match random.below(3) {
        0 => out.insert(at, out[at]),
        1 => _ = out.remove(at),
        _ => out.swap(at, at + 1),
    }
    out.into_iter().collect()
}

fn slips(random: &mut Random, text: &str, percent: usize) -> String {
    let words: Vec<String> = text.split(' ').map(|w| if random.chance(percent) { slip(random, w) } else { w.to_owned() }).collect();
    words.join(" ")
}

/// A name without its unit.
pub(super) fn without_unit(name: &str) -> &str {
    UNITS.iter().flatten().find_map(|w| name.strip_suffix(w)).unwrap_or(name)
}

/// The same site as somebody else enters it.
pub(super) fn entered_again(random: &mut Random, original: &Record) -> Record {
    let mut record = original.clone();
    let unit = UNITS.iter().find(|ways| ways.iter().any(|w| record.name.ends_with(w)));
    let name = without_unit(&record.name).to_owned();
    let bare = LEGAL[1..].iter().find_map(|l| name.strip_suffix(l)).unwrap_or(&name).to_owned();
    record.name = slips(random, &bare, 25) + random.pick(&LEGAL);
    if let Some(ways) = unit.filter(|_| random.chance(85)) {
        record.name += random.pick(ways);
    }
    for (long, short) in
        [("Textile", "Tex"), ("International", "Intl."), ("Industries", "Ind."), ("Enterprises", "Ent."), ("Mills", "Mill")]
    {
        if random.chance(25) {
            record.name = record.name.replace(long, short);
        }
    }
    if random.chance(30) {
        record.name = record.name.to_uppercase();
    }
    let mut parts: Vec<String> = record.address.split(", ").map(|p| slips(random, p, 15)).collect();
    if random.chance(20) {
        parts.swap(0, 1);
    }
    if random.chance(15) {
        parts.remove(random.below(2));
    }
    record.address = parts.join(", ").replace("Road", if random.chance(40) { "Rd" } else { "Road" });
    match random.below(100) {
        0..12 => record.address.clear(),
        12..20 => address(random, &mut record),
        _ => {}
    }
    match random.below(100) {
        0..30 => record.at = None,
        30..60 => record.at = record.at.map(|(latitude, longitude)| (latitude + random.below(60) as f64 * 1e-4, longitude)),
        _ => {}
    }
    if random.chance(15) {
        record.district = None;
    }
    record
}
