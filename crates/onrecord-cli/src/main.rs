//! The `onrecord` program: files in, records out. What it does with a report is the reader's doing; here is how reports
//! get in and records get out.

mod account;
mod arguments;
mod commands;
mod flow;
mod input;
mod progress;
mod view;
mod weights;

use std::io::{self, Write};
use std::process::ExitCode;

use arguments::{Command, Surroundings, Weights};
use onrecord::Reader;

/// Reading makes many short-lived strings on many threads; this took an eighth of the time that the system's own took.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let command = match arguments::read(&Surroundings::look()) {
        Ok(command) => command,
        Err(told) => told.exit(),
    };
    flow::hush_caught_panics();
    let done = match command {
        Command::Schema => commands::schema::run().map(|()| true),
        Command::Read(read) => with_reader(&read.reading.model.clone(), |reader| commands::read::run(read, reader)),
        Command::Reread(reread) => {
            with_reader(&reread.model.clone(), |reader| Ok(commands::reread::run(reread, reader)))
        }
        Command::Add(add) => with_reader(&add.reading.model.clone(), |reader| Ok(commands::add::run(add, reader))),
        Command::Search(search) => commands::search::run(&search),
        Command::Source(search) => commands::source::run(&search),
        Command::Entities(entities) => commands::entities::list(&entities),
        Command::History(history) => commands::history::run(&history),
        Command::Claims(claims) => commands::claims::list(&claims),
        Command::Claim(claim) => commands::claims::show(&claim),
        Command::Rule(rule) => commands::claims::rule(&rule),
        Command::Correct(correct) => commands::correct::correct(&correct),
        Command::Undo(undo) => commands::correct::undo(&undo),
        Command::Corrections(corrections) => commands::correct::list(&corrections),
        Command::Export(export) => commands::export::run(&export),
        Command::Mcp(mcp) => with_reader(&mcp.model.clone(), |reader| commands::mcp::run(mcp, reader)),
        Command::Serve(serve) => with_reader(&serve.model.clone(), |reader| commands::serve::run(serve, reader)),
        Command::Verify(verify) => commands::verify::run(&verify),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        // Whoever read the output has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            tell(&format!("standard output: {}", onrecord_intake::reason(&error)));
            ExitCode::FAILURE
        }
    }
}

fn with_reader(weights: &Weights, run: impl FnOnce(Reader) -> io::Result<bool>) -> io::Result<bool> {
    match weights::load(weights) {
        Ok(reader) => run(reader),
        Err(lost) => {
            tell(&lost.to_string());
            Ok(false)
        }
    }
}

/// Says something on standard error. That nobody can see it is no reason to fail.
fn tell(what: &str) {
    let _ = writeln!(io::stderr(), "onrecord: {what}");
}
