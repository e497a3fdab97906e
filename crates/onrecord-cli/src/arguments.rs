//! The command line: as typed, then as meant.
//!
//! [`Typed`] mirrors what stands on the command line, and clap's help is made from it. [`Command`] is what it means in
//! the [`Surroundings`] that it was typed in; nothing after this file asks the environment anything.

use std::env;
use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::thread;

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;
use onrecord::record::{Act, Certainty};
use onrecord_intake::{Holds, Manners, UserAgent};
use onrecord_ledger::{Edit, Order, Parting, Query};

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Read reports.
    Read(Read),
    /// Read reports into a ledger.
    Add(Add),
    /// Find claims in a ledger.
    Search(Search),
    /// Show what a source has said.
    Source(Search),
    /// List the entities in a ledger.
    Entities(Entities),
    /// Show what became of a report.
    History(History),
    /// Read again what a ledger has.
    Reread(Reread),
    /// List the matters in a ledger.
    Claims(Claims),
    /// Show one matter.
    Claim(Claim),
    /// Say that two matters are one, or that claims make up one of their own.
    Rule(Rule),
    /// Correct a statement in a ledger.
    Correct(Correct),
    /// Take a correction back.
    Undo(Undo),
    /// List corrections.
    Corrections(Corrections),
    /// Export a ledger.
    Export(Export),
    /// Hold everything in a ledger against everything else in it.
    Verify(Verify),
    /// Answer assistants over standard input and output.
    Mcp(Mcp),
    /// Serve the desk: a ledger in a browser, and for programs.
    Serve(Serve),
    /// Print the record's JSON Schema.
    Schema,
}

/// The weights to read with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Weights {
    /// The embedded ones that read best.
    Accurate,
    /// The embedded ones that read many times as fast.
    Fast,
    /// Those in a file.
    File(PathBuf),
}

impl From<OsString> for Weights {
    fn from(typed: OsString) -> Weights {
        match typed.to_str() {
            Some("accurate") => Weights::Accurate,
            Some("fast") => Weights::Fast,
            _ => Weights::File(typed.into()),
        }
    }
}

/// What to read, and how.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    /// What to read.
    pub(crate) inputs: Inputs,
    /// How many reports are read at once.
    pub(crate) threads: NonZeroUsize,
    /// The weights to read with.
    pub(crate) model: Weights,
    /// Whether a line on standard error shows how far the reading has come.
    pub(crate) progress: bool,
    /// Whether the closing account is left out.
    pub(crate) quiet: bool,
}

/// What to read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Inputs {
    /// In this order.
    pub(crate) named: Vec<Input>,
    /// What every input holds; `None` to tell it from the name, else from the first bytes.
    pub(crate) holds: Option<Holds>,
    /// The day of publication of reports that come without one.
    pub(crate) published: Option<Date>,
    /// Whether pages are fetched that feeds in files only link to.
    pub(crate) follow: bool,
    /// How to fetch.
    pub(crate) manners: Manners,
}

/// What to read, and what to print of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Read {
    /// What to read.
    pub(crate) reading: Reading,
    /// What to print of each report.
    pub(crate) format: Format,
    /// Whether the terminal view has colours.
    pub(crate) color: bool,
    /// Columns of the terminal view.
    pub(crate) width: usize,
}

/// What to read into a ledger.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Add {
    /// What to read.
    pub(crate) reading: Reading,
    /// The ledger.
    pub(crate) ledger: PathBuf,
    /// Whether reports that are there are read again.
    pub(crate) again: bool,
}

/// What to find in a ledger, and how to print it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Search {
    /// The ledger.
    pub(crate) ledger: PathBuf,
    /// What to find.
    pub(crate) query: Query,
    /// How many results are printed at most.
    pub(crate) limit: usize,
    /// How they are printed.
    pub(crate) output: Output,
}

/// What is corrected.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Correct {
    /// The ledger.
    pub(crate) ledger: PathBuf,
    /// The statement's number.
    pub(crate) statement: i64,
    /// What is so instead.
    pub(crate) edits: Vec<Edit>,
    /// Who says so.
    pub(crate) person: String,
    /// Why.
    pub(crate) why: Option<String>,
}

/// What is taken back.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Undo {
    /// The ledger.
    pub(crate) ledger: PathBuf,
    /// Which correction.
    pub(crate) which: Undone,
}

/// What can be taken back, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Undone {
    /// A correction of a statement.
    Correction(i64),
    /// A merge or a split of matters.
    Ruling(i64),
    /// A merge or a split of entities.
    EntityRuling(i64),
}

/// Which entities are listed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entities {
    /// The ledger.
    pub(crate) ledger: PathBuf,
    /// Words of a name that they have.
    pub(crate) like: Option<String>,
    /// How many are printed at most.
    pub(crate) limit: usize,
    /// How they are printed.
    pub(crate) output: Output,
}

/// Of which report it is shown what became of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct History {
    /// The ledger.
    pub(crate) ledger: PathBuf,
    /// The report's number.
    pub(crate) report: i64,
    /// How it is printed.
    pub(crate) output: Output,
}

/// What is read again.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Reread {
    /// The ledger.
    pub(crate) ledger: PathBuf,
    /// The weights to read with.
    pub(crate) model: Weights,
    /// Whether reports are read again too that these weights have read.
    pub(crate) all: bool,
    /// How many reports are read at once.
    pub(crate) threads: NonZeroUsize,
    /// Whether a line on standard error shows how far the reading has come.
    pub(crate) progress: bool,
    /// Whether the closing account is left out.
    pub(crate) quiet: bool,
}

/// Which matters are listed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Claims {
    /// The ledger.
    pub(crate) ledger: PathBuf,
    /// By what they are sorted.
    pub(crate) order: Order,
    /// Only those in which claims contradict each other.
    pub(crate) disputed: bool,
    /// How many are printed at most.
    pub(crate) limit: usize,
    /// How they are printed.
    pub(crate) output: Output,
}

/// Which matter is shown.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Claim {
    /// The ledger.
    pub(crate) ledger: PathBuf,
    /// The matter's number.
    pub(crate) matter: i64,
    /// How it is printed.
    pub(crate) output: Output,
}

/// What a person says of matters or entities.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    /// The ledger.
    pub(crate) ledger: PathBuf,
    /// What is so.
    pub(crate) what: Ruling,
    /// Who says so.
    pub(crate) person: String,
    /// Why.
    pub(crate) why: Option<String>,
}

/// What is so of matters or entities.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ruling {
    /// The second matter is the first.
    Merge(i64, i64),
    /// These claims make up a matter of their own: each by its name in the ledger.
    Split(Vec<String>),
    /// The second entity is the first.
    MergeEntities(i64, i64),
    /// This part of the entity is another.
    SplitEntity(i64, Parting),
}

/// Whose corrections are listed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Corrections {
    /// The ledger.
    pub(crate) ledger: PathBuf,
}

