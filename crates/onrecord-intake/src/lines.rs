//! NDJSON: a report a line.

use std::io::{BufRead, Read};
use std::ops::ControlFlow;

use onrecord::article::{Form, MAX_BYTES, Origin};

use crate::open::{BYTE_ORDER_MARK, Opened};
use crate::unpack::Unpacked;
use crate::{Found, Item, Lost, Take};

/// Reads one line after the other. Empty lines hold nothing.
pub(crate) fn go_through(opened: &Opened<'_>, mut bytes: Unpacked<'_>, take: Take<'_>) -> ControlFlow<()> {
    // Its address is that of the whole, and of none of its reports.
    let origin = Origin { form: Form::Line, url: None, content_type: None, ..opened.origin.clone() };
    for number in 1_u64.. {
        let place = format!("{}:{number}", opened.place);
        let mut line = Vec::new();
        let read = bytes.by_ref().take(MAX_BYTES as u64 + 1).read_until(b'\n', &mut line);
        match read {
            Ok(0) => break,
            Ok(_) => {}
            Err(error) => {
                // Nothing can be read beyond it.
                return take(Item::Lost(Lost::new(place, bytes.why(&error))));
            }
        }
        if line.len() > MAX_BYTES {
            take(Item::Lost(Lost::new(place, format!("the line is longer than {} MiB", MAX_BYTES >> 20))))?;
            match bytes.skip_until(b'\n') {
                Ok(_) => continue,
                Err(_) => break,
            }
        }
        let trimmed = line.trim_ascii();
        let trimmed = trimmed.strip_prefix(BYTE_ORDER_MARK).filter(|_| number == 1).unwrap_or(trimmed);
        if !trimmed.is_empty() {
            take(Item::Report(Found { place, bytes: trimmed.to_vec(), origin: origin.clone() }))?;
        }
    }
    ControlFlow::Continue(())
}
