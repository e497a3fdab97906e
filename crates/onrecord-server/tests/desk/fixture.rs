//! A desk over a ledger of reports that the real reader has read.

use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use onrecord::Reader;
use onrecord::model::Model;
use onrecord_ledger::{Form, Incoming, Origin, Writer};
use onrecord_server::{Desk, Manners, Settings, app};
use serde_json::Value;
use tower::ServiceExt;

/// The reports, in the order in which they are added: `d1`, `d2`, …
pub(crate) const REPORTS: [(&str, Form, &[u8]); 3] = [
    ("bridge-1.html", Form::Html, include_bytes!("../reports/bridge-1.html")),
    ("bridge-2.html", Form::Html, include_bytes!("../reports/bridge-2.html")),
    ("hostile.txt", Form::Text, include_bytes!("../reports/hostile.txt")),
];

static WEIGHTS: &[u8] = include_bytes!("../../../../models/onrecord-fast.safetensors");

/// The ledger of the reports, read once for all tests.
static LEDGER: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = folder("reports");
    let path = folder.join("onrecord.db");
    let mut writer = Writer::open(&path).unwrap();
    let reader = reader();
    for (name, form, bytes) in REPORTS {
        let origin = Origin { form, name: Some(name.to_owned()), ..Origin::default() };
        let record = reader.read(&origin.article(bytes).unwrap(), bytes);
        writer.add(&Incoming::new(name, bytes, &origin, record, "test").unwrap(), 1_715_700_000).unwrap();
    }
    writer.commit().unwrap();
    path
});

/// What a desk answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// A desk of its own for a test.
pub(crate) struct Tested {
    app: Router,
    pub(crate) ledger: PathBuf,
}

/// A desk over a copy of the reports.
pub(crate) fn desk(test: &str) -> Tested {
    desk_with(test, |_| {})
}

pub(crate) fn desk_with(test: &str, change: impl FnOnce(&mut Settings)) -> Tested {
    let ledger = folder(test).join("onrecord.db");
    std::fs::copy(&*LEDGER, &ledger).unwrap();
    let mut settings = Settings {
        ledger: ledger.clone(),
        reader: reader(),
        reader_name: "test".to_owned(),
        manners: Manners::default(),
        person: "Ida".to_owned(),
        token: None,
        hosts: vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "[::1]".to_owned()],
        // Long enough for any test: what must show at once does so for another reason than that it has become old.
        behind: Duration::from_secs(3600),
    };
    change(&mut settings);
    Tested { app: app(Desk::open(settings).unwrap()), ledger }
}

impl Tested {
    /// Asks as a browser does.
    pub(crate) async fn get(&self, address: &str) -> Answer {
        self.ask(Request::get(address).header(header::HOST, "localhost:7333")).await
    }

    /// What a page's JSON is.
    #[track_caller]
    pub(crate) fn json(&self, address: &str) -> impl Future<Output = Value> {
        let request =
            Request::get(address).header(header::HOST, "localhost").header(header::ACCEPT, "application/json");
        async move {
            let answer = self.ask(request).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
            assert_eq!(answer.headers[header::CONTENT_TYPE], "application/json");
            serde_json::from_str(&answer.body).unwrap()
        }
    }

    /// Sends JSON, as a program does.
    pub(crate) async fn send(&self, method: Method, address: &str, body: &Value) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(address)
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, "application/json");
        self.answer(request.body(Body::from(body.to_string())).unwrap()).await
    }

    pub(crate) async fn ask(&self, request: axum::http::request::Builder) -> Answer {
        self.answer(request.body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn answer(&self, request: Request<Body>) -> Answer {
        let (parts, body) = self.app.clone().oneshot(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let body = String::from_utf8(body.to_vec()).unwrap();
        Answer { status: parts.status, headers: parts.headers, body }
    }
}

fn reader() -> Reader {
    Reader::new(Model::from_bytes(WEIGHTS).unwrap()).unwrap()
}

fn folder(test: &str) -> PathBuf {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}
