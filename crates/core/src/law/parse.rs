//! Conditions as the packs write them: `age < 15 and (not family_work or sector in brick_kilns, begging)`.

use super::{Condition, FactKind, Operand, Relation, Vocabulary};
use crate::error::{Error, Result};

/// Depth of brackets and negations.
const DEPTH: usize = 16;

/// Reads a condition. `law` names the numbers that a law may set.
///
/// ```text
/// any       = all { "or" all }
/// all       = term { "and" term }
/// term      = "not" term | "(" any ")" | fact | fact relation number | fact "in" word { "," word }
/// relation  = "<" | "<=" | ">" | ">="
/// number    = digits, or the name of a number that the law sets
/// ```
///
/// # Errors
/// [`Error::Condition`]: what was found, and what was expected there.
pub fn parse(text: &str, vocabulary: &Vocabulary, law: &[&str]) -> Result<Condition> {
    let mut parser = Parser { text, tokens: tokens(text)?, at: 0, vocabulary, law };
    let condition = parser.any(0)?;
    match parser.peek() {
        None => Ok(condition),
        Some(_) => parser.wrong("`and`, `or` or the end"),
    }
}

/// Words, numbers, relations, brackets and commas.
fn tokens(text: &str) -> Result<Vec<&str>> {
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        let length = match first {
            '(' | ')' | ',' => 1,
            '<' | '>' => 1 + usize::from(rest[1..].starts_with('=')),
            c if word(c) => rest.find(|c| !word(c)).unwrap_or(rest.len()),
            other => {
                let expected = "words, numbers, <, <=, >, >=, brackets and commas";
                return Err(Error::Condition { text: text.to_owned(), found: other.to_string(), expected: expected.to_owned() });
            }
        };
        out.push(&rest[..length]);
        rest = rest[length..].trim_start();
    }
    Ok(out)
}

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<&'a str>,
    at: usize,
    vocabulary: &'a Vocabulary,
    law: &'a [&'a str],
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a str> {
        self.tokens.get(self.at).copied()
    }

    fn take(&mut self, token: &str) -> bool {
        let found = self.peek() == Some(token);
        self.at += usize::from(found);
        found
    }

    fn wrong<T>(&self, expected: &str) -> Result<T> {
        let found = self.peek().unwrap_or("the end").to_owned();
        Err(Error::Condition { text: self.text.to_owned(), found, expected: expected.to_owned() })
    }

    fn any(&mut self, depth: usize) -> Result<Condition> {
        let mut parts = vec![self.all(depth)?];
        while self.take("or") {
            parts.push(self.all(depth)?);
        }
        Ok(single(parts, Condition::Any))
    }

    fn all(&mut self, depth: usize) -> Result<Condition> {
        let mut parts = vec![self.term(depth)?];
        while self.take("and") {
            parts.push(self.term(depth)?);
        }
        Ok(single(parts, Condition::All))
    }

    fn term(&mut self, depth: usize) -> Result<Condition> {
        if depth > DEPTH {
            return self.wrong("fewer brackets inside brackets");
        }
        if self.take("not") {
            return Ok(Condition::Not(Box::new(self.term(depth + 1)?)));
        }
        if self.take("(") {
            let inside = self.any(depth + 1)?;
            return if self.take(")") { Ok(inside) } else { self.wrong("`)`") };
        }
        let kind = self.peek().and_then(|name| self.vocabulary.kind(name));
        let (Some(name), Some(kind)) = (self.peek(), kind) else { return self.wrong("a fact of law_facts") };
        self.at += 1;
        match kind {
            FactKind::Number => self.compare(name),
            FactKind::Words(words) if self.take("in") => self.words(name, words),
            _ => Ok(Condition::Holds(name.to_owned())),
        }
    }

    fn compare(&mut self, name: &str) -> Result<Condition> {
        let relation = match self.peek() {
            Some("<") => Relation::Less,
            Some("<=") => Relation::AtMost,
            Some(">") => Relation::More,
            Some(">=") => Relation::AtLeast,
            _ => return self.wrong("<, <=, > or >="),
        };
        self.at += 1;
        let operand = match self.peek() {
            Some(column) if self.law.contains(&column) => Operand::OfLaw(column.to_owned()),
            Some(number) => match number.parse::<f64>().ok().filter(|x| x.is_finite()) {
                Some(x) => Operand::Number(x),
                None => return self.wrong(&format!("a number, or one of {}", self.law.join(", "))),
            },
            None => return self.wrong("a number"),
        };
        self.at += 1;
        Ok(Condition::Compare(name.to_owned(), relation, operand))
    }

    fn words(&mut self, name: &str, known: &[String]) -> Result<Condition> {
        let mut words = Vec::new();
        loop {
            match self.peek() {
                Some(word) if known.iter().any(|k| k == word) || known.is_empty() && !["(", ")", ","].contains(&word) => {
                    words.push(word.to_owned());
                }
                _ => return self.wrong(&format!("one of {}", known.join(", "))),
            }
            self.at += 1;
            if !self.take(",") {
                return Ok(Condition::In(name.to_owned(), words));
            }
        }
    }
}