/// What is exported, and where to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Export {
    /// The ledger.
    pub(crate) ledger: PathBuf,
    /// In which form.
    pub(crate) format: ExportFormat,
    /// The file, or the folder of formats that have many; standard output if there is none.
    pub(crate) output: Option<PathBuf>,
}

/// In which form a ledger is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// A record a line, as JSON
    Ndjson,
    /// A folder of tables
    Csv,
    /// A folder of the same tables as Parquet files
    Parquet,
    /// JSON-LD, an article a line: schema.org and W3C Web Annotations
    Jsonld,
    /// All matters as one JSON value: groups of claims, numbers, origins, contradictions
    Groups,
    /// A folder with a text and an annotation file a report, for the tool brat
    Brat,
}

/// How answers are printed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Output {
    /// In which form.
    pub(crate) format: Answer,
    /// Whether the table has colours.
    pub(crate) color: bool,
    /// Columns of the table.
    pub(crate) width: usize,
}

/// In which form answers are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Answer {
    /// For reading in a terminal
    Table,
    /// One JSON value
    Json,
    /// A row each, with a row of names above (RFC 4180)
    Csv,
}

/// What to verify.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Verify {
    /// The ledger.
    pub(crate) ledger: PathBuf,
    /// Whether a line on standard error shows how far it has come.
    pub(crate) progress: bool,
}

/// What assistants are answered from.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mcp {
    /// The ledger.
    pub(crate) ledger: PathBuf,
    /// The weights to read with.
    pub(crate) model: Weights,
}

/// What the desk is served from, and where.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Serve {
    /// The ledger.
    pub(crate) ledger: PathBuf,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// The word that a request must bring; there is one where it listens beyond this machine.
    pub(crate) token: Option<String>,
    /// The weights to read with.
    pub(crate) model: Weights,
    /// How what is at an address is fetched.
    pub(crate) manners: Manners,
    /// Who corrects, where a request does not say it.
    pub(crate) person: String,
}

/// Where reports come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    /// A file, or a folder of them.
    Path(PathBuf),
    /// Standard input.
    Stdin,
    /// An address of the web.
    Address(String),
}

/// What to print of each report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// The report with its attributions marked, then its statements as a table
    Text,
    /// Its record as JSON over many lines
    Json,
    /// Its record as JSON on one line
    Ndjson,
}

/// What of the process's surroundings bears on the meaning of a command line.
#[derive(Clone, Debug)]
pub(crate) struct Surroundings {
    /// Whether standard input is a terminal, so that nobody has piped anything in.
    pub(crate) stdin_is_terminal: bool,
    /// Whether standard output is a terminal.
    pub(crate) stdout_is_terminal: bool,
    /// Whether standard error is a terminal.
    pub(crate) stderr_is_terminal: bool,
    /// `NO_COLOR` is set to something (<https://no-color.org>).
    pub(crate) no_color: bool,
    /// `CLICOLOR_FORCE` is set to something but `0` (<https://bixense.com/clicolors/>).
    pub(crate) force_color: bool,
    /// `TERM` is `dumb`.
    pub(crate) dumb: bool,
    /// Columns of the terminal, if there is one.
    pub(crate) columns: Option<usize>,
    /// Processors that this process may use.
    pub(crate) cores: NonZeroUsize,
    /// `ONRECORD_LEDGER`, if it is set to something.
    pub(crate) ledger: Option<PathBuf>,
    /// `ONRECORD_TOKEN`, if it is set to something.
    pub(crate) token: Option<String>,
    /// The name of the user, if the system tells it.
    pub(crate) user: Option<String>,
}

impl Surroundings {
    /// Those of this process.
    pub(crate) fn look() -> Surroundings {
        let set = |name| env::var_os(name).filter(|value| !value.is_empty());
        Surroundings {
            stdin_is_terminal: io::stdin().is_terminal(),
            stdout_is_terminal: io::stdout().is_terminal(),
            stderr_is_terminal: io::stderr().is_terminal(),
            no_color: set("NO_COLOR").is_some(),
            force_color: set("CLICOLOR_FORCE").is_some_and(|value| value != "0"),
            dumb: set("TERM").is_some_and(|value| value == "dumb"),
            columns: terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)),
            cores: thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            ledger: set("ONRECORD_LEDGER").map(PathBuf::from),
            token: set("ONRECORD_TOKEN").and_then(|token| token.into_string().ok()),
            user: ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(set).and_then(|name| name.into_string().ok()),
        }
    }
}

/// Reads the command line of this process.
///
/// # Errors
/// What clap has to say: wrong usage, or the text of `--help` and `--version`, which it also hands over this way.
pub(crate) fn read(surroundings: &Surroundings) -> Result<Command, clap::Error> {
    Typed::try_parse()?.meant(surroundings)
}

/// Reads news reports and keeps the record: who said what, on whose word, when, where, to whom, how sure, and who
/// denies it.
#[derive(Debug, Parser)]
#[command(name = "onrecord", version, max_term_width = 100, after_help = EXAMPLES, arg_required_else_help = true)]
struct Typed {
    #[command(subcommand)]
    command: TypedCommand,
}

