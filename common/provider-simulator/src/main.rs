//! `provider-simulator`: the simulated payment provider, for local work.

use std::io::Write as _;
use std::net::TcpListener;
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use provider_simulator::http::{Deliveries, Options, Simulator, Webhook};
use sources::Clock;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let flags = command().get_matches();
    let level = flags.get_one::<tracing::Level>("log").copied();
    let logs = tracing_subscriber::fmt().with_target(false).with_writer(std::io::stderr);
    logs.with_max_level(level.unwrap_or(tracing::Level::INFO)).init();
    match serve(&flags).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "provider-simulator: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(flags: &ArgMatches) -> std::io::Result<()> {
    let host = flags.get_one::<String>("host").map_or("127.0.0.1", String::as_str);
    let port = flags.get_one::<u16>("port").copied().unwrap_or_default();
    let simulator = Simulator::start(TcpListener::bind((host, port))?, options(flags))?;
    let url = simulator.url();
    let mut out = std::io::stdout();
    writeln!(out, "the payment provider is simulated on {url}")?;
    writeln!(out, "its ledger: {url}_simulator/ledger")?;
    out.flush()?;
    tokio::select! {
        () = simulator.ended() => Err(std::io::Error::other("the server ended")),
        stopped = tokio::signal::ctrl_c() => stopped,
    }
}

fn options(flags: &ArgMatches) -> Options {
    let secrets = flags.get_many::<String>("webhook-secret").unwrap_or_default();
    let secrets = secrets.cloned().collect();
    let url = flags.get_one::<String>("webhook-url").cloned();
    Options {
        seed: flags.get_one("seed").copied().unwrap_or_default(),
        clock: Clock::System,
        webhook: url.map(|url| Webhook { url, secrets }),
        deliveries: Deliveries::Background,
        base: flags.get_one::<String>("base").map(|base| base.trim_end_matches('/').to_owned()),
    }
}

fn command() -> Command {
    let flag = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    let host = flag("host", "HOST", "Address to listen on").default_value("127.0.0.1");
    let port = flag("port", "PORT", "Port to listen on; 0 lets the system choose");
    let base = flag("base", "URL", "Base URL for browsers, if not the listening address");
    let url = flag("webhook-url", "URL", "URL that events are posted to");
    let secret = "Signing secret of events; repeat it while a secret is rotated";
    let secret = flag("webhook-secret", "SECRET", secret).action(ArgAction::Append);
    let seed = flag("seed", "NUMBER", "Seed of all random values").default_value("1");
    let log = flag("log", "LEVEL", "Log level: error, warn, info, debug or trace");
    Command::new("provider-simulator")
        .version(env!("CARGO_PKG_VERSION"))
        .about("A simulated payment provider for local work; moves no money and stores nothing")
        .args([host, port.default_value("12111").value_parser(value_parser!(u16)), base])
        .args([url.requires("webhook-secret"), secret.requires("webhook-url")])
        .arg(seed.value_parser(value_parser!(u64)))
        .arg(log.default_value("info").value_parser(value_parser!(tracing::Level)))
}
