//! The description of the API, OpenAPI 3.1, made from the types that requests and answers are made of, and a page to try it.
//!
//! OpenAPI 3.1 takes JSON Schema as it is, and every type already has one for the record and the assistants; so the table
//! below names types, and nothing is described twice.

use std::sync::LazyLock;

use askama::Template;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::asked::Asked;
use crate::pages::{Merging, Ruled, add, entities, history, matter, report, review, rulings, search, source, start};
use crate::problem::Problem;
use crate::reply::drawn;

/// An address, and what can be done with it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Endpoint {
    /// The method.
    method: &'static str,
    /// The path, with its parameters in braces.
    path: &'static str,
    /// What it does.
    summary: &'static str,
    /// A name that no other has.
    id: &'static str,
    /// The names of what it takes in its address.
    fields: Vec<String>,
    /// Whether it takes a body.
    has_body: bool,
    /// A body to begin with.
    example: &'static str,
    #[serde(skip)]
    operation: Value,
}

/// The page to try it.
#[derive(Serialize, Template)]
#[template(path = "api.html")]
pub(crate) struct Api {
    endpoints: Vec<Endpoint>,
}

/// All of it, described once.
struct Described {
    endpoints: Vec<Endpoint>,
    document: Vec<u8>,
}

static DESCRIBED: LazyLock<Described> = LazyLock::new(|| {
    let mut all = Endpoints::new();
    let d = "the report, `d7`";
    all.add("GET", "/", "start", "What is new, and what is disputed")
        .query::<start::Which>()
        .gives::<start::Start>(200);
    all.add("GET", "/search", "search", "Claims: who said what, when; the newest first")
        .query::<search::Filters>()
        .query::<search::Cursor>()
        .gives::<search::Search>(200);
    all.add("GET", "/reports/{report}", "report", "A report with who says what in it")
        .path("report", "^d[0-9]+$", d)
        .gives::<report::ReportPage>(200);
    all.add("GET", "/reports/{report}/original", "original", "A report as it came, to be shown and not to be run")
        .path("report", "^d[0-9]+$", d)
        .gives_bytes();
    all.add(
        "GET",
        "/reports/{report}/history",
        "history",
        "The versions and readings of a report, and what each changed",
    )
    .path("report", "^d[0-9]+$", d)
    .query::<search::Cursor>()
    .gives::<history::History>(200);
    all.add("GET", "/matters", "matters", "What several reports assert, deny or doubt")
        .query::<matter::Which>()
        .gives::<matter::Matters>(200);
    all.add("GET", "/matters/{matter}", "matter", "A matter: who stands where, figures over time, origins, mentions")
        .path("matter", "^C[0-9]+$", "the matter, `C12`")
        .gives::<matter::MatterPage>(200);
    all.add("GET", "/source", "source", "A source: what it has said, whom it cites, who cites it")
        .query::<source::Which>()
        .gives::<source::SourcePage>(200);
    all.add("GET", "/review", "review", "The statement of which the reading is least sure, that nobody has looked at")
        .query::<review::Which>()
        .gives::<review::Review>(200);
    all.add("GET", "/rulings", "rulings", "What persons have corrected, accepted, merged and split; the newest first")
        .query::<rulings::Which>()
        .gives::<rulings::Rulings>(200);
    all.add("POST", "/corrections", "correct", "Accepts, strikes or corrects a statement")
        .takes::<review::Correcting>("{\"statement\": \"s1\", \"act\": \"deny\", \"why\": \"\"}")
        .gives::<rulings::Made>(201);
    all.add("POST", "/matters/{matter}/merge", "merge", "Says that another matter is this one")
        .path("matter", "^C[0-9]+$", "the matter that stays")
        .takes::<Merging>("{\"from\": \"C2\"}")
        .gives::<Ruled>(201);
    all.add("POST", "/split", "split", "Says that claims make up a matter of their own")
        .takes::<matter::Splitting>("{\"claims\": [\"s1.1\"]}")
        .gives::<Ruled>(201);
    all.add("GET", "/entities", "entities", "Whom the reports name; those in most reports first")
        .query::<entities::Which>()
        .gives::<entities::Entities>(200);
    let e = "the entity, `e4`";
    all.add("POST", "/entities/{entity}/merge", "merge-entities", "Says that another entity is this one")
        .path("entity", "^e[0-9]+$", e)
        .takes::<Merging>("{\"from\": \"e9\"}")
        .gives::<Ruled>(201);
    all.add("POST", "/entities/{entity}/split", "split-entity", "Says that part of an entity is another one")
        .path("entity", "^e[0-9]+$", e)
        .takes::<entities::Splitting>("{\"reports\": [\"d1\"]}")
        .gives::<Ruled>(201);
    all.add("POST", "/rulings/{ruling}/undo", "undo", "Takes a correction, a merge or a split back")
        .path("ruling", "^[mn]?[0-9]+$", "its name: `17` of a statement, `m3` of matters, `n3` of entities")
        .takes::<rulings::Undoing>("{}")
        .gives::<rulings::Made>(201);
    all.add(
        "POST",
        "/reports",
        "add",
        "Reads a text, a page or what is at an address into the ledger; files as multipart/form-data",
    )
    .takes::<add::Adding>("{\"text\": \"\"}")
    .gives::<add::JobPage>(201)
    .gives::<add::JobPage>(202);
    all.add("GET", "/jobs/{job}", "job", "How far an adding is")
        .path("job", "^j[0-9]+$", "its name, `j1`")
        .gives::<add::JobPage>(200);
    all.add(
        "GET",
        "/jobs/{job}/events",
        "events",
        "What comes of each report as it comes: server-sent events, `told` and then `done`",
    )
    .path("job", "^j[0-9]+$", "its name, `j1`")
    .gives_events();
    all.described()
});

