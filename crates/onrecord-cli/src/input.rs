//! What is named on the command line, gone through in order.

use std::io;
use std::ops::ControlFlow;

use onrecord_intake::{Fetcher, Options, Take};

use crate::arguments::{Input, Inputs};

/// Goes through all inputs in order.
pub(crate) fn all(inputs: &Inputs, take: Take<'_>) -> ControlFlow<()> {
    let fetcher = Fetcher::new(inputs.manners.clone());
    let follow = inputs.follow.then_some(&fetcher);
    let options = Options { holds: inputs.holds, published: inputs.published, follow };
    for input in &inputs.named {
        match input {
            Input::Stdin => onrecord_intake::bytes("stdin", "stdin", io::stdin().lock(), &options, take)?,
            Input::Path(path) => onrecord_intake::path(path, &options, take)?,
            Input::Address(url) => onrecord_intake::address(url, &fetcher, &options, take)?,
        }
    }
    ControlFlow::Continue(())
}
