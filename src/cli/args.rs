//! What can be typed: the one definition behind parsing, `--help`, completions and the man page.
//!
//! Nothing here is checked against a site or given a default that needs one; the commands do that.

use clap::{Args, ColorChoice, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
#[cfg(feature = "serve")]
use std::net::SocketAddr;
use std::path::PathBuf;

/// A static site generator for news-agency wire stories.
#[derive(Debug, Parser)]
#[command(name = "dateline", version, arg_required_else_help = true)]
pub(super) struct Cli {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// What every command takes.
#[derive(Args, Debug)]
pub(super) struct Common {
    /// The folder of the site
    #[arg(
        long,
        value_name = "DIR",
        default_value = ".",
        hide_default_value = true,
        global = true,
        help_heading = "Options of every command"
    )]
    pub(super) site: PathBuf,
    /// Say nothing but errors
    #[arg(long, short, global = true, help_heading = "Options of every command")]
    pub(super) quiet: bool,
    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true, help_heading = "Options of every command")]
    pub(super) color: ColorChoice,
    /// The program as it was called, to name commands by.
    #[arg(skip)]
    pub(super) program: String,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Build the site into its output folder
    Build(BuildArgs),
    /// Do everything that build does, but write nothing
    Check(CheckArgs),
    /// Say why a page was made, and whether the next build makes it again
    Why(WhyArgs),
    /// Say when the clock alone will next change the site
    NextChange(NextChangeArgs),
    /// Make a new site that builds at once
    Init(InitArgs),
    /// Start a story: write its front matter and print its path
    New(NewArgs),
    /// Make stories of wire copy: NewsML, NITF, ninjs, JSON of agencies, web feeds, IPTC 7901, ANPA 1312, mail, text
    ///
    /// Formats are told by the bytes of a file: NewsML-G2, NewsML 1, NITF, ninjs, AP Media API, dpa digitalwires, Reuters Connect, AFP Core
    /// API, JSON Feed, RSS, Atom, IPTC 7901, ANPA 1312, mail (RFC 5322) and text. `sources` in dateline.yaml says what is known of each
    /// feed: its drop folder, time zone, character set, section, trust, and the mapping of a format of its own. docs/wire.md has the details.
    Import(ImportArgs),
    /// Import the content of a Hugo, Jekyll, Zola or Eleventy site
    Migrate(MigrateArgs),
    /// Show the site in a browser, and every change as it is saved
    #[cfg(feature = "serve")]
    Serve(ServeArgs),
    /// Run a newsroom's site: import what comes in, build, publish, go by the clock
    ///
    /// Takes what comes into drop folders and what editors save in content/, builds, and publishes to the targets of dateline.yaml, until
    /// stopped. Each item has a line on standard output. docs/desk.md has the details.
    #[cfg(feature = "serve")]
    Desk(DeskArgs),
    /// Start a theme, check one, or see what an edit changes
    Theme {
        #[command(subcommand)]
        command: ThemeCommand,
    },
    /// Put the built site where it is hosted
    Publish(PublishArgs),
    /// Print the JSON Schema of a file that people write, for editors that complete and check it
    Schema {
        /// Of which file
        #[arg(value_enum)]
        file: SchemaOf,
    },
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page, of the program or of one command
    Man {
        /// The command
        command: Option<String>,
    },
}

/// The files that have a schema.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum SchemaOf {
    /// The front matter of a story
    Story,
    /// dateline.yaml
    Settings,
    /// content/categories.yaml
    Categories,
    /// The mapping of a source, for a format of its own
    Mapping,
    /// A file of content/fronts/
    Front,
}

/// Arguments of `build` and `check`.
#[derive(Args, Debug)]
pub(super) struct BuildArgs {
    #[command(flatten)]
    pub(super) read: ReadArgs,
    /// Threads to use; 0 is one for each core
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u16).range(..=1024))]
    pub(super) threads: u16,
    /// Write what was built and found to a JSON file
    #[arg(long, value_name = "FILE")]
    pub(super) report: Option<PathBuf>,
    /// Let warnings fail the run
    #[arg(long)]
    pub(super) strict: bool,
    /// Whether the stamp of a file (length, times, inode) may stand for what it holds
    #[arg(long, value_name = "WHETHER", value_enum, default_value_t = Trust::Yes)]
    pub(super) trust_mtime: Trust,
    /// Look at every file of the output, mend what is not as it was written, and search it for what is hidden
    #[arg(long)]
    pub(super) verify: bool,
    /// Search the output folder for anything of stories that are hidden or withdrawn
    #[arg(long)]
    pub(super) leaks: bool,
    /// Add the addresses that caches must forget to this file, instead of .dateline/purge-build.txt
    #[arg(long, value_name = "FILE")]
    pub(super) purge: Option<PathBuf>,
    /// Bring every file to the disk, so that even a loss of power leaves each whole
    #[arg(long)]
    pub(super) sync: bool,
}

