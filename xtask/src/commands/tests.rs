//! Checks, the simulator, kills, mutants, benchmarks.

use std::process::ExitCode;

use clap::Args;

use super::generated;
use crate::comparison::Mode;
use crate::mutants::{self, Copy};
use crate::process::{Call, run_all};
use crate::{Error, root};

/// The test that plays scripts of every kind; others play those of one kind.
const SIMULATION: &str = "the_invariants_hold_under_injected_faults";

/// The test that kills services, database and broker.
const KILLS: &str = "kills_of_services_database_and_broker_lose_no_acknowledged_result";

/// The tests that commands run by name, with their files.
pub const TESTS: &[(&str, &str)] = &[
    ("services/marketplace/tests/simulation/main.rs", SIMULATION),
    ("services/marketplace/tests/kills/main.rs", KILLS),
];

/// The fast checks, the fastest first.
pub(super) fn check() -> Result<ExitCode, Error> {
    let code = generated::rendered(Mode::Check)?;
    if code != ExitCode::SUCCESS {
        return Ok(code);
    }
    run_all(&[
        "cargo fmt --all --check",
        "cargo clippy --locked --workspace --all-targets -- -D warnings",
        "cargo test --locked --package marketplace --test architecture --test documents --test reference_pages",
    ])
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
    pub(super) fn run(self) -> Result<ExitCode, Error> {
        // One script is played by one test.
        let test = self.test.or_else(|| self.seeds.is_none().then(|| SIMULATION.to_owned()));
        let call =
            "cargo test --locked --profile simulation --package marketplace --test simulation";
        let call = Call::new(call).with(test).with(["--", "--nocapture"].map(str::to_owned));
        let call = match self.seeds {
            None => call.variable("SIMULATION_SEED", self.seed),
            Some(_) => call.variable("FIRST_SEED", self.seed).variable("SEEDS", self.seeds),
        };
        call.run()
    }
}

#[derive(Args)]
pub(super) struct Kills {
    /// The number of kills; 8 without it.
    #[arg(long, value_name = "N")]
    kills: Option<u64>,
    /// The seed of a run, as it prints it.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

impl Kills {
    pub(super) fn run(&self) -> Result<ExitCode, Error> {
        // All packages: the programs of the services are built with it.
        Call::new("cargo test --locked --workspace --test kills")
            .with([KILLS, "--", "--nocapture"].map(str::to_owned))
            .variable("KILLS", self.kills)
            .variable("SEED", self.seed)
            .run()
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
    pub(super) fn run(&self) -> Result<ExitCode, Error> {
        let all = mutants::patches(root())?;
        for patch in &all {
            patch.apply(root(), &["--check"])?;
        }
        println!("{} patches apply", all.len());
        if self.apply_only {
            return Ok(ExitCode::SUCCESS);
        }
        let find = |name: &String| {
            let unknown = || Error::Form(format!("no mutant is called {name}"));
            all.iter().find(|patch| patch.name == *name).ok_or_else(unknown)
        };
        let chosen: Vec<_> = match self.name.as_slice() {
            [] => all.iter().collect(),
            // In this order: those of one crate side by side compile the least.
            names => names.iter().map(find).collect::<Result<_, _>>()?,
        };
        let copy = Copy::of(root())?;
        let mut caught = 0;
        for patch in &chosen {
            caught += usize::from(mutants::run(&copy, patch)?);
        }
        println!("{caught} of {} caught", chosen.len());
        Ok(if caught == chosen.len() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
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
    pub(super) fn run(self) -> Result<ExitCode, Error> {
        let program = format!("bench/{}.py", self.program);
        Call::new("python3").with([program]).with(self.arguments).run()
    }
}
