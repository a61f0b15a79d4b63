//! The command line: arguments in, exit code out.
//!
//! The only part of the crate that prints, and the only one that asks the machine for the time. Data goes to stdout, talk to
//! stderr. What can be typed is in `args`; one file a command says what it does; `show` turns diagnostics into text.

mod args;
mod build;
#[cfg(feature = "serve")]
mod desk;
mod help;
mod import;
mod init;
mod migrate;
mod moved;
mod new;
mod progress;
mod publish;
mod report;
#[cfg(feature = "serve")]
mod serve;
mod show;
mod theme;
mod why;

use crate::clock::{Timestamp, Zone};
use crate::config;
use crate::front;
use crate::parse::front_matter;
use args::{Cli, ClockArgs, Command, Common};
use clap::{ColorChoice, FromArgMatches};
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

/// Nothing to complain of.
const GOOD: u8 = 0;
/// Errors in content (or warnings under `--strict`); everything else was done.
const CONTENT_ERRORS: u8 = 1;
/// `next-change`: the next change lies ahead.
const AHEAD: u8 = 3;
/// `next-change`: the clock alone will not change the site.
const NEVER: u8 = 4;
/// The run could not go on: settings, theme, output folder, or the command line itself.
const CANNOT_GO_ON: u8 = 2;

/// Why a command stopped, for reasons that are not diagnostics of a site.
#[derive(Debug)]
struct Failure {
    message: String,
    hints: Vec<String>,
}

impl Failure {
    fn new(message: impl Into<String>) -> Failure {
        Failure { message: message.into(), hints: Vec::new() }
    }

    fn hint(mut self, hint: impl Into<String>) -> Failure {
        self.hints.push(hint.into());
        self
    }
}

/// Runs one command. The first argument is the program's own name, as in `std::env::args_os`.
///
/// Exit codes: 0 all is well; 1 errors in content, or warnings under `--strict`; 2 the run could not go on. `next-change` also
/// ends with 3 where the next change lies ahead, and with 4 where there is none.
pub fn run(args: impl Iterator<Item = OsString>) -> ExitCode {
    ExitCode::from(exit_code(args))
}

fn exit_code(args: impl Iterator<Item = OsString>) -> u8 {
    let mut args = args.peekable();
    let program = args.peek().map(|program| program.to_string_lossy().into_owned());
    let cli = match parse(args) {
        Ok(mut cli) => {
            cli.common.program = program.unwrap_or_default();
            cli
        }
        Err(error) => {
            // Nobody is left to report to when this fails.
            let _ = error.print();
            return usage_code(&error);
        }
    };
    match cli.common.color {
        ColorChoice::Auto => anstream::ColorChoice::Auto,
        ColorChoice::Always => anstream::ColorChoice::Always,
        ColorChoice::Never => anstream::ColorChoice::Never,
    }
    .write_global();
    execute(&cli).unwrap_or_else(|failure| {
        let _ = show::failure(&mut anstream::stderr().lock(), &failure.message, &failure.hints);
        CANNOT_GO_ON
    })
}

fn parse(args: impl Iterator<Item = impl Into<OsString> + Clone>) -> Result<Cli, clap::Error> {
    let mut command = help::command();
    let matches = command.try_get_matches_from_mut(args)?;
    Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
}

/// Help and version come as errors too, but are what was asked for.
fn usage_code(error: &clap::Error) -> u8 {
    if error.use_stderr() { CANNOT_GO_ON } else { GOOD }
}

fn execute(cli: &Cli) -> Result<u8, Failure> {
    let common = &cli.common;
    match &cli.command {
        Command::Build(args) => build::run(common, args, true),
        Command::Check(args) if args.moved.moved => moved::run(common, &args.build.read, &args.moved),
        Command::Check(args) => build::run(common, &args.build, false),
        Command::Why(args) => why::why(common, args),
        Command::NextChange(args) => why::next_change(common, args),
        Command::Init(args) => init::run(common, args),
        Command::New(args) => new::run(common, args),
        Command::Import(args) => import::run(common, args),
        Command::Migrate(args) => migrate::run(common, args),
        #[cfg(feature = "serve")]
        Command::Serve(args) => serve::run(common, args),
        #[cfg(feature = "serve")]
        Command::Desk(args) => desk::run(common, args),
        Command::Theme { command } => theme::run(common, command),
        Command::Publish(args) => publish::run(common, args),
        Command::Schema { file } => print(&schema(*file)?),
        Command::Completions { shell } => print(&completions(*shell)),
        Command::Man { command } => print(&manual(command.as_deref())?),
    }
}

/// A script for a shell; in memory, because clap_complete panics where the reader of a pipe has gone.
fn completions(shell: clap_complete::Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut help::command(), "dateline", &mut script);
    script
}

/// A schema as indented JSON.
fn schema(file: args::SchemaOf) -> Result<Vec<u8>, Failure> {
    let schema = match file {
        args::SchemaOf::Story => front_matter::schema(),
        args::SchemaOf::Settings => config::schema::settings(),
        args::SchemaOf::Categories => config::schema::sections(),
        args::SchemaOf::Mapping => config::schema::mapping(),
        args::SchemaOf::Front => front::schema::schema(),
    };
    let mut text = serde_json::to_vec_pretty(&schema)
        .map_err(|error| Failure::new(format!("cannot write the schema: {error}")))?;
    text.push(b'\n');
    Ok(text)
}

