//! The different names that spans and marks of a timeline have.

/// Different names, each with its place in the order in which they first appear.
#[derive(Debug, Default)]
pub(super) struct Labels<'a> {
    names: Vec<&'a str>,
    /// The places in the alphabetical order of the names.
    sorted: Vec<usize>,
}

impl<'a> Labels<'a> {
    /// The different ones among these names.
    pub(super) fn of(names: &mut dyn Iterator<Item = &'a str>) -> Self {
        let mut labels = Self::default();
        for name in names {
            if let Err(at) = labels.find(name) {
                labels.sorted.insert(at, labels.names.len());
                labels.names.push(name);
            }
        }
        labels
    }

    /// The place of this name.
    pub(super) fn place(&self, name: &str) -> Option<usize> {
        self.find(name).ok().map(|at| self.sorted[at])
    }

    /// The names in the order of their places.
    pub(super) fn names(&self) -> &[&'a str] {
        &self.names
    }

    /// Where the name stands in the alphabetical order, or would have to stand.
    fn find(&self, name: &str) -> Result<usize, usize> {
        self.sorted
            .binary_search_by(|&place| self.names[place].cmp(name))
    }
}
