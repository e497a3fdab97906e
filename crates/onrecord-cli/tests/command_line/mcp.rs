//! Assistants, over standard input and output.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use onrecord::Record;
use serde_json::{Value, json};

use super::{fixture, folder, onrecord, run};

/// An assistant that has the program at the other end.
struct Assistant {
    program: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    asked: u64,
}

impl Assistant {
    /// Starts the program in a folder and shakes hands.
    fn greeted(there: &Path) -> Assistant {
        let mut assistant = Assistant::new(there);
        let greeting = json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}});
        let info = assistant.ask("initialize", greeting);
        assert_eq!(info["result"]["serverInfo"]["name"], "onrecord", "{info}");
        assert!(info["result"]["capabilities"]["tools"].is_object(), "{info}");
        assistant.say(r#"{"jsonrpc": "2.0", "method": "notifications/initialized"}"#);
        assistant
    }

    fn new(there: &Path) -> Assistant {
        let mut program =
            onrecord(there, "mcp").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (to, from) = (program.stdin.take().unwrap(), BufReader::new(program.stdout.take().unwrap()));
        Assistant { program, to, from, asked: 0 }
    }

    fn say(&mut self, line: &str) {
        writeln!(self.to, "{line}").unwrap();
    }

    fn heard(&mut self) -> Value {
        let mut line = String::new();
        self.from.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|why| panic!("{why}: {line}"))
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.asked += 1;
        self.say(&json!({"jsonrpc": "2.0", "id": self.asked, "method": method, "params": params}).to_string());
        let answer = self.heard();
        assert_eq!(answer["id"], self.asked, "{answer}");
        answer
    }

    /// What a tool answers.
    #[track_caller]
    fn told(&mut self, tool: &str, arguments: Value) -> Value {
        let answer = self.ask("tools/call", json!({"name": tool, "arguments": arguments}));
        let result = &answer["result"];
        assert_eq!(result["isError"], false, "{answer}");
        let told = &result["structuredContent"];
        let text: Value = serde_json::from_str(result["content"][0]["text"].as_str().unwrap()).unwrap();
        assert_eq!(text, *told, "the text is for assistants that do not read values");
        told.clone()
    }

    /// Why a tool does not answer.
    #[track_caller]
    fn refused(&mut self, tool: &str, arguments: Value) -> String {
        let answer = self.ask("tools/call", json!({"name": tool, "arguments": arguments}));
        assert_eq!(answer["result"]["isError"], true, "{answer}");
        let why = answer["result"]["content"][0]["text"].as_str().unwrap().to_owned();
        assert_eq!(why.lines().count(), 1, "{why}");
        why
    }

    /// Hangs up: the program ends, and has nothing to complain of.
    fn hangs_up(self) {
        drop(self.to);
        let output = self.program.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    }
}

/// A ledger of one report and of two that agree and disagree.
fn ledger(test: &str) -> std::path::PathBuf {
    let line = |paper: &str, said: &str| {
        let line = json!({"id": paper, "publisher": paper, "published": "2024-05-14", "text": said});
        line.to_string() + "\n"
    };
    let two =
        line("Courier", "At least 24 people were killed in the earthquake in Torvik, Sutopo Nugroho said on Tuesday.")
            + &line(
                "Herald",
                "At least 31 people were killed in the earthquake in Torvik, Sutopo Nugroho said on Tuesday.",
            );
    let there = folder(test, &[("report.txt", &fixture("report.txt")), ("two.ndjson", two.as_bytes())]);
    run(&mut onrecord(&there, "add report.txt two.ndjson")).exits(0);
    there
}

/// What the program prints as JSON.
fn printed(there: &Path, typed: &str) -> Value {
    serde_json::from_str(&run(&mut onrecord(there, typed)).exits(0).stdout).unwrap()
}