fn manual(name: Option<&str>) -> Result<Vec<u8>, Failure> {
    let mut program = help::command();
    // Gives each command the name that man looks it up by: `dateline-build`.
    program.build();
    let command = match name {
        None => program,
        Some(name) => program.find_subcommand(name).cloned().ok_or_else(|| {
            let names: Vec<&str> = program.get_subcommands().map(clap::Command::get_name).collect();
            Failure::new(format!("there is no command `{name}`")).hint(format!("the commands are {}", names.join(", ")))
        })?,
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(command)
        .render(&mut page)
        .map_err(|error| Failure::new(format!("cannot make the manual page: {error}")))?;
    Ok(page)
}

/// Writes data to stdout. A reader that has gone is not a failure: it had what it wanted.
fn print(bytes: &[u8]) -> Result<u8, Failure> {
    let mut out = anstream::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("cannot write to standard output: {error}")))
        }
        _ => Ok(GOOD),
    }
}

/// Writes a line to stderr that may be left out.
fn say(quiet: bool, text: &str) {
    if !quiet {
        let _ = writeln!(anstream::stderr(), "{text}");
    }
}

/// A command as it can be typed: this program as it was called, and the site if it was named.
fn typed(common: &Common, command: &str) -> String {
    // A program that was found by its name alone is found so again.
    let program = if common.program.contains(['/', '\\']) { common.program.as_str() } else { "dateline" };
    let mut line = format!("{} {command}", word(program));
    if common.site != Path::new(".") {
        line.push_str(&format!(" --site {}", word(&common.site.to_string_lossy())));
    }
    line
}

/// A word of a command line, in quotes where a shell would not take it as it stands.
fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+=:,@%".contains(c) || cfg!(windows) && c == '\\';
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_string();
    }
    let quoted = if cfg!(windows) { format!("\"{text}\"") } else { format!("'{}'", text.replace('\'', r"'\''")) };
    show::escape(&quoted)
}

/// The time a command goes by: `--now`, else the machine's clock.
fn clock(args: &ClockArgs, zone: &Zone) -> Result<Timestamp, Failure> {
    match &args.now {
        None => Ok(machine_clock()),
        Some(text) => zone
            .parse(text)
            .map_err(|fault| Failure::new(format!("invalid value '{text}' for '--now <TIME>': {fault}"))),
    }
}

/// The one place where the machine is asked for the time; everything further in gets it as an argument.
#[allow(clippy::disallowed_methods, reason = "the command line is where the clock comes in, once a run")]
fn machine_clock() -> Timestamp {
    // A clock before 1970 counts as 1970, and one beyond the range of jiff as the end of that range; neither stops the run.
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// The zone of the site's days; UTC where the settings cannot say (the build says why).
fn site_zone(site: &Path) -> Zone {
    crate::config::load(site).map_or_else(|_| Zone::utc(), |config| config.zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `exit_code` gives, without its words.
    fn code(args: &[&str]) -> u8 {
        match parse(std::iter::once("dateline").chain(args.iter().copied())) {
            Ok(cli) => execute(&cli).unwrap_or(CANNOT_GO_ON),
            Err(error) => usage_code(&error),
        }
    }

    #[test]
    fn the_definition_holds_together() {
        help::command().debug_assert();
    }

    #[test]
    fn bad_usage_is_exit_code_2() {
        for bad in [
            &[][..],
            &["publsh"],
            &["build", "--nowhere"],
            &["build", "--threads", "many"],
            &["build", "--threads", "100000"],
            &["build", "--color", "sometimes"],
            &["build", "--now", "soon"],
            &["build", "--now", "2026-02-30T00:00:00Z"],
            &["init"],
            &["new"],
            &["completions", "cmd.exe"],
            &["man", "publsh"],
        ] {
            assert_eq!(code(bad), CANNOT_GO_ON, "{bad:?}");
        }
    }

    #[test]
    fn help_is_no_error() {
        for good in [&["--help"][..], &["--version"], &["build", "--help"], &["help", "new"]] {
            assert_eq!(code(good), GOOD, "{good:?}");
        }
    }

    #[test]
    fn completions_and_manual_know_the_commands() {
        use clap_complete::Shell;
        for shell in [Shell::Bash, Shell::Elvish, Shell::Fish, Shell::PowerShell, Shell::Zsh] {
            let script = String::from_utf8(completions(shell)).unwrap();
            assert!(script.contains("check") && script.contains("base-url"), "{shell}");
        }
        let page = |name| String::from_utf8(manual(name).unwrap()).unwrap();
        assert!(page(None).contains(r"dateline\-build(1)"));
        assert!(page(Some("build")).contains(".TH dateline-build 1"), "{}", page(Some("build")));
        assert!(page(Some("build")).contains(r"\-\-base\-url"));
    }

    #[test]
    fn common_flags_stand_before_or_after_the_command() {
        for args in [["dateline", "--site", "x", "--quiet", "check"], ["dateline", "check", "--quiet", "--site", "x"]] {
            let cli = parse(args.into_iter()).unwrap();
            assert_eq!((cli.common.site.to_str(), cli.common.quiet), (Some("x"), true));
        }
    }

    #[test]
    fn a_command_is_typed_as_the_program_was_called() {
        let line = |program: &str, site: &str| {
            let common = Common { site: site.into(), quiet: true, color: ColorChoice::Never, program: program.into() };
            typed(&common, "serve --open")
        };
        assert_eq!(line("dateline", "."), "dateline serve --open");
        assert_eq!(line("", "my-wire"), "dateline serve --open --site my-wire");
        assert_eq!(line("target/release/dateline", "."), "target/release/dateline serve --open");
        if cfg!(unix) {
            assert_eq!(line("/o p/dateline", "it's\u{1b}"), r"'/o p/dateline' serve --open --site 'it'\''s\u{1b}'");
        }
    }

    #[test]
    fn the_machine_knows_a_plausible_time() {
        assert!(machine_clock() > Zone::utc().parse("2024-01-01").unwrap());
    }
}