/// Arguments of `check`.
#[derive(Args, Debug)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    pub(super) build: BuildArgs,
    #[command(flatten)]
    pub(super) moved: MovedArgs,
}

/// Arguments of `check --moved`.
#[derive(Args, Debug)]
pub(super) struct MovedArgs {
    /// Name only the addresses of the last build that lead nowhere now
    #[arg(long)]
    pub(super) moved: bool,
    /// With --moved: add the aliases that keep them to the stories' files
    #[arg(long, requires = "moved")]
    pub(super) fix: bool,
    /// With --moved: forget these addresses, or all of them
    #[arg(long, value_name = "ADDRESS", num_args = 0.., requires = "moved", conflicts_with = "fix")]
    pub(super) forget: Option<Vec<String>>,
}

/// Yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Trust {
    /// A file with the same stamp is not opened
    Yes,
    /// Every file is read and compared
    No,
}

/// Arguments of `why`.
#[derive(Args, Debug)]
pub(super) struct WhyArgs {
    /// The page: its path on the site or its full address
    pub(super) url: String,
    #[command(flatten)]
    pub(super) read: ReadArgs,
}

/// Arguments of `next-change`.
#[derive(Args, Debug)]
pub(super) struct NextChangeArgs {
    /// Answer in JSON
    #[arg(long)]
    pub(super) json: bool,
    #[command(flatten)]
    pub(super) read: ReadArgs,
}

/// Arguments of commands that read the site as a build would.
#[derive(Args, Debug)]
pub(super) struct ReadArgs {
    #[command(flatten)]
    pub(super) clock: ClockArgs,
    /// Show drafts too
    #[arg(long)]
    pub(super) drafts: bool,
    /// The site's address, instead of base_url in the settings
    #[arg(long, value_name = "URL")]
    pub(super) base_url: Option<String>,
    /// The output folder, instead of output/ in the site's folder
    #[arg(long, value_name = "DIR")]
    pub(super) output: Option<PathBuf>,
}

/// Arguments of `init`.
#[derive(Args, Debug)]
pub(super) struct InitArgs {
    /// The folder to make the site in
    pub(super) dir: PathBuf,
    /// Leave out the stories of the example newsroom
    #[arg(long)]
    pub(super) empty: bool,
    #[command(flatten)]
    pub(super) clock: ClockArgs,
}

/// Arguments of `new`.
#[derive(Args, Debug)]
pub(super) struct NewArgs {
    /// The story's headline
    pub(super) headline: String,
    /// The story's section, such as politics/elections
    #[arg(long, value_name = "CATEGORY")]
    pub(super) category: Option<String>,
    #[command(flatten)]
    pub(super) clock: ClockArgs,
}

/// Arguments of `import`.
#[derive(Args, Debug)]
pub(super) struct ImportArgs {
    /// Files or folders of wire copy; - is standard input
    #[arg(value_name = "PATH", required_unless_present_any = ["watch", "wxr"])]
    pub(super) paths: Vec<PathBuf>,
    /// Import a site from an export of WordPress (WXR): posts, pages, sections, authors, old addresses
    #[arg(long, value_name = "FILE", conflicts_with_all = ["paths", "watch", "copy", "date"])]
    pub(super) wxr: Option<PathBuf>,
    /// Read and report, write nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Print one JSON object for each file
    #[arg(long)]
    pub(super) json: bool,
    /// The day to assume for copy that names none
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(super) date: Option<String>,
    /// Take text as wire copy, though nothing in it shows that it is
    #[arg(long)]
    pub(super) copy: bool,
    /// The source of the copy, by its name in dateline.yaml
    #[arg(long, value_name = "NAME")]
    pub(super) source: Option<String>,
    /// Import what comes into a folder, or into those of all sources, until stopped; files go on to done/ or failed/ in it
    #[arg(long, value_name = "DIR", num_args = 0..=1, conflicts_with_all = ["dry_run", "paths"])]
    pub(super) watch: Option<Option<PathBuf>>,
    /// With --watch: stop when the folders are empty
    #[arg(long, requires = "watch")]
    pub(super) once: bool,
    #[command(flatten)]
    pub(super) clock: ClockArgs,
}

/// Arguments of `migrate`.
#[derive(Args, Debug)]
pub(super) struct MigrateArgs {
    /// What the old site was made with
    #[arg(value_enum)]
    pub(super) generator: OldGenerator,
    /// The old site's folder, or a folder of its content
    pub(super) from: PathBuf,
    /// Read and report, write nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    #[command(flatten)]
    pub(super) clock: ClockArgs,
}

