//! `onrecord serve`: the desk, for a browser and for programs.

use std::io::{self, Write};
use std::time::Duration;

use onrecord::Reader;
use onrecord_intake::reason;
use onrecord_server::{Desk, Settings};
use tokio::net::TcpListener;

use crate::arguments::Serve;
use crate::{tell, weights};

/// Answers that are under way when the desk is closed are given so long.
const LAST: Duration = Duration::from_secs(2);
/// Pages may be so far behind another program that adds.
const BEHIND: Duration = Duration::from_secs(1);

/// Serves the desk until it is told to stop. Answers whether it could be opened.
///
/// # Errors
/// If standard output cannot be written to, or there are no threads to be had.
pub(crate) fn run(serve: Serve, reader: Reader) -> io::Result<bool> {
    let Serve { ledger, address, token, model, manners, person } = serve;
    // A name of another site that leads here must not open the desk to that site.
    let local = ["localhost".to_owned(), "127.0.0.1".to_owned(), "[::1]".to_owned(), address.ip().to_string()];
    let hosts = if address.ip().is_loopback() { local.to_vec() } else { Vec::new() };
    let place = ledger.display().to_string();
    let reader_name = weights::name(&model);
    let settings =
        Settings { ledger, reader, reader_name, manners, person, token: token.clone(), hosts, behind: BEHIND };
    let desk = match Desk::open(settings) {
        Ok(desk) => desk,
        Err(error) => {
            tell(&format!("{place}: {error}"));
            return Ok(false);
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let done = runtime.block_on(async {
        let listener = match TcpListener::bind(address).await {
            Ok(listener) => listener,
            Err(error) => {
                tell(&format!("{address}: {}; another --address may be free", reason(&error)));
                return Ok(false);
            }
        };
        let at = listener.local_addr()?;
        let word = token.map(|token| format!("?token={token}")).unwrap_or_default();
        let mut out = io::stdout().lock();
        writeln!(out, "http://{at}/{word}")?;
        out.flush()?;
        drop(out);
        let (stop, mut stopped) = tokio::sync::watch::channel(false);
        let mut told = stopped.clone();
        let serving = onrecord_server::serve(listener, desk, async move {
            let _ = stopped.wait_for(|stopped| *stopped).await;
        });
        let end = async move {
            let _ = told.wait_for(|told| *told).await;
            tokio::time::sleep(LAST).await;
        };
        let signal = async move {
            let _ = tokio::signal::ctrl_c().await;
            let _ = stop.send(true);
            std::future::pending::<()>().await;
        };
        tokio::select! {
            served = serving => served.map(|()| true),
            () = end => Ok(true),
            () = signal => Ok(true),
        }
    });
    // A question that is still being answered need not be.
    runtime.shutdown_background();
    done
}