#[derive(Debug, Subcommand)]
enum TypedCommand {
    /// Read reports and print who said what
    ///
    /// Each report is printed with its sources, cues and contents marked, then its statements as a table. The order of
    /// the output is that of the input, whatever the number of threads.
    #[command(after_long_help = READ_MORE)]
    Read(TypedRead),
    /// Read reports into a ledger
    ///
    /// A ledger is one file that keeps every report with what was read in it. Adding is safe to repeat, and to stop at any
    /// moment: a report is in it whole or not at all, and only once. What is at an address that the ledger knows, and is
    /// not what was there, becomes the newest version of that report; the versions before are kept.
    #[command(after_long_help = ADD_MORE)]
    Add(TypedAdd),
    /// Find claims in a ledger: who said what, when
    ///
    /// The newest come first. "boat" finds "boats"; words in quotation marks must follow each other; harb* stands for all
    /// words that begin so.
    #[command(after_long_help = SEARCH_MORE)]
    Search(TypedSearch),
    /// Show everything that a source has said, denied and declined to say
    ///
    /// A person or a body is one under all the names and spellings that reports have for it. Where a name may mean several,
    /// they are listed with their ids instead (source e4). A name that nobody has, as an office, stands for all on whose word
    /// it is.
    Source(TypedSource),
    /// List persons and bodies: those in most reports first
    #[command(after_long_help = ENTITIES_MORE)]
    Entities(TypedEntities),
    /// Show the versions and the readings of a report, and what each changed
    History(TypedHistory),
    /// Read again everything that a ledger holds
    ///
    /// From the stored bytes, the newest version of each report. What another reader read before is kept (history), and
    /// corrections stay. It may be stopped at any moment, and goes on where it was.
    Reread(TypedReread),
    /// List the matters: what several reports claim, deny or doubt
    #[command(after_long_help = CLAIMS_MORE)]
    Claims(TypedClaims),
    /// Show one matter: who stands where, its figures over time, contradictions, origins
    Claim(TypedClaim),
    /// Say that two matters, or two entities, are one
    #[command(after_long_help = ENTITIES_MORE)]
    Merge(TypedMerge),
    /// Say that claims make up a matter of their own, or that part of an entity is another
    #[command(after_long_help = ENTITIES_MORE)]
    Split(TypedSplit),
    /// Correct what the machine made of a statement
    ///
    /// The record stays as it was read. A correction lies over it, with who made it, when and why; it outlives another
    /// reading, and can be taken back (undo). Searches and exports have what is so after all corrections.
    #[command(after_long_help = CORRECT_MORE)]
    Correct(TypedCorrect),
    /// Take a correction back
    Undo(TypedUndo),
    /// List the corrections in a ledger, with their numbers
    Corrections(TypedCorrections),
    /// Export a ledger in the forms of others
    ///
    /// The newest version of each report, after all corrections.
    Export(TypedExport),
    /// Hold everything in a ledger against everything else in it
    ///
    /// Every hash against its bytes, every piece of text against the words at its place in the report, every entry against
    /// the record that it comes from.
    Verify(TypedVerify),
    /// Serve assistants over standard input and output (Model Context Protocol)
    ///
    /// The tools search, source, matter and report answer from the ledger, each with the exact words, the report and the
    /// place in it; read reads a text or a page that is handed in, and keeps nothing. Nothing is ever written.
    #[command(after_long_help = MCP_MORE)]
    Mcp(TypedMcp),
    /// Serve the desk: read, compare and correct in a browser; an API for programs
    ///
    /// Prints its address, and answers until it is interrupted. Pages need no network. Each has its JSON at the same address with
    /// .json behind it; /api describes them. Reports are added by dropping files on the start page, by pasting a text, or
    /// by their address.
    #[command(after_long_help = SERVE_MORE)]
    Serve(TypedServe),
    /// Print the JSON Schema of the record that reading gives
    Schema,
}

#[derive(Debug, Args)]
struct TypedReading {
    /// Files, folders, addresses (https://…), or - for standard input
    ///
    /// A file is plain text, a web page, a feed (RSS, Atom, JSON Feed), a web archive (WARC), or NDJSON: a report a line,
    /// {"text" or "html", "id", "title", "published", "publisher", "byline", "url"}, all but the text optional. Gzip is read
    /// through. In folders and theirs the files that end in .txt, .html, .htm, .ndjson, .jsonl, .rss, .atom or .warc, with
    /// or without .gz, are read in the order of their names, and those in .xml or .json if they are feeds; hidden ones are
    /// passed over. At an address there may be any of these; what a feed there only links to is fetched. Without any INPUT,
    /// what is piped in is read.
    #[arg(value_name = "INPUT")]
    inputs: Vec<PathBuf>,

    /// The day of publication, YYYY-MM-DD
    ///
    /// "Wednesday" is reckoned from it. It stands above a date that the report bears itself, and below one that came
    /// with it in a line of NDJSON.
    #[arg(short, long, value_name = "DATE", value_parser = date)]
    published: Option<Date>,

    /// What the inputs hold
    ///
    /// auto tells it from the name, else from the first bytes.
    #[arg(short, long, value_enum, value_name = "KIND", default_value_t = TypedHolds::Auto)]
    input: TypedHolds,

    #[command(flatten)]
    fetching: TypedFetching,

    #[command(flatten)]
    work: TypedWork,
}

#[derive(Debug, Args)]
struct TypedFetching {
    /// Fetch the pages that a feed in a file only links to
    #[arg(long)]
    follow: bool,

    /// Fetch from private networks too: this machine, the office, what no outsider reaches
    #[arg(long)]
    allow_private: bool,

    /// Who asks, when pages are fetched: a name, and where you can be reached [default: onrecord and its version]
    #[arg(long, value_name = "NAME")]
    user_agent: Option<UserAgent>,
}

/// How reports are read, wherever they come from.
#[derive(Debug, Args)]
struct TypedWork {
    /// How many reports to read at once [default: one for each processor]
    #[arg(short = 'j', long, value_name = "N", value_parser = threads)]
    threads: Option<NonZeroUsize>,

    #[command(flatten)]
    model: TypedModel,

    /// Leave out progress and closing account; what could not be read is still named
    #[arg(short, long)]
    quiet: bool,
}

#[derive(Debug, Args)]
struct TypedModel {
    /// The weights to read with: accurate, fast, or those in a file
    ///
    /// fast is for archives: it reads many times as many reports a second, and finds a little less in each.
    #[arg(long, value_name = "accurate|fast|PATH", default_value = "accurate", value_parser = OsStringValueParser::new().map(Weights::from))]
    model: Weights,
}

#[derive(Debug, Args)]
struct TypedRead {
    #[command(flatten)]
    reading: TypedReading,

    /// What to print
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = Format::Text)]
    format: Format,

    #[command(flatten)]
    look: TypedLook,
}

#[derive(Debug, Args)]
struct TypedAdd {
    #[command(flatten)]
    reading: TypedReading,

    #[command(flatten)]
    ledger: TypedLedger,

    /// Read again what the ledger has; a person's corrections stay
    #[arg(long)]
    again: bool,
}

#[derive(Debug, Args)]
struct TypedVerify {
    #[command(flatten)]
    ledger: TypedLedger,
}

#[derive(Debug, Args)]
struct TypedMcp {
    #[command(flatten)]
    model: TypedModel,

    #[command(flatten)]
    ledger: TypedLedger,
}

#[derive(Debug, Args)]
struct TypedServe {
    #[command(flatten)]
    model: TypedModel,

    #[command(flatten)]
    ledger: TypedLedger,

    /// Where to listen
    ///
    /// On another address than this machine's own, a token is needed; what is sent can be read on the way, unless
    /// something in between encrypts it. Port 0 is any that is free.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:7333")]
    address: SocketAddr,

    /// A word that every request must bring
    ///
    /// At least 16 letters, digits or -._~. Given by ONRECORD_TOKEN, it does not show in lists of processes.
    #[arg(long, value_name = "WORD", value_parser = token)]
    token: Option<String>,

    /// Fetch from private addresses too, which pages on this machine and in its network have
    #[arg(long)]
    allow_private: bool,

    /// Who corrects, where nobody says it [default: the user's name]
    #[arg(long = "as", value_name = "NAME")]
    person: Option<String>,
}

#[derive(Debug, Args)]
struct TypedSearch {
    /// Words that the claim has; without any, all claims that the options let through
    #[arg(value_name = "WORDS")]
    words: Vec<String>,

    /// On whose word: a name or an office, or part of one
    #[arg(long, value_name = "NAME")]
    by: Option<String>,

    #[command(flatten)]
    narrowing: TypedNarrowing,
}

#[derive(Debug, Args)]
struct TypedSource {
    /// A name or an office, or part of one
    #[arg(value_name = "NAME", required = true)]
    name: Vec<String>,

