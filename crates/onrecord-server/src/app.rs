//! The addresses, and what every request passes through.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tower::util::MapRequestLayer;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::timeout::TimeoutLayer;

use crate::desk::Desk;
use crate::{asked, assets, guard, openapi, pages, problem};

/// A request is answered within this time, or given up. What takes longer, as reading many reports, is done beside it.
const TIME: Duration = Duration::from_secs(20);
/// A body has so many bytes at most where an address does not say otherwise.
const BODY: usize = 64 << 10;

/// The desk as a router.
pub fn app(desk: Arc<Desk>) -> Router {
    let pages = Router::new()
        .route("/", get(pages::start::page))
        .route("/search", get(pages::search::page))
        .route("/reports/{report}", get(pages::report::page))
        .route("/reports/{report}/original", get(pages::original::page))
        .route("/reports/{report}/history", get(pages::history::page))
        .route("/matters", get(pages::matter::list))
        .route("/matters/{matter}", get(pages::matter::page))
        .route("/matters/{matter}/merge", post(pages::matter::merge))
        .route("/split", post(pages::matter::split))
        .route("/entities", get(pages::entities::list))
        .route("/entities/{entity}/merge", post(pages::entities::merge))
        .route("/entities/{entity}/split", post(pages::entities::split))
        .route("/source", get(pages::source::page))
        .route("/review", get(pages::review::page))
        .route("/corrections", post(pages::review::correct))
        .route("/rulings", get(pages::rulings::list))
        .route("/rulings/{ruling}/undo", post(pages::rulings::undo))
        .route("/reports", post(pages::add::add).layer(DefaultBodyLimit::max(pages::add::LARGEST)))
        .route("/jobs/{job}", get(pages::add::page))
        .route("/api", get(openapi::page))
        .route(asked::OPENAPI, get(openapi::document))
        .route("/enter", post(pages::enter::page))
        .route("/assets/{name}", get(assets::asset))
        .layer(DefaultBodyLimit::max(BODY))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, TIME))
        // A stream of events takes as long as what it tells of.
        .route("/jobs/{job}/events", get(pages::add::events))
        .layer(CsrfLayer::new())
        .layer(from_fn_with_state(Arc::clone(&desk), guard::admit))
        .layer(CatchPanicLayer::custom(broken))
        .layer(from_fn(problem::told))
        .layer(from_fn(guard::headers))
        .layer(CompressionLayer::new())
        .with_state(desk);
    // An address is settled before it is looked up.
    let settled = tower::Layer::layer(&MapRequestLayer::new(asked::settle), pages);
    Router::new().fallback_service(settled)
}

/// Answers until told to stop.
///
/// # Errors
/// Those of the socket.
pub async fn serve(
    listener: TcpListener,
    desk: Arc<Desk>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    axum::serve(listener, app(desk)).with_graceful_shutdown(stop).await
}

/// What became of a request that a mistake in the desk has ended.
fn broken(_: Box<dyn std::any::Any + Send>) -> axum::response::Response {
    use axum::response::IntoResponse;
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
