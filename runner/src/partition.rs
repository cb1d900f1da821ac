//! A part of all notebooks, for running them on several machines.

use std::str::FromStr;

/// Part `number` of `count`, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partition {
    number: usize,
    count: usize,
}

impl Partition {
    /// The items of this part. Together, the parts have each item once, and an item is in the same
    /// part wherever the list is the same.
    pub fn select<T>(self, items: Vec<T>) -> Vec<T> {
        items
            .into_iter()
            .enumerate()
            .filter(|(index, _)| index % self.count == self.number - 1)
            .map(|(_, item)| item)
            .collect()
    }
}

impl FromStr for Partition {
    type Err = String;

    fn from_str(text: &str) -> Result<Partition, String> {
        let parts = text
            .split_once('/')
            .and_then(|(number, count)| Some((number.parse().ok()?, count.parse().ok()?)));
        match parts {
            Some((number, count)) if (1..=count).contains(&number) => {
                Ok(Partition { number, count })
            }
            _ => Err("a part is written K/N, from 1/N to N/N".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Partition;

    #[test]
    fn the_parts_together_are_everything_each_once() {
        for count in 1..=7 {
            for length in 0..20 {
                let mut all: Vec<usize> = (1..=count)
                    .map(|number| Partition { number, count })
                    .flat_map(|part| part.select((0..length).collect()))
                    .collect();
                all.sort_unstable();
                assert_eq!(
                    all,
                    (0..length).collect::<Vec<_>>(),
                    "{count} parts of {length}"
                );
            }
        }
    }

    #[test]
    fn a_part_is_written_as_a_fraction() {
        assert_eq!(
            "2/3".parse(),
            Ok(Partition {
                number: 2,
                count: 3
            })
        );
        for wrong in ["", "1", "0/3", "4/3", "1/0", "a/b", "-1/2"] {
            assert!(wrong.parse::<Partition>().is_err(), "{wrong}");
        }
    }
}
