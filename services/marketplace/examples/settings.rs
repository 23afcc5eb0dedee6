//! Prints a table of `docs/configuration.md`: the settings of every program, or those of some.
//!
//! `cargo xtask settings` writes both into the page.

use std::ffi::OsStr;
use std::fmt::Write as _;

use clap::Arg;
use marketplace::services::in_order;
use marketplace::settings::table;
use service::program;

/// A setting, and its default in each program that has it.
struct Setting {
    flag: String,
    variable: String,
    help: String,
    /// Program and default, in the order of the programs.
    defaults: Vec<(&'static str, String)>,
}

fn main() {
    let mut settings = Vec::new();
    add(&mut settings, "boxoffice", &table());
    for definition in in_order() {
        add(&mut settings, definition.name(), &program::table(definition));
    }
    let programs = in_order().count() + 1;
    let is_of_every = std::env::args().nth(1).is_some_and(|section| section == "every-program");
    settings.retain(|setting| (setting.defaults.len() == programs) == is_of_every);
    print!("{}", table_of(&settings, is_of_every));
}

/// Adds the settings of a program.
fn add(settings: &mut Vec<Setting>, program: &'static str, table: &[Arg]) {
    for arg in table {
        let flag = arg.get_long().unwrap_or_default().to_owned();
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        let default = arg.get_default_values().join(OsStr::new(","));
        let default = default.to_string_lossy();
        let default = if default.is_empty() { "none".to_owned() } else { format!("`{default}`") };
        let same = |known: &&mut Setting| known.flag == flag && known.help == help;
        if let Some(known) = settings.iter_mut().find(same) {
            known.defaults.push((program, default));
            continue;
        }
        let variable = arg.get_env().unwrap_or_default().to_string_lossy().into_owned();
        settings.push(Setting { flag, variable, help, defaults: vec![(program, default)] });
    }
}

/// A table; with the programs of each setting unless every program has it.
fn table_of(settings: &[Setting], is_of_every: bool) -> String {
    let (heading, rule) = if is_of_every { ("", "") } else { (" programs |", "---|") };
    let mut table =
        format!("\n| flag | environment | default |{heading} |\n|---|---|---|{rule}---|\n");
    for setting in settings {
        let Setting { flag, variable, help, .. } = setting;
        let programs: Vec<&str> = setting.defaults.iter().map(|(program, _)| *program).collect();
        let programs =
            if is_of_every { String::new() } else { format!(" {} |", programs.join(", ")) };
        let (defaults, help) = (defaults(setting), cell(help));
        let _ = writeln!(table, "| `--{flag}` | `{variable}` | {defaults} |{programs} {help} |");
    }
    table + "\n"
}

/// One default, or that of each program where they differ.
fn defaults(setting: &Setting) -> String {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for (program, default) in &setting.defaults {
        match groups.iter_mut().find(|(known, _)| known == default) {
            Some((_, programs)) => programs.push(program),
            None => groups.push((default, vec![program])),
        }
    }
    if let [(default, _)] = groups.as_slice() {
        return (*default).to_owned();
    }
    let group =
        |(default, programs): &(&str, Vec<&str>)| format!("{default} ({})", programs.join(", "));
    groups.iter().map(group).collect::<Vec<_>>().join(", ")
}

/// Text in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "\\<")
}