#[test]
fn every_tool_answers_as_its_schema_says() {
    let there = ledger("mcp-tools");
    let mut assistant = Assistant::greeted(&there);
    let listed = assistant.ask("tools/list", json!({}));
    let tools = listed["result"]["tools"].as_array().unwrap().clone();
    let names: Vec<&str> = tools.iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["search", "source", "matter", "report", "history", "read"]);
    let torvik = assistant.told("search", json!({"words": "killed Torvik", "limit": 1}));
    assert_eq!(torvik["total"], 2);
    let matter = torvik["claims"][0]["matter"].as_str().unwrap().to_owned();
    let text = String::from_utf8(fixture("report.txt")).unwrap();
    for tool in &tools {
        let arguments = match tool["name"].as_str().unwrap() {
            "search" => json!({"words": "bridge"}),
            "source" => json!({"by": "Tom Reeve"}),
            "matter" => json!({"matter": matter}),
            "report" => json!({"report": "d1"}),
            "history" => json!({"report": "d2"}),
            "read" => json!({"text": text, "published": "2024-05-14"}),
            other => panic!("no arguments for {other}"),
        };
        assert_eq!(tool["annotations"]["readOnlyHint"], true, "{tool}");
        assert!(jsonschema::is_valid(&tool["inputSchema"], &arguments), "{tool}");
        let told = assistant.told(tool["name"].as_str().unwrap(), arguments);
        let errors: Vec<String> = jsonschema::validator_for(&tool["outputSchema"])
            .unwrap()
            .iter_errors(&told)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:?}\n{told:#}");
    }
    assistant.hangs_up();
}

#[test]
fn answers_are_what_the_commands_print_and_lead_back_to_the_words() {
    let there = ledger("mcp-answers");
    let mut assistant = Assistant::greeted(&there);
    let found = assistant.told("search", json!({"words": "cracks", "act": "deny"}));
    assert_eq!(found, printed(&there, "search cracks --act deny -f json"));
    let text: Vec<char> = String::from_utf8(fixture("report.txt")).unwrap().chars().collect();
    for claim in found["claims"].as_array().unwrap() {
        let at = |index: usize| usize::try_from(claim["span"][index].as_u64().unwrap()).unwrap();
        assert_eq!(text[at(0)..at(1)].iter().collect::<String>(), claim["text"].as_str().unwrap());
        assert!(claim["report"].as_str().unwrap().starts_with('d'), "{claim}");
    }
    assert_eq!(assistant.told("source", json!({"by": "Tom Reeve"})), printed(&there, "source Tom Reeve -f json"));
    let matter =
        assistant.told("search", json!({"words": "killed"}))["claims"][0]["matter"].as_str().unwrap().to_owned();
    let told = assistant.told("matter", json!({"matter": matter}));
    assert_eq!(told, printed(&there, &format!("claim {matter} -f json")));
    assert_eq!(told["total"], 2);
    assert_eq!(told["series"][0]["points"].as_array().unwrap().len(), 2);
    let report = assistant.told("report", json!({"report": "d1"}));
    let exported = run(&mut onrecord(&there, "export")).exits(0).stdout;
    let record: Value = serde_json::from_str(exported.lines().next().unwrap()).unwrap();
    for part in ["statements", "own_voice", "relations", "document"] {
        assert_eq!(report[part], record[part]);
    }
    let denied = &found["claims"][0];
    let names = report["names"].as_object().unwrap();
    let named = names.values().find(|name| name["id"] == denied["id"]).unwrap();
    assert_eq!(named["matter"], denied["matter"]);
    // What is handed in is read as a file is, and not kept.
    let text = String::from_utf8(fixture("report.txt")).unwrap();
    let read = assistant.told("read", json!({"text": text}));
    let record = printed(&there, "read report.txt -f json");
    for part in ["statements", "own_voice", "relations"] {
        assert_eq!(read[part], record[part]);
    }
    assert_eq!(read["document"]["text"], text);
    assert_eq!(read["next"], Value::Null);
    assistant.hangs_up();
    assert!(run(&mut onrecord(&there, "verify")).exits(0).stdout.starts_with("3 versions, "));
}

#[test]
fn what_is_long_comes_in_parts() {
    let said: Vec<String> = (1..400)
        .map(|year| format!("“The bridge of {year} will fall,” Ada Quill said. Boats sank in {year}."))
        .collect();
    let text = said.join("\n\n");
    let there = folder("mcp-long", &[("long.txt", text.as_bytes())]);
    let mut assistant = Assistant::greeted(&there);
    let (mut statements, mut own_voice, mut from, mut parts) = (Vec::new(), Vec::new(), 0, 0);
    loop {
        let told = assistant.told("read", json!({"text": text, "from": from}));
        assert!(told.to_string().len() <= 48 << 10, "{}", told.to_string().len());
        statements.extend(told["statements"].as_array().unwrap().clone());
        own_voice.extend(told["own_voice"].as_array().unwrap().clone());
        parts += 1;
        match told["next"].as_u64() {
            Some(next) => from = next,
            None => break,
        }
    }
    let whole: Record = serde_json::from_value(printed(&there, "read long.txt -f json")).unwrap();
    assert!(parts > 1 && whole.statements.len() > 90, "{parts} parts, {} statements", whole.statements.len());
    assert_eq!(Value::from(statements), serde_json::to_value(whole.statements).unwrap());
    assert_eq!(Value::from(own_voice), serde_json::to_value(whole.own_voice).unwrap());
    let why = assistant.refused("read", json!({"text": "a ".repeat(600_000)}));
    assert_eq!(why, "text has 1200000 bytes; at most 1048576 are read");
    assistant.hangs_up();
}