    #[command(flatten)]
    narrowing: TypedNarrowing,
}

#[derive(Debug, Args)]
struct TypedEntities {
    /// Only those of whose name these words are, however they spell it
    #[arg(long, value_name = "NAME")]
    like: Option<String>,

    #[command(flatten)]
    listing: TypedListing,
}

#[derive(Debug, Args)]
struct TypedHistory {
    /// The report, as search prints it: d7
    #[arg(value_name = "REPORT", value_parser = report)]
    report: i64,

    #[command(flatten)]
    output: TypedOutput,

    #[command(flatten)]
    ledger: TypedLedger,
}

#[derive(Debug, Args)]
struct TypedReread {
    /// Also what the same version of the program has read with these weights
    #[arg(long)]
    all: bool,

    #[command(flatten)]
    work: TypedWork,

    #[command(flatten)]
    ledger: TypedLedger,
}

/// A matter or an entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subject {
    Matter(i64),
    Entity(i64),
}

#[derive(Debug, Args)]
struct TypedCorrect {
    /// The statement, s17, or one of its claims, s17.2, as search prints them
    #[arg(value_name = "STATEMENT", value_parser = target)]
    statement: (i64, Option<u32>),

    /// What is done in saying it: an act, or none
    #[arg(long, value_name = "ACT", value_parser = act_or_none)]
    act: Option<Change<Act>>,

    /// On whose word it rests; repeat it for a chain, who tells us first
    #[arg(long, value_name = "NAME")]
    source: Vec<String>,

    /// How sure the source is of the claim: a value, or none
    #[arg(long, value_name = "VALUE", value_parser = certainty_or_none)]
    certainty: Option<Change<Certainty>>,

    /// It is no statement at all
    #[arg(long, conflicts_with_all = ["act", "source", "certainty"])]
    strike: bool,

    #[command(flatten)]
    ruling: TypedRuling,
}

/// What is so instead; `None` for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Change<T>(Option<T>);

#[derive(Debug, Args)]
struct TypedClaims {
    /// Only matters in which claims contradict each other
    #[arg(long)]
    disputed: bool,

    /// What comes first: those in most reports, with most independent origins, or of the latest day
    #[arg(long, value_enum, value_name = "BY", default_value_t = TypedOrder::Reports)]
    sort: TypedOrder,

    #[command(flatten)]
    listing: TypedListing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum TypedOrder {
    Reports,
    Origins,
    Newest,
}

#[derive(Debug, Args)]
struct TypedClaim {
    /// The matter, as claims prints it: C12
    #[arg(value_name = "MATTER", value_parser = matter)]
    matter: i64,

    #[command(flatten)]
    output: TypedOutput,

    #[command(flatten)]
    ledger: TypedLedger,
}

#[derive(Debug, Args)]
struct TypedMerge {
    /// The matter, C12, or the entity, e4, that stays
    #[arg(value_name = "ID", value_parser = subject)]
    into: Subject,

    /// The one that is the same
    #[arg(value_name = "OTHER", value_parser = subject)]
    from: Subject,

    #[command(flatten)]
    ruling: TypedRuling,
}

#[derive(Debug, Args)]
struct TypedSplit {
    /// The claims, as search prints them: s17.2, r88; or an entity, e4
    #[arg(value_name = "ID", required = true)]
    parts: Vec<String>,

    /// Of an entity: what this report says of it, d7
    #[arg(long = "report", value_name = "REPORT", value_parser = report)]
    reports: Vec<i64>,

    /// Of an entity: what reports say of it under this name, now and later
    #[arg(long = "name", value_name = "NAME")]
    names: Vec<String>,

    #[command(flatten)]
    ruling: TypedRuling,
}

#[derive(Debug, Args)]
struct TypedRuling {
    /// Why
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,

    /// Who says so [default: the name of the user]
    #[arg(long = "as", visible_alias = "person", value_name = "NAME")]
    person: Option<String>,

    #[command(flatten)]
    ledger: TypedLedger,
}

#[derive(Debug, Args)]
struct TypedUndo {
    /// The number of a correction, 3, or of a merge or a split of matters, m3, or of entities, n3
    #[arg(value_name = "N", value_parser = undone)]
    which: Undone,

    #[command(flatten)]
    ledger: TypedLedger,
}

#[derive(Debug, Args)]
struct TypedCorrections {
    #[command(flatten)]
    ledger: TypedLedger,
}

#[derive(Debug, Args)]
struct TypedExport {
    /// In which form
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = ExportFormat::Ndjson)]
    format: ExportFormat,

    /// The file to write, or the folder for csv, parquet and brat; else standard output
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,

    #[command(flatten)]
    ledger: TypedLedger,
}

#[derive(Debug, Args)]
struct TypedNarrowing {
    /// What is done in saying it: assert, confirm, deny, doubt, believe, intend, request, ask, accuse, support, oppose,
    /// decline
    #[arg(long, value_name = "ACT", value_parser = act)]
    act: Option<Act>,

    /// How sure the source is: CT+, PR+, PS+, CT-, PR-, PS-, U
    #[arg(long, value_name = "VALUE", value_parser = certainty)]
    certainty: Option<Certainty>,

    /// The paper that has it, or part of its name
    #[arg(long, value_name = "PAPER")]
    publisher: Option<String>,

    /// A place that the claim names
    #[arg(long, value_name = "PLACE")]
    place: Option<String>,

    /// A number that the claim gives, however it is written there
    #[arg(long, value_name = "NUMBER")]
    number: Option<String>,

    /// Only what papers say in their own voice
    #[arg(long)]
    own_voice: bool,

    /// Said on this day or later, YYYY-MM-DD
    #[arg(long, value_name = "DATE", value_parser = date)]
    since: Option<Date>,

    /// Said on this day or earlier, YYYY-MM-DD
    #[arg(long, value_name = "DATE", value_parser = date)]
    until: Option<Date>,

    #[command(flatten)]
    listing: TypedListing,
}

/// What a list is taken from, and how it is printed.
#[derive(Debug, Args)]
struct TypedListing {
    /// How many to print at most
    #[arg(short = 'n', long, value_name = "N", default_value_t = 20)]
    limit: usize,

    #[command(flatten)]
    output: TypedOutput,

    #[command(flatten)]
    ledger: TypedLedger,
}

#[derive(Debug, Args)]
struct TypedOutput {
    /// How to print it
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = Answer::Table)]
    format: Answer,

    #[command(flatten)]
    look: TypedLook,
}

#[derive(Debug, Args)]
struct TypedLook {
    /// When to use colours
    ///
    /// auto uses them on a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE=1 asks for them in pipes
    /// too.
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = When::Auto)]
    color: When,

    /// Columns of the text [default: those of the terminal, else 80]
    #[arg(short, long, value_name = "COLUMNS", value_parser = width)]
    width: Option<usize>,
}