/// A generator whose sites can be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum OldGenerator {
    Hugo,
    Jekyll,
    Zola,
    Eleventy,
}

/// The clock, for every command that needs one.
#[derive(Args, Debug)]
pub(super) struct ClockArgs {
    /// The time to go by (RFC 3339), instead of the machine's clock
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(super) now: Option<String>,
}

/// The commands for people who write themes.
#[derive(Debug, Subcommand)]
pub(super) enum ThemeCommand {
    /// Make themes/NAME, which extends another theme
    New {
        /// The theme's name
        name: String,
        /// The theme that it extends
        #[arg(long, value_name = "THEME", default_value = "default")]
        extends: String,
    },
    /// Test a theme with the stress stories: templates, missing blocks, unknown values, escaping, accessibility
    Check {
        /// The theme; the one in the settings if left out
        name: Option<String>,
        /// Let warnings fail the run
        #[arg(long)]
        strict: bool,
    },
    /// Show which pages an edit changes against the last build, grouped by the change
    Diff {
        #[command(flatten)]
        read: ReadArgs,
        /// Print groups as JSON
        #[arg(long)]
        json: bool,
    },
}

/// Arguments of `serve`.
#[cfg(feature = "serve")]
#[derive(Args, Debug)]
pub(super) struct ServeArgs {
    /// Open the front page in the browser
    #[arg(long)]
    pub(super) open: bool,
    /// The port to listen on; 0 lets the system choose [default: 8000, or one of the next that are free]
    #[arg(long, value_name = "PORT")]
    pub(super) port: Option<u16>,
    /// The address to listen on, or a name of this machine by which browsers may ask; others can reach it then
    #[arg(long, value_name = "HOST", default_value = "127.0.0.1")]
    pub(super) host: String,
    /// Show drafts too
    #[arg(long)]
    pub(super) drafts: bool,
    /// Look for changes once a second, where the system does not report them (network folders, some containers)
    #[arg(long)]
    pub(super) poll: bool,
    #[command(flatten)]
    pub(super) clock: ClockArgs,
}

/// Arguments of `desk`.
#[cfg(feature = "serve")]
#[derive(Args, Debug)]
pub(super) struct DeskArgs {
    /// A drop folder, besides those of the settings; may be given several times
    #[arg(long, value_name = "DIR")]
    pub(super) drop: Vec<PathBuf>,
    /// Listen for items that are sent by HTTP, as at 127.0.0.1:8300
    #[arg(long, value_name = "ADDRESS", conflicts_with = "once")]
    pub(super) push: Option<SocketAddr>,
    /// Stop when nothing waits, as for cron
    #[arg(long)]
    pub(super) once: bool,
    /// Look for changes once a second, where the system does not report them (network folders, some containers)
    #[arg(long)]
    pub(super) poll: bool,
}

/// Arguments of `publish`.
#[derive(Args, Debug)]
pub(super) struct PublishArgs {
    /// The target: its name in the settings, or an address
    pub(super) target: Option<String>,
    /// Show what would be done, and do nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Print the plan, or what was done, as JSON
    #[arg(long)]
    pub(super) json: bool,
    /// Compare with what the target really holds, and repair what differs
    #[arg(long, conflicts_with = "rollback")]
    pub(super) audit: bool,
    /// With --audit: delete files that dateline does not know
    #[arg(long, requires = "audit")]
    pub(super) prune: bool,
    /// Publish a build that had errors in content
    #[arg(long)]
    pub(super) allow_errors: bool,
    /// The share of the files that may be deleted at once, as in 5%
    #[arg(long, value_name = "SHARE")]
    pub(super) max_delete: Option<crate::config::publish::Percent>,
    /// Take the last N publishes back, or with 0 only one that was stopped; withdrawals stay
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "1")]
    pub(super) rollback: Option<u64>,
    /// Where to write the addresses to purge, instead of .dateline/purge.txt
    #[arg(long, value_name = "FILE")]
    pub(super) purge: Option<PathBuf>,
    /// Fetch every withdrawal and N other pages afterwards, until they show the new state
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "20", value_parser = clap::value_parser!(u16).range(1..=10_000))]
    pub(super) verify: Option<u16>,
    /// Write the files of a host, and keep its limits: netlify, cloudflare, github, gitlab, codeberg
    #[arg(long, value_name = "NAME")]
    pub(super) preset: Option<crate::config::publish::Preset>,
    /// Go on in the place of another publish that is dead
    #[arg(long)]
    pub(super) take_over: bool,
    /// The output folder, instead of output/ in the site's folder
    #[arg(long, value_name = "DIR")]
    pub(super) output: Option<PathBuf>,
    #[command(flatten)]
    pub(super) clock: ClockArgs,
}
