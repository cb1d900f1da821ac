//! The pictures in the docs are those that the crate draws.

use std::fs;

#[path = "../../examples/gallery.rs"]
#[expect(
    dead_code,
    reason = "its `main` writes the gallery, which a test does not"
)]
mod example;

#[test]
fn every_picture_of_the_gallery_is_up_to_date() {
    let files = example::files();
    assert!(files.len() > 10, "only {} files", files.len());
    for (path, content) in files {
        let name = path.display();
        let saved = fs::read_to_string(&path).unwrap_or_else(|error| panic!("`{name}`: {error}"));
        assert!(
            saved == content,
            "`{name}` differs: run `cargo run --example gallery` and look at it"
        );
    }
}
