//! Checks, the simulator, kills, mutants, pictures of pages, benchmarks.

use std::path::PathBuf;

use anyhow::{Context as _, ensure};
use clap::Args;

use super::generated;
use crate::comparison::Mode;
use crate::mutants::{self, Copy};
use crate::process::{call, run, run_all, shell};

/// The test that plays scripts of every kind; others play those of one kind.
const SIMULATION: &str = "the_invariants_hold_under_injected_faults";

/// The tests of the pages, and the one among them that takes pictures.
const BROWSER: &str = "cargo test --locked --package marketplace --test browser";
const GALLERY: &str = "gallery::gallery";

const KILLS: &str = "kills_of_services_database_and_broker_lose_no_acknowledged_result";

const CANCELLED_SHOW: &str = "a_cancelled_show_is_refunded_in_full_while_services_are_killed";

/// `NAME=value` for each variable with a value, as `env` reads it.
fn set<const N: usize>(variables: [(&str, Option<u64>); N]) -> String {
    let with_value = |(name, value): (&str, Option<u64>)| Some(format!("{name}={} ", value?));
    variables.into_iter().filter_map(with_value).collect()
}

/// The fast checks, the fastest first.
pub(super) fn check() -> anyhow::Result<()> {
    generated::checked([generated::rendered(Mode::Check)?])?;
    let checks = [
        "cargo fmt --all --check",
        "cargo clippy --locked --workspace --all-targets -- -D warnings",
        "cargo test --locked --package marketplace --test architecture --test documents",
    ];
    run_all(&shell()?, &checks)
}

#[derive(Args)]
pub(super) struct Simulate {
    /// The first script, or the only one without --seeds.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// The number of scripts.
    #[arg(long, value_name = "N")]
    seeds: Option<u64>,
    /// The test that plays them, as a failing one prints it; without it all of them.
    #[arg(long)]
    test: Option<String>,
}

impl Simulate {
    pub(super) fn run(self) -> anyhow::Result<()> {
        // One script is played by one test.
        let test = self.test.or_else(|| self.seeds.is_none().then(|| SIMULATION.to_owned()));
        let first = if self.seeds.is_some() { "FIRST_SEED" } else { "SIMULATION_SEED" };
        let seeds = set([(first, self.seed), ("SEEDS", self.seeds)]);
        let cargo = "cargo test --locked --profile simulation --package marketplace";
        let words = format!("env {seeds}{cargo} --test simulation");
        run(call(&shell()?, &words).args(test).args(["--", "--nocapture"]))
    }
}

#[derive(Args)]
pub(super) struct Kills {
    /// The number of kills; 8 without it.
    #[arg(long = "kills", value_name = "N")]
    count: Option<u64>,
    /// The seed of a run, as it prints it.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Instead, cancels a show with this number of paid orders and kills during the refunds.
    #[arg(long, value_name = "N")]
    orders: Option<u64>,
}

impl Kills {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let variables = [("KILLS", self.count), ("SEED", self.seed), ("ORDERS", self.orders)];
        let variables = set(variables);
        // Thousands of orders are sold first; an optimised program takes half of the time.
        let (test, profile) = match self.orders {
            Some(_) => (CANCELLED_SHOW, " --profile simulation"),
            None => (KILLS, ""),
        };
        // All packages: the programs of the services are built with it.
        let words = format!("env {variables}cargo test --locked --workspace{profile} --test kills");
        run(call(&shell()?, &words).args([test, "--", "--nocapture"]))
    }
}

#[derive(Args)]
pub(super) struct Mutants {
    /// The mutants that run; all without a name.
    name: Vec<String>,
    /// Checks that every patch applies, and runs none.
    #[arg(long)]
    apply_only: bool,
}

impl Mutants {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let tree = shell()?;
        let all = mutants::patches(&tree)?;
        for patch in &all {
            patch.apply(&tree, &["--check"])?;
        }
        println!("{} patches apply", all.len());
        if self.apply_only {
            return Ok(());
        }
        let find = |name: &String| {
            let found = all.iter().find(|patch| patch.name == *name);
            found.with_context(|| format!("no mutant is called {name}"))
        };
        let chosen: Vec<_> = match self.name.as_slice() {
            [] => all.iter().collect(),
            // In this order: those of one crate side by side compile the least.
            names => names.iter().map(find).collect::<Result<_, _>>()?,
        };
        let copy = Copy::of(&tree)?;
        let mut caught = 0;
        for patch in &chosen {
            caught += usize::from(mutants::run(&copy, patch)?);
        }
        println!("{caught} of {} caught", chosen.len());
        ensure!(caught == chosen.len(), "a mutant is not caught");
        Ok(())
    }
}

#[derive(Args)]
pub(super) struct Gallery {
    /// The directory of the pictures and of index.html, which shows them.
    #[arg(default_value = "target/gallery")]
    directory: PathBuf,
}

impl Gallery {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let tree = shell()?;
        let directory = tree.current_dir().join(&self.directory);
        let words = format!("{BROWSER} -- --ignored --exact {GALLERY}");
        run(call(&tree, &words).env("GALLERY", &directory))?;
        println!("{}", directory.join("index.html").display());
        Ok(())
    }
}

#[derive(Args)]
pub(super) struct Bench {
    /// bench/PROGRAM.py.
    #[arg(value_parser = ["expiry_lateness", "hoarders", "on_sale", "pairs", "smoke"])]
    program: String,
    /// Its arguments; --help lists them.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

impl Bench {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let program = format!("bench/{}.py", self.program);
        run(call(&shell()?, "python3").arg(program).args(self.arguments))
    }
}

#[cfg(test)]
mod named {
    use super::*;

    #[test]
    fn the_tests_that_commands_run_exist() {
        for (file, test) in [
            ("simulation/main", SIMULATION),
            ("kills/main", KILLS),
            ("kills/cancelled_show", CANCELLED_SHOW),
            ("browser/gallery", GALLERY.trim_start_matches("gallery::")),
        ] {
            let file = format!("services/marketplace/tests/{file}.rs");
            let source = shell().unwrap().read_file(&file).unwrap_or_default();
            assert!(source.contains(&format!("fn {test}()")), "{file} has no test {test}");
        }
    }
}