#[derive(Debug, Args)]
struct TypedLedger {
    /// The ledger [default: that in ONRECORD_LEDGER, else onrecord.db]
    #[arg(short, long, value_name = "PATH")]
    ledger: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum TypedHolds {
    Auto,
    Text,
    Html,
    Ndjson,
    Feed,
    Warc,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum When {
    Auto,
    Always,
    Never,
}

// Lines of these are kept under 80 columns by hand: clap breaks only what is longer.
const EXAMPLES: &str = "\
Examples:
  onrecord read page.html                   the report and its statements
  onrecord read report.txt --format json    its record, as JSON
  onrecord read corpus.ndjson.gz folder/ -f ndjson > records.ndjson
  onrecord add corpus.ndjson.gz folder/     read them into ./onrecord.db
  onrecord add https://example.org/feed     the pages of a feed, too
  onrecord search bridge --act deny         who denies what of a bridge
  onrecord claims --disputed                what several reports claim, and do not agree on
  onrecord schema > record.schema.json

Exit status:
  0  everything was read
  1  something could not be read or written, or held no report in English
  2  wrong usage";

const READ_MORE: &str = "\
The text view:
  On a terminal, sources, cues and contents have a colour each; in a pipe,
  ‹source› _cue_ «content» mark them. The raised number after a source and
  before a content is the statement's in the table below the report.
  In the table A ← B is what A tells on the word of B, ✗ marks a denial, and ↳
  a statement within the words of another. CT+, PR+ and PS+: the source puts
  it as certain, probable, possible; CT-, PR-, PS-: that it is not so; U: it
  takes no position, as in questions and wishes.

Examples:
  onrecord read page.html
  onrecord read report.txt --published 2025-04-09 --format json
  onrecord read https://example.org/report
  onrecord read corpus.ndjson.gz folder/ --format ndjson > records.ndjson

Exit status:
  0  everything was read
  1  something could not be read or written, or held no report in English;
     standard error names it at the end
  2  wrong usage";

const SEARCH_MORE: &str = "\
Examples:
  onrecord search bridge cracks --act deny
  onrecord search '\"swing bridge\"' --by Quill --since 2024-05-01
  onrecord search --publisher Courier --own-voice --format csv

Exit status:
  0  something was found
  1  nothing was found, or the ledger cannot be read
  2  wrong usage";

const CLAIMS_MORE: &str = "\
Examples:
  onrecord claims --disputed
  onrecord claims --sort origins -n 50
  onrecord claim C12
  onrecord merge C12 C40 --why 'the same count'
  onrecord split s17.2 r88

Exit status:
  0  something was found
  1  nothing was found, or the ledger cannot be read
  2  wrong usage";

const CORRECT_MORE: &str = "\
Examples:
  onrecord correct s17 --act deny --why 'he rejects it'
  onrecord correct s17.2 --certainty PS+
  onrecord correct s40 --source Nordpress --source 'Ada Quill'
  onrecord corrections
  onrecord undo 3";

const ENTITIES_MORE: &str = "\
Examples:
  onrecord entities --like Zelensky
  onrecord source e4
  onrecord merge e4 e9 --why 'one man in two spellings'
  onrecord split e4 --report d7 --why 'his father'
  onrecord split e4 --name 'J. Smith'
  onrecord merge C12 C40 --why 'the same count'
  onrecord split s17.2 r88
  onrecord corrections
  onrecord undo n3";

const MCP_MORE: &str = "\
An assistant starts the program itself. Most take a configuration like this:
  {\"mcpServers\": {\"onrecord\":
    {\"command\": \"onrecord\", \"args\": [\"mcp\", \"--ledger\", \"/path/to/onrecord.db\"]}}}

Exit status:
  0  the assistant has hung up
  1  it was not understood, or the weights cannot be read
  2  wrong usage";

const SERVE_MORE: &str = "\
Examples:
  onrecord serve
  onrecord serve --ledger archive.db --address 127.0.0.1:8080
  ONRECORD_TOKEN=… onrecord serve --address 0.0.0.0:7333

Exit status:
  0  it was interrupted
  1  the ledger cannot be opened, or the address cannot be listened at
  2  wrong usage";

const ADD_MORE: &str = "\
Examples:
  onrecord add reports/ corpus.ndjson.gz
  onrecord add --ledger harbour.db page.html
  onrecord add https://example.org/report https://example.org/feed.xml
  onrecord add --follow saved-feed.xml crawl.warc.gz

Exit status:
  0  everything was read and is in the ledger
  1  something could not be read or written, or held no report in English;
     standard error names it at the end
  2  wrong usage";

/// More threads than this are a slip of the finger, and more than some systems give.
const MOST_THREADS: usize = 1024;

/// Fewer columns than this hold no table.
const NARROWEST: usize = 20;

impl Typed {
    fn meant(self, around: &Surroundings) -> Result<Command, clap::Error> {
        match self.command {
            TypedCommand::Schema => Ok(Command::Schema),
            TypedCommand::Read(typed) => typed.meant(around).map(Command::Read),
            TypedCommand::Add(typed) => typed.meant(around).map(Command::Add),
            TypedCommand::Search(typed) => {
                Ok(Command::Search(typed.narrowing.meant(typed.words.join(" "), typed.by, around)))
            }
            TypedCommand::Source(typed) => {
                Ok(Command::Source(typed.narrowing.meant(String::new(), Some(typed.name.join(" ")), around)))
            }
            TypedCommand::Entities(typed) => Ok(Command::Entities(Entities {
                ledger: typed.listing.ledger.meant(around),
                like: typed.like,
                limit: typed.listing.limit,
                output: typed.listing.output.meant(around),
            })),
            TypedCommand::History(typed) => Ok(Command::History(History {
                ledger: typed.ledger.meant(around),
                report: typed.report,
                output: typed.output.meant(around),
            })),
            TypedCommand::Reread(typed) => Ok(Command::Reread(Reread {
                ledger: typed.ledger.meant(around),
                model: typed.work.model.model,
                all: typed.all,
                threads: typed.work.threads.unwrap_or(around.cores),
                progress: around.stderr_is_terminal && !around.dumb && !typed.work.quiet,
                quiet: typed.work.quiet,
            })),
            TypedCommand::Correct(typed) => typed.meant(around).map(Command::Correct),
            TypedCommand::Undo(typed) => {
                Ok(Command::Undo(Undo { ledger: typed.ledger.meant(around), which: typed.which }))
            }
            TypedCommand::Claims(typed) => Ok(Command::Claims(Claims {
                ledger: typed.listing.ledger.meant(around),
                order: match typed.sort {
                    TypedOrder::Reports => Order::Reports,
                    TypedOrder::Origins => Order::Origins,
                    TypedOrder::Newest => Order::Newest,
                },
                disputed: typed.disputed,
                limit: typed.listing.limit,
                output: typed.listing.output.meant(around),
            })),
            TypedCommand::Claim(typed) => Ok(Command::Claim(Claim {
                ledger: typed.ledger.meant(around),
                matter: typed.matter,
                output: typed.output.meant(around),
            })),
            TypedCommand::Merge(typed) => {
                let what = match (typed.into, typed.from) {
                    (Subject::Matter(into), Subject::Matter(from)) => Ruling::Merge(into, from),
                    (Subject::Entity(into), Subject::Entity(from)) => Ruling::MergeEntities(into, from),
                    _ => {
                        let why = "a matter and an entity are never one";
                        return Err(Typed::command().error(clap::error::ErrorKind::ArgumentConflict, why));
                    }
                };
                typed.ruling.meant(what, around).map(Command::Rule)
            }
            TypedCommand::Split(typed) => typed.meant(around).map(Command::Rule),
            TypedCommand::Corrections(typed) => {
                Ok(Command::Corrections(Corrections { ledger: typed.ledger.meant(around) }))
            }
            TypedCommand::Mcp(typed) => {
                Ok(Command::Mcp(Mcp { ledger: typed.ledger.meant(around), model: typed.model.model }))
            }
            TypedCommand::Serve(typed) => typed.meant(around).map(Command::Serve),
            TypedCommand::Export(typed) => typed.meant(around).map(Command::Export),
            TypedCommand::Verify(typed) => Ok(Command::Verify(Verify {
                ledger: typed.ledger.meant(around),
                progress: around.stderr_is_terminal && !around.dumb,
            })),
        }
    }
}

impl TypedCorrect {
    fn meant(self, around: &Surroundings) -> Result<Correct, clap::Error> {
        let wrong = |kind, why: &str| Err(Typed::command().error(kind, why));
        let (statement, claim) = self.statement;
        let mut edits = Vec::new();
        edits.extend(self.act.map(|Change(act)| Edit::Act(act)));
        if !self.source.is_empty() {
            edits.push(Edit::Chain(self.source));
        }
        match (self.certainty, claim) {
            (Some(Change(certainty)), Some(claim)) => edits.push(Edit::Certainty(claim, certainty)),
            (Some(_), None) => {
                let why = "--certainty is of a claim: name it, as in s17.1";
                return wrong(clap::error::ErrorKind::MissingRequiredArgument, why);
            }
            (None, _) => {}
        }
        if self.strike {
            edits.push(Edit::Struck);
        }
        if edits.is_empty() {
            let why = "say what is so instead: --act, --source, --certainty or --strike";
            return wrong(clap::error::ErrorKind::MissingRequiredArgument, why);
        }
        let TypedRuling { why, person: named, ledger } = self.ruling;
        Ok(Correct { ledger: ledger.meant(around), statement, edits, person: person(named, around)?, why })
    }
}

impl TypedServe {
    fn meant(self, around: &Surroundings) -> Result<Serve, clap::Error> {
        let wrong = |why: &str| Typed::command().error(clap::error::ErrorKind::MissingRequiredArgument, why);
        let token = match self.token {
            None => around
                .token
                .as_deref()
                .map(token)
                .transpose()
                .map_err(|why| wrong(&format!("ONRECORD_TOKEN: {why}")))?,
            given => given,
        };
        if token.is_none() && !self.address.ip().is_loopback() {
            return Err(wrong("beyond this machine the desk needs a token: --token WORD, or ONRECORD_TOKEN"));
        }
        Ok(Serve {
            ledger: self.ledger.meant(around),
            address: self.address,
            token,
            model: self.model.model,
            manners: Manners { allow_private: self.allow_private, ..Manners::default() },
            person: self.person.or_else(|| around.user.clone()).unwrap_or_else(|| "somebody".to_owned()),
        })
    }
}

impl TypedRuling {
    fn meant(self, what: Ruling, around: &Surroundings) -> Result<Rule, clap::Error> {
        let person = person(self.person, around)?;
        Ok(Rule { ledger: self.ledger.meant(around), what, person, why: self.why })
    }
}

impl TypedSplit {
    fn meant(self, around: &Surroundings) -> Result<Rule, clap::Error> {
        let wrong = |why: &str| Err(Typed::command().error(clap::error::ErrorKind::ArgumentConflict, why));
        let parting = Parting { reports: self.reports, names: self.names };
        let whole = parting == Parting::default();
        let what = match (self.parts.as_slice(), subject(&self.parts[0])) {
            ([_], Ok(Subject::Entity(_))) if whole => return wrong("say which part: --report d7 or --name NAME"),
            ([_], Ok(Subject::Entity(entity))) => Ruling::SplitEntity(entity, parting),
            (_, Ok(Subject::Entity(_))) => return wrong("one entity is split at a time"),
            _ if !whole => return wrong("--report and --name are of an entity, e4"),
            _ => Ruling::Split(self.parts),
        };
        self.ruling.meant(what, around)
    }
}

/// Who says something: who is named, else the user.
fn person(named: Option<String>, around: &Surroundings) -> Result<String, clap::Error> {
    named.or_else(|| around.user.clone()).ok_or_else(|| {
        Typed::command().error(clap::error::ErrorKind::MissingRequiredArgument, "say who says so: --as NAME")
    })
}

impl TypedExport {
    fn meant(self, around: &Surroundings) -> Result<Export, clap::Error> {
        if self.output.is_none()
            && matches!(self.format, ExportFormat::Csv | ExportFormat::Parquet | ExportFormat::Brat)
        {
            return Err(Typed::command().error(
                clap::error::ErrorKind::MissingRequiredArgument,
                "this format has many files: name a folder with --output",
            ));
        }
        Ok(Export { ledger: self.ledger.meant(around), format: self.format, output: self.output })
    }
}

impl TypedLedger {
    fn meant(self, around: &Surroundings) -> PathBuf {
        self.ledger.or_else(|| around.ledger.clone()).unwrap_or_else(|| PathBuf::from("onrecord.db"))
    }
}

impl TypedAdd {
    fn meant(self, around: &Surroundings) -> Result<Add, clap::Error> {
        let (ledger, again) = (self.ledger.meant(around), self.again);
        // Standard output holds nothing that progress could disturb.
        let reading = self.reading.meant(&Surroundings { stdout_is_terminal: false, ..around.clone() })?;
        Ok(Add { reading, ledger, again })
    }
}

impl TypedRead {
    fn meant(self, around: &Surroundings) -> Result<Read, clap::Error> {
        Ok(Read {
            reading: self.reading.meant(around)?,
            format: self.format,
            color: self.look.color(around),
            width: self.look.width(around),
        })
    }
}

impl TypedLook {
    fn color(&self, around: &Surroundings) -> bool {
        match self.color {
            When::Always => true,
            When::Never => false,
            When::Auto if around.no_color => false,
            When::Auto => around.force_color || (around.stdout_is_terminal && !around.dumb),
        }
    }

    fn width(&self, around: &Surroundings) -> usize {
        self.width.or(around.columns).unwrap_or(80).max(NARROWEST)
    }
}

impl TypedOutput {
    fn meant(&self, around: &Surroundings) -> Output {
        Output { format: self.format, color: self.look.color(around), width: self.look.width(around) }
    }
}

impl TypedNarrowing {
    fn meant(self, words: String, by: Option<String>, around: &Surroundings) -> Search {
        Search {
            ledger: self.listing.ledger.meant(around),
            query: Query {
                words,
                by,
                publisher: self.publisher,
                act: self.act,
                certainty: self.certainty,
                place: self.place,
                number: self.number,
                own_voice: self.own_voice,
                since: self.since,
                until: self.until,
            },
            limit: self.listing.limit,
            output: self.listing.output.meant(around),
        }
    }
}

impl TypedReading {
    fn meant(self, around: &Surroundings) -> Result<Reading, clap::Error> {
        if self.inputs.is_empty() && around.stdin_is_terminal {
            return Err(Typed::command().error(
                clap::error::ErrorKind::MissingRequiredArgument,
                "nothing to read: name a file or a folder, or pipe a report in",
            ));
        }
        let mut named: Vec<Input> = self
            .inputs
            .into_iter()
            .map(|path| match path.to_str() {
                Some("-") => Input::Stdin,
                Some(address) if address.contains("://") => Input::Address(address.to_owned()),
                _ => Input::Path(path),
            })
            .collect();
        if named.is_empty() {
            named.push(Input::Stdin);
        }
        if named.iter().filter(|&input| *input == Input::Stdin).count() > 1 {
            return Err(Typed::command()
                .error(clap::error::ErrorKind::ArgumentConflict, "standard input (-) can be read only once"));
        }
        let TypedFetching { follow, allow_private, user_agent } = self.fetching;
        let user_agent = user_agent.unwrap_or_default();
        Ok(Reading {
            inputs: Inputs {
                named,
                holds: match self.input {
                    TypedHolds::Auto => None,
                    TypedHolds::Text => Some(Holds::Text),
                    TypedHolds::Html => Some(Holds::Html),
                    TypedHolds::Ndjson => Some(Holds::Ndjson),
                    TypedHolds::Feed => Some(Holds::Feed),
                    TypedHolds::Warc => Some(Holds::Warc),
                },
                published: self.published,
                follow,
                manners: Manners { user_agent, allow_private, ..Manners::default() },
            },
            threads: self.work.threads.unwrap_or(around.cores),
            model: self.work.model.model,
            // Where the records themselves run over the same terminal, they are the progress.
            progress: around.stderr_is_terminal && !around.stdout_is_terminal && !around.dumb && !self.work.quiet,
            quiet: self.work.quiet,
        })
    }
}

fn date(typed: &str) -> Result<Date, String> {
    let well_formed = typed.len() == 10 && typed.bytes().filter(|&byte| byte == b'-').count() == 2;
    typed.parse().ok().filter(|_| well_formed).ok_or_else(|| "a day is written YYYY-MM-DD, as in 2025-04-09".to_owned())
}

/// A word that is hard to guess, and that stands unchanged in an address and in a header.
fn token(typed: &str) -> Result<String, String> {
    let plain = typed.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte));
    let well_formed = typed.len() >= 16 && plain;
    well_formed.then(|| typed.to_owned()).ok_or_else(|| "a token has at least 16 letters, digits or -._~".to_owned())
}

/// The number of a matter.
pub(crate) fn matter(typed: &str) -> Result<i64, String> {
    let number = typed.strip_prefix(['C', 'c']).and_then(|number| number.parse().ok());
    number.ok_or_else(|| "a matter is written C12".to_owned())
}

fn subject(typed: &str) -> Result<Subject, String> {
    if let Some(entity) = typed.strip_prefix('e').and_then(|number| number.parse().ok()) {
        return Ok(Subject::Entity(entity));
    }
    matter(typed).map(Subject::Matter).map_err(|_| "a matter is written C12, an entity e4".to_owned())
}

fn report(typed: &str) -> Result<i64, String> {
    let number = typed.strip_prefix('d').and_then(|number| number.parse().ok());
    number.ok_or_else(|| "a report is written d7".to_owned())
}

fn undone(typed: &str) -> Result<Undone, String> {
    let undone = match (typed.strip_prefix('m'), typed.strip_prefix('n')) {
        (Some(ruling), _) => ruling.parse().map(Undone::Ruling),
        (_, Some(ruling)) => ruling.parse().map(Undone::EntityRuling),
        (None, None) => typed.parse().map(Undone::Correction),
    };
    undone.map_err(|_| "a correction is written 3, a merge or a split m3 or n3".to_owned())
}

/// A statement's number, and perhaps that of a claim in it.
fn target(typed: &str) -> Result<(i64, Option<u32>), String> {
    let wrong = || "a statement is written s17, a claim of it s17.2".to_owned();
    let numbers = typed.strip_prefix('s').ok_or_else(wrong)?;
    let (statement, claim) = match numbers.split_once('.') {
        Some((statement, claim)) => (statement, Some(claim.parse().map_err(|_| wrong())?)),
        None => (numbers, None),
    };
    Ok((statement.parse().map_err(|_| wrong())?, claim))
}

fn act_or_none(typed: &str) -> Result<Change<Act>, String> {
    if typed == "none" { Ok(Change(None)) } else { act(typed).map(|act| Change(Some(act))) }
}

fn certainty_or_none(typed: &str) -> Result<Change<Certainty>, String> {
    if typed == "none" { Ok(Change(None)) } else { certainty(typed).map(|it| Change(Some(it))) }
}

fn act(typed: &str) -> Result<Act, String> {
    serde_json::from_value(typed.into()).map_err(|_| "no act has this name; --help lists them".to_owned())
}

fn certainty(typed: &str) -> Result<Certainty, String> {
    serde_json::from_value(typed.to_ascii_uppercase().into())
        .map_err(|_| "one of CT+, PR+, PS+, CT-, PR-, PS-, U is wanted".to_owned())
}

fn threads(typed: &str) -> Result<NonZeroUsize, String> {
    typed
        .parse()
        .ok()
        .filter(|threads: &NonZeroUsize| threads.get() <= MOST_THREADS)
        .ok_or_else(|| format!("a number from 1 to {MOST_THREADS} is wanted"))
}

fn width(typed: &str) -> Result<usize, String> {
    typed
        .parse()
        .ok()
        .filter(|columns| (NARROWEST..=10_000).contains(columns))
        .ok_or_else(|| format!("a number from {NARROWEST} to 10000 is wanted"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pipe() -> Surroundings {
        Surroundings {
            stdin_is_terminal: false,
            stdout_is_terminal: false,
            stderr_is_terminal: false,
            no_color: false,
            force_color: false,
            dumb: false,
            columns: None,
            cores: NonZeroUsize::new(3).unwrap(),
            ledger: None,
            user: None,
            token: None,
        }
    }

    fn terminal() -> Surroundings {
        Surroundings {
            stdin_is_terminal: true,
            stdout_is_terminal: true,
            stderr_is_terminal: true,
            columns: Some(132),
            ..pipe()
        }
    }

    fn meant(typed: &str, around: &Surroundings) -> Result<Read, clap::Error> {
        let words = ["onrecord", "read"].into_iter().chain(typed.split_whitespace());
        match Typed::try_parse_from(words)?.meant(around)? {
            Command::Read(read) => Ok(read),
            other => unreachable!("read was typed, not {other:?}"),
        }
    }

    fn refused(typed: &str, around: &Surroundings, why: &str) {
        let told = meant(typed, around).unwrap_err().to_string();
        assert!(told.contains(why), "{typed:?} is told\n{told}");
    }

    #[test]
    fn clap_finds_no_fault_with_the_definitions() {
        Typed::command().debug_assert();
    }

    #[test]
    fn colours_follow_the_flag_then_the_environment_then_the_terminal() {
        let quiet_terminal = Surroundings { no_color: true, ..terminal() };
        let forced_pipe = Surroundings { force_color: true, ..pipe() };
        let forced_and_refused = Surroundings { no_color: true, force_color: true, ..pipe() };
        let dumb = Surroundings { dumb: true, ..terminal() };
        for (typed, around, colours) in [
            ("x", &terminal(), true),
            ("x", &pipe(), false),
            ("x", &quiet_terminal, false),
            ("x", &forced_pipe, true),
            ("x", &forced_and_refused, false),
            ("x", &dumb, false),
            ("x --color always", &pipe(), true),
            ("x --color=always", &quiet_terminal, true),
            ("x --color never", &forced_pipe, false),
        ] {
            assert_eq!(meant(typed, around).unwrap().color, colours, "{typed} in {around:?}");
        }
    }

    #[test]
    fn width_is_that_of_the_flag_then_of_the_terminal_then_80() {
        assert_eq!(meant("x", &terminal()).unwrap().width, 132);
        assert_eq!(meant("x", &pipe()).unwrap().width, 80);
        assert_eq!(meant("x --width 40", &terminal()).unwrap().width, 40);
        assert_eq!(meant("x", &Surroundings { columns: Some(5), ..terminal() }).unwrap().width, NARROWEST);
        refused("x --width 3", &pipe(), "from 20 to 10000");
        refused("x --width wide", &pipe(), "from 20 to 10000");
    }

    #[test]
    fn progress_is_shown_only_where_it_disturbs_nothing() {
        let redirected = Surroundings { stdout_is_terminal: false, ..terminal() };
        assert!(meant("x", &redirected).unwrap().reading.progress);
        assert!(!meant("x -q", &redirected).unwrap().reading.progress);
        assert!(!meant("x", &terminal()).unwrap().reading.progress);
        assert!(!meant("x", &pipe()).unwrap().reading.progress);
    }

    #[test]
    fn inputs() {
        let path = |path: &str| Input::Path(path.into());
        assert_eq!(meant("a.txt - b", &pipe()).unwrap().reading.inputs.named, [path("a.txt"), Input::Stdin, path("b")]);
        let address = Input::Address("https://courier.example/a".to_owned());
        assert_eq!(meant("https://courier.example/a", &pipe()).unwrap().reading.inputs.named, [address]);
        assert_eq!(meant("", &pipe()).unwrap().reading.inputs.named, [Input::Stdin]);
        refused("", &terminal(), "nothing to read");
        refused("- a -", &pipe(), "only once");
        assert_eq!(meant("x", &pipe()).unwrap().reading.inputs.holds, None);
        assert_eq!(meant("x -i ndjson", &pipe()).unwrap().reading.inputs.holds, Some(Holds::Ndjson));
        assert_eq!(meant("x", &pipe()).unwrap().reading.threads.get(), 3);
        for wrong in ["0", "-1", "1025", "many"] {
            refused(&format!("x --threads={wrong}"), &pipe(), "from 1 to 1024");
        }
    }

    #[test]
    fn the_ledger_is_that_of_the_flag_then_of_the_environment() {
        let ledger = |typed: &str, around: &Surroundings| {
            let words = ["onrecord"].into_iter().chain(typed.split_whitespace());
            match Typed::try_parse_from(words).unwrap().meant(around).unwrap() {
                Command::Add(add) => add.ledger,
                Command::Verify(verify) => verify.ledger,
                other => unreachable!("it was not typed: {other:?}"),
            }
        };
        let set = Surroundings { ledger: Some("set.db".into()), ..pipe() };
        for command in ["add x", "verify"] {
            assert_eq!(ledger(command, &pipe()), PathBuf::from("onrecord.db"));
            assert_eq!(ledger(command, &set), PathBuf::from("set.db"));
            assert_eq!(ledger(&format!("{command} -l given.db"), &set), PathBuf::from("given.db"));
        }
    }

    #[test]
    fn corrections_say_what_is_so_instead() {
        let correct = |typed: &str, around: &Surroundings| {
            let words = ["onrecord", "correct"].into_iter().chain(typed.split_whitespace());
            match Typed::try_parse_from(words)?.meant(around)? {
                Command::Correct(correct) => Ok((correct.statement, correct.edits, correct.person)),
                other => unreachable!("correct was typed, not {other:?}"),
            }
        };
        let ida = Surroundings { user: Some("ida".to_owned()), ..pipe() };
        let of = |edits: &[Edit]| (17, edits.to_vec(), "ida".to_owned());
        for (typed, edits) in [
            ("s17 --act deny", &[Edit::Act(Some(Act::Deny))][..]),
            ("s17 --act none", &[Edit::Act(None)]),
            ("s17.2 --certainty ps+", &[Edit::Certainty(2, Some(Certainty::Possible))]),
            ("s17 --source A --source B", &[Edit::Chain(vec!["A".to_owned(), "B".to_owned()])]),
            ("s17 --strike", &[Edit::Struck]),
        ] {
            assert_eq!(correct(typed, &ida).unwrap(), of(edits), "{typed}");
        }
        for (typed, around, why) in [
            ("s17", &ida, "--strike"),
            ("s17 --certainty U", &ida, "s17.1"),
            ("17 --strike", &ida, "s17"),
            ("s17 --act shout", &ida, "no act has this name"),
            ("s17 --strike --act deny", &ida, "cannot be used with"),
            ("s17 --strike", &pipe(), "--as NAME"),
        ] {
            let told: clap::Error = correct(typed, around).unwrap_err();
            assert!(told.to_string().contains(why), "{typed}: {told}");
        }
    }

    #[test]
    fn days_are_written_in_one_way() {
        let day = meant("x --published 2025-04-09", &pipe()).unwrap().reading.inputs.published;
        assert_eq!(day, Some(jiff::civil::date(2025, 4, 9)));
        for wrong in ["yesterday", "2025-4-9", "2025-02-30", "09/04/2025", "20250409", "2025-04-09T10:00"] {
            refused(&format!("x --published {wrong}"), &pipe(), "YYYY-MM-DD");
        }
    }
}
