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

use arguments::{Command, Surroundings};

fn main() -> ExitCode {
    let command = match arguments::read(&Surroundings::look()) {
        Ok(command) => command,
        Err(told) => told.exit(),
    };
    flow::hush_caught_panics();
    let done = match command {
        Command::Schema => commands::schema::run().map(|()| true),
        Command::Read(read) => match weights::load(read.model.as_deref()) {
            Ok(reader) => commands::read::run(read, reader),
            Err(lost) => {
                tell(&format!("{}: {}", lost.place, lost.why));
                Ok(false)
            }
        },
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        // Whoever read the output has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            tell(&format!("standard output: {}", input::reason(&error)));
            ExitCode::FAILURE
        }
    }
}

/// Says something on standard error. That nobody can see it is no reason to fail.
fn tell(what: &str) {
    let _ = writeln!(io::stderr(), "onrecord: {what}");
}
