//! What a program is told to write, by the kind of its job.

use tierlight_store::JobKind;

use super::place::Place;

/// What a program writes beside what it prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// A folder of files.
    Folder,
    /// A file of this name.
    File(&'static str),
    /// A file whose name the question says.
    Named,
    /// Nothing: what it prints is all.
    Nothing,
}

impl Written {
    /// What the program of a job writes.
    pub fn by(kind: JobKind) -> Self {
        match kind {
            JobKind::Ingest | JobKind::Score | JobKind::Report | JobKind::Plan | JobKind::Learn => Self::Folder,
            JobKind::Qualify => Self::File("rulings.csv"),
            JobKind::Match => Self::File("matches.csv"),
            JobKind::Trace => Self::File("contributions.csv"),
            JobKind::Validate => Self::File("card.md"),
            JobKind::Export => Self::Named,
            JobKind::WhatIf | JobKind::CheckPack | JobKind::DiffPacks => Self::Nothing,
        }
    }

    /// True if it is there.
    pub fn is_there(self, place: &Place) -> bool {
        match self {
            Self::Folder | Self::Named => place.output().exists(),
            Self::File(name) => place.output().join(name).exists(),
            Self::Nothing => true,
        }
    }
}
