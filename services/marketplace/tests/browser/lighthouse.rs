//! The categories of Lighthouse for public pages.

use testing::browser::lighthouse;

use crate::world::{Site, world};

/// The smallest score.
const SCORE_MIN: f64 = 0.95;

/// The category whose score depends on the load of the machine: it is printed.
const MEASURED: &str = "performance";

#[tokio::test]
async fn the_list_and_a_show_have_high_scores_in_every_category() {
    let world = world().await;
    let base = world.client(Site::Full).base().to_owned();
    for path in ["/", "/shows/{show}"] {
        let categories = lighthouse(&format!("{base}{}", world.path(path))).await;
        let names: Vec<&str> = categories.iter().map(|category| &*category.name).collect();
        for name in [MEASURED, "accessibility", "best-practices", "seo"] {
            assert!(names.contains(&name), "{path} has no category {name}: {names:?}");
        }
        for category in categories {
            println!("{path} {}: {}", category.name, category.score);
            let is_high = category.score >= SCORE_MIN || category.name == MEASURED;
            assert!(is_high, "{path}: {category:#?}");
        }
    }
}
