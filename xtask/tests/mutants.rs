//! The patches of mutants.

use xtask::mutants::patches;
use xtask::root;

#[test]
fn every_patch_applies_and_names_its_mistake_and_its_checks() {
    let patches = patches(root()).unwrap();
    assert!(!patches.is_empty(), "no patches");
    for patch in patches {
        patch.apply(root(), &["--check"]).unwrap();
    }
}