/// Endpoints on their way into a description.
struct Endpoints {
    generator: SchemaGenerator,
    endpoints: Vec<Endpoint>,
}

impl Endpoints {
    fn new() -> Endpoints {
        let settings = SchemaSettings::draft2020_12().with(|settings| {
            settings.definitions_path = "/components/schemas".into();
            settings.meta_schema = None;
        });
        Endpoints { generator: settings.into_generator(), endpoints: Vec::new() }
    }

    fn add(&mut self, method: &'static str, path: &'static str, id: &'static str, summary: &'static str) -> &mut Self {
        let problem = self.generator.subschema_for::<Problem>();
        let operation = json!({
            "operationId": id,
            "summary": summary,
            "parameters": [],
            "responses": {
                "default": {
                    "description": "What went wrong (RFC 9457)",
                    "content": {"application/problem+json": {"schema": problem}},
                },
            },
        });
        self.endpoints.push(Endpoint {
            method,
            path,
            summary,
            id,
            fields: Vec::new(),
            has_body: false,
            example: "",
            operation,
        });
        self
    }

    fn last(&mut self) -> &mut Endpoint {
        self.endpoints.last_mut().expect("one was added before")
    }

    fn path(&mut self, name: &str, pattern: &str, what: &str) -> &mut Self {
        let parameter = json!({
            "name": name, "in": "path", "required": true, "description": what,
            "schema": {"type": "string", "pattern": pattern},
        });
        self.parameter(name, parameter)
    }

    /// The fields of a type as parameters of the address.
    fn query<T: JsonSchema>(&mut self) -> &mut Self {
        let schema = T::json_schema(&mut self.generator);
        let required: Vec<String> = match schema.get("required") {
            Some(Value::Array(names)) => names.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect(),
            _ => Vec::new(),
        };
        let Some(Value::Object(fields)) = schema.get("properties").cloned() else { return self };
        for (name, mut field) in fields {
            let what = field.as_object_mut().and_then(|field| {
                field.remove("default");
                field.remove("description")
            });
            let parameter = json!({
                "name": name, "in": "query", "required": required.contains(&name),
                "description": what.unwrap_or_default(), "schema": field,
            });
            self.parameter(&name, parameter);
        }
        self
    }

    fn parameter(&mut self, name: &str, parameter: Value) -> &mut Self {
        let endpoint = self.last();
        endpoint.fields.push(name.to_owned());
        if let Some(Value::Array(parameters)) = endpoint.operation.get_mut("parameters") {
            parameters.push(parameter);
        }
        self
    }

    fn takes<T: JsonSchema>(&mut self, example: &'static str) -> &mut Self {
        let schema = self.generator.subschema_for::<T>();
        let endpoint = self.last();
        (endpoint.has_body, endpoint.example) = (true, example);
        endpoint.operation["requestBody"] = json!({
            "required": true, "content": {"application/json": {"schema": schema}},
        });
        self
    }

    fn gives<T: JsonSchema>(&mut self, status: u16) -> &mut Self {
        let schema = self.generator.subschema_for::<T>();
        let what = if status == 202 { "It goes on" } else { "Done" };
        self.answer(status, json!({"description": what, "content": {"application/json": {"schema": schema}}}))
    }

    fn gives_bytes(&mut self) -> &mut Self {
        self.answer(200, json!({"description": "As it came", "content": {"text/html": {}, "text/plain": {}}}))
    }

    fn gives_events(&mut self) -> &mut Self {
        self.answer(200, json!({"description": "Events", "content": {"text/event-stream": {}}}))
    }

    fn answer(&mut self, status: u16, answer: Value) -> &mut Self {
        self.last().operation["responses"][status.to_string()] = answer;
        self
    }

    fn described(mut self) -> Described {
        let mut paths = Map::new();
        for endpoint in &self.endpoints {
            // A program asks for JSON with `Accept`; the path is that of the page.
            let path = paths.entry(endpoint.path).or_insert_with(|| json!({}));
            path[endpoint.method.to_lowercase()] = endpoint.operation.clone();
        }
        let schemas: Map<String, Value> = self.generator.take_definitions(true);
        let document = json!({
            "openapi": "3.1.0",
            "info": {
                "title": "onrecord",
                "version": env!("CARGO_PKG_VERSION"),
                "description": "Who said what, on whose word, and who denies it. Ask with `Accept: application/json`.",
                "license": {"name": "MIT OR Apache-2.0"},
            },
            "paths": paths,
            "components": {
                "schemas": schemas,
                "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            },
            "security": [{}, {"token": []}],
        });
        let document = serde_json::to_vec(&document).expect("a description has a JSON form");
        Described { endpoints: self.endpoints, document }
    }
}

pub(crate) async fn document() -> Response {
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    (headers, DESCRIBED.document.as_slice()).into_response()
}

pub(crate) async fn page(asked: Asked) -> Result<Response, Problem> {
    let answer = drawn(asked.form, &Api { endpoints: DESCRIBED.endpoints.clone() })?;
    Ok(([(header::CONTENT_TYPE, answer.content_type)], answer.body).into_response())
}
