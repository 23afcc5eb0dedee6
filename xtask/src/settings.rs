//! The tables of `docs/configuration.md`, from the `--help` of the programs: the one place where a
//! setting, its variable, its default and its meaning are declared together.

use std::path::Path;

use contract::catalogue::services;

use crate::Error;
use crate::comparison::{Files, read};
use crate::generate::sections;
use crate::process::Call;

/// The page.
const PAGE: &str = "docs/configuration.md";

/// The program with all services in one process.
const WHOLE: &str = "boxoffice";

/// A setting, and its default in each program that has it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Setting {
    flag: String,
    variable: String,
    help: String,
    /// Program and default, in the order of the programs.
    defaults: Vec<(String, String)>,
}

/// The page with its tables as the programs print them.
///
/// # Errors
/// [`Error`] if a program does not start, or the page has no such sections.
pub(crate) fn page(root: &Path) -> Result<Files, Error> {
    let call = |arguments: &str| {
        let call = "cargo run --locked --quiet --package marketplace -- ";
        Call::new(&format!("{call}{arguments} --help")).output()
    };
    let mut settings = Vec::new();
    add(&mut settings, WHOLE, &call("")?);
    for service in services::names() {
        add(&mut settings, service, &call(service)?);
    }
    let programs = services::names().count() + 1;
    let (every, some): (Vec<_>, Vec<_>) =
        settings.into_iter().partition(|setting| setting.defaults.len() == programs);
    let path = Path::new(PAGE);
    let text = read(&root.join(path))?.unwrap_or_default();
    let text = sections::replace(path, &text, "every-program", &every_table(&every))?;
    let text = sections::replace(path, &text, "some-programs", &some_table(&some))?;
    Ok(Files::from([(path.to_owned(), Some(text))]))
}

/// Adds the settings of a program.
fn add(settings: &mut Vec<Setting>, program: &str, help: &str) {
    for (flag, variable, default, help) in parse(help) {
        let own = (program.to_owned(), default);
        let same = |known: &&mut Setting| known.flag == flag && known.help == help;
        match settings.iter_mut().find(same) {
            Some(known) => known.defaults.push(own),
            None => settings.push(Setting { flag, variable, help, defaults: vec![own] }),
        }
    }
}

/// Flag, variable, default and help of each setting of a program's `--help`, whose lines are wrapped.
fn parse(help: &str) -> Vec<(String, String, String, String)> {
    let mut settings = Vec::new();
    let mut flag = None;
    let mut text: Vec<&str> = Vec::new();
    for word in help.split_whitespace() {
        if let Some(name) = word.strip_prefix("--") {
            flag = Some(name.to_owned());
            text.clear();
        } else {
            text.push(word);
        }
        let joined = text.join(" ");
        let Some((name, rest)) = flag.as_ref().zip(joined.strip_suffix(']')) else { continue };
        let Some((about, declared)) = rest.split_once(" [env: ") else { continue };
        let Some((variable, default)) = declared.split_once("] [default: ") else { continue };
        // The name of the value is not part of the text.
        let about = about.split_once("> ").map_or(about, |(_, about)| about);
        let default = if default == "none" { default.to_owned() } else { format!("`{default}`") };
        settings.push((name.clone(), variable.to_owned(), default, about.to_owned()));
        flag = None;
    }
    settings
}

/// The settings of every program.
fn every_table(settings: &[Setting]) -> String {
    let row = |setting: &Setting| {
        let Setting { flag, variable, help, .. } = setting;
        format!("| `--{flag}` | `{variable}` | {} | {} |\n", defaults(setting), cell(help))
    };
    let head = "\n| flag | environment | default | |\n|---|---|---|---|\n".to_owned();
    head + &settings.iter().map(row).collect::<String>() + "\n"
}

/// The settings of some programs.
fn some_table(settings: &[Setting]) -> String {
    let row = |setting: &Setting| {
        let Setting { flag, variable, help, .. } = setting;
        let programs: Vec<&str> =
            setting.defaults.iter().map(|(program, _)| program.as_str()).collect();
        let (programs, defaults) = (programs.join(", "), defaults(setting));
        format!("| `--{flag}` | `{variable}` | {defaults} | {programs} | {} |\n", cell(help))
    };
    let head =
        "\n| flag | environment | default | programs | |\n|---|---|---|---|---|\n".to_owned();
    head + &settings.iter().map(row).collect::<String>() + "\n"
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

#[cfg(test)]
mod tests {
    use super::*;

    const HELP: &str = "Usage: x\n\nOptions:\n      --port <PORT>\n          Port; 0 lets the\n          \
        system choose [env: PORT] [default: 3000]\n      --key <FILE>  A file [env: KEY] \
        [default: none]\n  -h, --help  Print help\n";

    #[test]
    fn settings_are_read_from_help_with_wrapped_lines() {
        let port = ("port", "PORT", "`3000`", "Port; 0 lets the system choose");
        let (flag, variable, default, help) = port;
        let read = parse(HELP);
        let first = read.first().cloned();
        let expected = (flag.to_owned(), variable.to_owned(), default.to_owned(), help.to_owned());
        assert_eq!(first, Some(expected));
    }

    #[test]
    fn a_setting_of_several_programs_is_one_row_with_its_defaults() {
        let mut settings = Vec::new();
        for (program, default) in [("boxoffice", "3000"), ("auth", "3001"), ("orders", "3000")] {
            add(&mut settings, program, &HELP.replace("3000", default));
        }
        let table = some_table(&settings);
        let row = "| `--port` | `PORT` | `3000` (boxoffice, orders), `3001` (auth) | boxoffice, auth, orders | Port";
        assert!(table.contains(row), "{table}");
    }
}