fn single(mut parts: Vec<Condition>, many: fn(Vec<Condition>) -> Condition) -> Condition {
    match parts.pop() {
        Some(one) if parts.is_empty() => one,
        Some(last) => {
            parts.push(last);
            many(parts)
        }
        None => many(parts),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::law::{Answer, Fact, Facts, Lacking};

    fn vocabulary() -> Vocabulary {
        let mut v = Vocabulary::default();
        v.add("age", FactKind::Number, "", "");
        v.add("debt", FactKind::YesNo, "", "");
        v.add("act", FactKind::Words(["recruit", "move"].map(str::to_owned).into()), "", "");
        v.add("sector", FactKind::Words(Vec::new()), "", "");
        let bonded = parse("debt and age < 18", &v, &[]).unwrap();
        v.add("bonded", FactKind::Derived(bonded), "", "");
        v
    }

    fn answer(text: &str, facts: &Facts) -> (Answer, Vec<Lacking>) {
        let v = vocabulary();
        let condition = parse(text, &v, &["min_age"]).unwrap();
        let law = [("min_age", Some(15.0))].into();
        let mut lacking = BTreeSet::new();
        condition.lacking(facts, &law, &v, &mut lacking);
        (condition.answer(facts, &law, &v), lacking.into_iter().collect())
    }

    #[test]
    fn a_band_of_ages_decides_only_what_it_decides_whole() {
        let facts: Facts = [("age".to_owned(), Fact::Number { low: 12.0, high: 14.0 })].into();
        assert_eq!(answer("age < min_age", &facts).0, Answer::Yes);
        assert_eq!(answer("age < 14", &facts), (Answer::Unknown, vec![Lacking::Fact("age".into())]));
        assert_eq!(answer("age >= 15", &facts).0, Answer::No);
    }

    #[test]
    fn what_is_asked_for_is_what_would_decide() {
        let facts: Facts = [("debt".to_owned(), Fact::YesNo(false)), ("act".to_owned(), Fact::word("move"))].into();
        assert_eq!(answer("bonded", &facts), (Answer::No, vec![]));
        assert_eq!(answer("act in recruit, move and not debt", &facts).0, Answer::Yes);
        assert_eq!(answer("act in recruit or age < 18", &facts), (Answer::Unknown, vec![Lacking::Fact("age".into())]));
        assert_eq!(answer("sector in brick_kilns", &facts).1, [Lacking::Fact("sector".into())]);
    }

    #[test]
    fn unlisted_words_are_unknown_until_the_list_is_complete() {
        let words = |complete| Fact::Words { present: ["move".to_owned()].into(), absent: BTreeSet::new(), complete };
        assert_eq!(answer("act in recruit", &[("act".to_owned(), words(false))].into()).0, Answer::Unknown);
        assert_eq!(answer("act in recruit", &[("act".to_owned(), words(true))].into()).0, Answer::No);
    }

    #[test]
    fn what_cannot_be_read_is_told_with_what_was_expected() {
        let v = vocabulary();
        let wrong = |text: &str| parse(text, &v, &["min_age"]).unwrap_err().to_string();
        for (text, expected) in [
            ("", "a fact of law_facts"),
            ("age", "<, <=, > or >="),
            ("age < old", "a number, or one of min_age"),
            ("act in fly", "one of recruit, move"),
            ("debt debt", "`and`, `or` or the end"),
            ("(debt", "`)`"),
            ("height > 2", "a fact of law_facts"),
            ("debt & age", "words, numbers"),
        ] {
            assert!(wrong(text).contains(expected), "{text}: {}", wrong(text));
        }
        let deep = "not ".repeat(40) + "debt";
        assert!(wrong(&deep).contains("fewer brackets"));
    }
}
