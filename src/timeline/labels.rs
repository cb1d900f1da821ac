//! The different names that spans and marks of a timeline have.

use std::collections::BTreeMap;

/// Different names, each with its place in the order in which they first appear.
#[derive(Debug, Default)]
pub(super) struct Labels<'a> {
    names: Vec<&'a str>,
    places: BTreeMap<&'a str, usize>,
}

impl<'a> Labels<'a> {
    /// The place of this name.
    pub(super) fn place(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }

    /// The names in the order of their places.
    pub(super) fn names(&self) -> &[&'a str] {
        &self.names
    }
}

impl<'a> FromIterator<&'a str> for Labels<'a> {
    fn from_iter<I: IntoIterator<Item = &'a str>>(names: I) -> Self {
        let mut labels = Self::default();
        for name in names {
            let next = labels.names.len();
            if *labels.places.entry(name).or_insert(next) == next {
                labels.names.push(name);
            }
        }
        labels
    }
}