#[test]
fn mistakes_are_told_in_one_line() {
    let there = ledger("mcp-mistakes");
    let mut assistant = Assistant::greeted(&there);
    for (tool, arguments, why) in [
        ("search", json!({"word": "bridge"}), "there is no argument \"word\"; there are "),
        ("search", json!({"words": "?!"}), "onrecord.db: there is no word in \"?!\""),
        ("search", json!({"act": "shout"}), "unknown variant `shout`"),
        ("search", json!({"certainty": "sure"}), "unknown variant `sure`"),
        ("search", json!({"since": "yesterday"}), "\"yesterday\" is no day; one is written YYYY-MM-DD"),
        ("search", json!({"limit": 51}), "limit is 51; a number from 1 to 50 is wanted"),
        ("search", json!({"limit": 0}), "a number from 1 to 50 is wanted"),
        ("search", json!({"limit": -1}), "invalid value"),
        ("search", json!({"words": "a".repeat(1001)}), "words has more than 1000 characters"),
        ("search", json!({"words": ["bridge"]}), "invalid type"),
        ("source", json!({"words": "bridge"}), "by is missing: name the source"),
        ("matter", json!({}), "missing field `matter`"),
        ("history", json!({"report": "7"}), "a report is written d7"),
        ("history", json!({"report": "d99"}), "onrecord.db: there is no report d99 in this ledger"),
        ("matter", json!({"matter": "twelve"}), "a matter is written C12"),
        ("matter", json!({"matter": "C99999"}), "onrecord.db: there is no matter C99999 in this ledger"),
        ("report", json!({"report": "7"}), "a report is written d7"),
        ("report", json!({"report": "d99"}), "onrecord.db: there is no report d99 in this ledger"),
        ("read", json!({"text": ""}), "There is nothing in it."),
        ("read", json!({"text": "Said.", "from": 7}), "from is 7; "),
        ("read", json!({"text": "x", "form": "pdf"}), "unknown variant `pdf`"),
        ("read", json!({"text": "x", "published": "14 May"}), "\"14 May\" is no day; one is written YYYY-MM-DD"),
    ] {
        let told = assistant.refused(tool, arguments.clone());
        assert!(told.contains(why), "{tool} {arguments} is told {told:?}");
    }
    // It is none the worse for any of them.
    assert_eq!(assistant.told("search", json!({"words": "killed"}))["total"], 2);
    assistant.hangs_up();
}

#[test]
fn what_is_no_protocol_is_told_by_its_rules() {
    let there = folder("mcp-protocol", &[]);
    let mut assistant = Assistant::greeted(&there);
    // What is no JSON has no id to be answered by; it is passed over, as other servers do.
    assistant.say("this is no JSON");
    assistant.say("");
    for (line, code) in [
        (r#"["no", "message"]"#, -32600),
        (r#"{"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {"name": 3}}"#, -32601),
        (r#"{"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {"name": "shout"}}"#, -32602),
        (r#"{"jsonrpc": "2.0", "id": 7, "method": "no/such", "params": {}}"#, -32601),
    ] {
        assistant.say(line);
        let answer = assistant.heard();
        assert_eq!(answer["error"]["code"], code, "{line}: {answer}");
    }
    // There is no ledger yet; once there is, it is found.
    let missing = "onrecord.db: there is no ledger here; `onrecord add` begins one";
    for (tool, arguments) in
        [("search", json!({})), ("source", json!({"by": "Quill"})), ("matter", json!({"matter": "C1"}))]
    {
        assert_eq!(assistant.refused(tool, arguments), missing);
    }
    std::fs::write(there.join("report.txt"), fixture("report.txt")).unwrap();
    run(&mut onrecord(&there, "add report.txt")).exits(0);
    assert_ne!(assistant.told("source", json!({"by": "Quill"}))["results"]["total"], 0);
    assistant.hangs_up();
    // Who hangs up without a word has done nothing wrong.
    Assistant::new(&there).hangs_up();
}
