//! What `--help` says beyond the definition in `args`: the commands in groups, and examples of each.
//!
//! Tests hold both against the definition, and parse every example.

use super::args::Cli;
use clap::{Command, CommandFactory};
use std::fmt::Write;

/// The commands in the order in which a newsroom meets them.
const GROUPS: [(&str, &[&str]); 5] = [
    ("Start", &["init", "new", "import", "migrate"]),
    ("Look", &["serve", "theme"]),
    ("Build", &["build", "check", "why", "next-change"]),
    ("Publish", &["publish", "desk"]),
    ("Shell", &["schema", "completions", "man"]),
];

/// Each command with examples: what to type, and what it does.
const EXAMPLES: &[(&str, &[(&str, &str)])] = &[
    (
        "init",
        &[
            ("dateline init my-wire", "a site with the stories of an invented newsroom"),
            ("dateline init my-wire --empty", "a site without stories"),
        ],
    ),
    (
        "new",
        &[
            ("dateline new \"Port strike, day two\"", "starts a story of today"),
            ("dateline new \"Talks resume\" --category politics/elections", "the same in a section"),
        ],
    ),
    (
        "import",
        &[
            ("dateline import item.xml", "makes stories of the items in a file"),
            ("dateline import ./wire --dry-run", "reads a folder and says what would become of it"),
            ("dateline import --watch ./drop", "imports what comes into a folder, until stopped"),
            ("dateline import --watch", "the same for the drop folders of all sources"),
            ("dateline import ./wire --source dpa", "by what dateline.yaml knows of the source `dpa`"),
            ("dateline import --wxr export.xml", "imports a WordPress site"),
        ],
    ),
    (
        "migrate",
        &[
            ("dateline migrate hugo ../old-site --dry-run", "says what would become of a Hugo site"),
            ("dateline migrate jekyll ../blog", "imports a Jekyll site"),
            ("dateline migrate hugo ../old-site/content/news", "imports one folder"),
        ],
    ),
    (
        "serve",
        &[
            ("dateline serve --open", "the preview on this machine, in the browser"),
            ("dateline serve --host 0.0.0.0 --drafts", "for other machines too, with drafts"),
        ],
    ),
    (
        "theme",
        &[("dateline theme new evening", "makes a theme in themes/evening"), ("dateline theme check", "tries it")],
    ),
    (
        "theme new",
        &[
            ("dateline theme new evening", "a theme that extends the built-in default"),
            ("dateline theme new small --extends archive", "one that extends another theme"),
        ],
    ),
    (
        "theme check",
        &[
            ("dateline theme check", "tries the theme of the settings"),
            ("dateline theme check evening --strict", "another, where warnings fail"),
        ],
    ),
    (
        "theme diff",
        &[
            ("dateline theme diff", "which pages differ from the last build"),
            ("dateline theme diff --json", "the same for a program"),
        ],
    ),
    (
        "build",
        &[
            ("dateline build", "what changed, into output/"),
            ("dateline build --now 2026-12-01T06:00:00Z --output ./december", "the site as it will stand then"),
            ("dateline build --strict --report build.json", "for a script: warnings fail, details as JSON"),
        ],
    ),
    (
        "check",
        &[
            ("dateline check", "finds what is wrong, writes nothing"),
            ("dateline check --leaks", "also searches the output for what must not be public"),
        ],
    ),
    (
        "why",
        &[
            ("dateline why /politics/", "why this page was made"),
            ("dateline why https://example.org/2026/11/23/", "the same by its full address"),
        ],
    ),
    (
        "next-change",
        &[
            ("dateline next-change", "when the clock next changes the site; exit code 0 means now"),
            ("dateline next-change --json", "the same for a program"),
        ],
    ),
    (
        "publish",
        &[
            ("dateline publish ./public/ --dry-run", "what would be sent to a folder"),
            ("dateline publish live", "sends what changed to the target `live` of the settings"),
            ("dateline publish live --rollback", "takes the last publish back; withdrawals stay"),
        ],
    ),
    (
        "desk",
        &[
            ("dateline desk --drop ./drop", "imports, builds and publishes what comes in, until stopped"),
            ("dateline desk --push 127.0.0.1:8300", "takes items by HTTP too: POST /push/SOURCE"),
            ("dateline desk --once", "the same for what lies there now, as for cron"),
        ],
    ),
    (
        "schema",
        &[
            ("dateline schema story", "the keys of front matter, for an editor"),
            ("dateline schema settings", "the settings in dateline.yaml"),
            ("dateline schema mapping", "the mapping of a source, for a format of its own"),
            ("dateline schema front", "a file of content/fronts/"),
        ],
    ),
    ("completions", &[("dateline completions bash", "prints the script; `zsh`, `fish` and others work the same way")]),
    ("man", &[("dateline man", "the page of the program"), ("dateline man build", "the page of one command")]),
];

