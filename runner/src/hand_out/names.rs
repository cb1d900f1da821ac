//! How a person names one of several notebooks: by its path, its name with or without `.ipynb`, its
//! name without the number, or the number.

use std::path::{Path, PathBuf};

/// The notebook among `files` that is meant by `name`; `None` if it is none of them, or several.
pub(super) fn find<'a>(name: &str, files: &'a [PathBuf]) -> Option<&'a Path> {
    let wanted = stem(Path::new(name));
    let ways: [&dyn Fn(&str) -> bool; 3] = [
        &|stem| stem == wanted,
        &|stem| title(stem) == wanted,
        &|stem| number(stem).is_some_and(|number| wanted.parse() == Ok(number)),
    ];
    ways.into_iter().find_map(|is_meant| {
        let mut meant = notebooks(files).filter(|path| is_meant(&stem(path)));
        meant.next().filter(|_| meant.next().is_none())
    })
}

/// The notebooks among `files`.
pub(super) fn notebooks(files: &[PathBuf]) -> impl Iterator<Item = &Path> {
    files
        .iter()
        .map(PathBuf::as_path)
        .filter(|path| is_notebook(path))
}

/// Whether the name is one of a notebook.
pub(super) fn is_notebook(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "ipynb")
}

/// The name without `.ipynb`; other endings belong to it.
pub(super) fn stem(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.strip_suffix(".ipynb").unwrap_or(&name).to_owned()
}

/// `moving_data` of `04_moving_data`.
fn title(stem: &str) -> &str {
    stem.trim_start_matches(|letter: char| letter.is_ascii_digit())
        .trim_start_matches(['_', '-', ' '])
}

/// 4 of `04_moving_data`.
fn number(stem: &str) -> Option<u32> {
    let digits = stem.find(|letter: char| !letter.is_ascii_digit());
    stem[..digits.unwrap_or(stem.len())].parse().ok()
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::find;

    #[test]
    fn notebooks_are_found_as_people_name_them() {
        let files: Vec<PathBuf> = [
            "00_start_here.ipynb",
            "04_moving_data.ipynb",
            "10_choosing.ipynb",
            "evcxr.toml",
            "extra/one.ipynb",
            "extra/x_one.ipynb",
            "other/x_one.ipynb",
        ]
        .map(PathBuf::from)
        .to_vec();
        let table = [
            ("04_moving_data", Some("04_moving_data.ipynb")),
            ("04_moving_data.ipynb", Some("04_moving_data.ipynb")),
            (
                "my/notebooks/04_moving_data.ipynb",
                Some("04_moving_data.ipynb"),
            ),
            ("moving_data", Some("04_moving_data.ipynb")),
            ("moving_data.ipynb", Some("04_moving_data.ipynb")),
            ("04", Some("04_moving_data.ipynb")),
            ("4", Some("04_moving_data.ipynb")),
            ("0", Some("00_start_here.ipynb")),
            ("one", Some("extra/one.ipynb")),
            ("1", None),
            ("moving", None),
            ("evcxr.toml", None),
            ("x_one", None),
            ("", None),
        ];
        for (name, path) in table {
            assert_eq!(find(name, &files), path.map(Path::new), "{name:?}");
        }
    }
}