/// The definition with all that help says.
pub(super) fn command() -> Command {
    let mut command = Cli::command();
    for (path, examples) in EXAMPLES {
        command = with_examples(command, path, &text(examples));
    }
    let template = format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n{}\n{}\n{{options}}\n\n{}",
        groups(&command),
        heading("Options of every command:"),
        "`dateline help COMMAND` explains a command and shows examples.\n"
    );
    command.help_template(template)
}

fn with_examples(command: Command, path: &str, text: &str) -> Command {
    let (first, rest) = path.split_once(' ').unwrap_or((path, ""));
    if command.find_subcommand(first).is_none() {
        // A command that this program was built without.
        return command;
    }
    command.mut_subcommand(first, |inner| {
        if rest.is_empty() { inner.after_help(text.to_string()) } else { with_examples(inner, rest, text) }
    })
}

fn text(examples: &[(&str, &str)]) -> String {
    let mut text = heading("Examples:");
    for (typed, does) in examples {
        let _ = write!(text, "\n  {typed}\n      {does}");
    }
    text
}

fn groups(command: &Command) -> String {
    let literal = clap::builder::Styles::styled();
    let literal = literal.get_literal();
    let mut text = String::new();
    for (name, commands) in GROUPS {
        let _ = write!(text, "\n{}\n", heading(&format!("{name}:")));
        for command in commands.iter().filter_map(|name| command.find_subcommand(name)) {
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            let _ = writeln!(text, "  {literal}{:<13}{literal:#}{about}", command.get_name());
        }
    }
    text
}

fn heading(text: &str) -> String {
    let styles = clap::builder::Styles::styled();
    let header = styles.get_header();
    format!("{header}{text}{header:#}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every command, as it is typed: `theme new`.
    fn names(command: &Command, before: &str) -> Vec<String> {
        let mut all = Vec::new();
        for inner in command.get_subcommands() {
            let name = format!("{before}{}", inner.get_name());
            all.extend(names(inner, &format!("{name} ")));
            all.push(name);
        }
        all
    }

    /// A command line cut into words; quotes hold words together.
    fn words(line: &str) -> Vec<String> {
        let quoted = line.split('"').enumerate();
        let cut = |(n, part): (usize, &str)| -> Vec<String> {
            if n % 2 == 1 { vec![part.to_string()] } else { part.split_whitespace().map(str::to_string).collect() }
        };
        quoted.flat_map(cut).collect()
    }

    #[test]
    fn every_command_has_examples_and_each_parses() {
        for name in names(&Cli::command(), "") {
            let examples = EXAMPLES.iter().find(|(path, _)| *path == name);
            assert!(examples.is_some_and(|(_, examples)| !examples.is_empty()), "`{name}` has no example");
        }
        for (path, examples) in EXAMPLES {
            for (typed, _) in *examples {
                assert!(typed.starts_with(&format!("dateline {path}")), "{typed}");
                let is_built = Cli::command().find_subcommand(path.split(' ').next().unwrap()).is_some();
                let parsed = command().try_get_matches_from(words(typed));
                assert!(!is_built || parsed.is_ok(), "{typed}: {}", parsed.unwrap_err());
            }
        }
    }

    #[test]
    fn each_help_shows_its_examples() {
        for (path, examples) in EXAMPLES {
            let line = format!("dateline {path} --help");
            let Err(help) = command().try_get_matches_from(line.split(' ')) else { panic!("{line}") };
            for (typed, does) in *examples {
                let help = help.to_string();
                assert!(help.contains(typed) && help.contains(does), "{help}");
            }
        }
    }

    #[test]
    fn every_command_is_in_one_group() {
        let mut grouped: Vec<&str> = GROUPS.iter().flat_map(|(_, commands)| commands.iter().copied()).collect();
        let mut defined: Vec<String> = Cli::command().get_subcommands().map(|c| c.get_name().to_string()).collect();
        if cfg!(not(feature = "serve")) {
            defined.push("serve".to_string());
        }
        grouped.sort_unstable();
        defined.sort_unstable();
        assert_eq!(grouped, defined);
        let Err(help) = command().try_get_matches_from(["dateline", "--help"]) else { panic!() };
        let help = help.to_string();
        for text in ["\nBuild:\n  build        Build the site", "\nOptions of every command:\n", "--version"] {
            assert!(help.contains(text), "{help}");
        }
    }
}
