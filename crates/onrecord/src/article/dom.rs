//! A page as a tree: the tokens of the HTML Standard's tokenizer (html5ever), put together by simpler rules than the
//! Standard's tree construction.
//!
//! What is simplified: nothing is moved (no foster parenting, no adoption agency), formatting elements are not reopened,
//! and elements nested deeper than [`MAX_DEPTH`] lose their nesting. In return every page, however broken, is read in
//! time linear in its length, and the nodes lie in document order, so that the part of the page under a node is a range.

use std::cell::RefCell;
use std::ops::Range;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::{LocalName, local_name};

/// How deep elements may nest; pages of news stay far below.
const MAX_DEPTH: usize = 256;

/// A page.
#[derive(Debug, Default)]
pub(super) struct Dom {
    /// The nodes in document order. The first is the page itself, an element without a name.
    pub(super) nodes: Vec<Node>,
}

/// An element or a text.
#[derive(Debug)]
pub(super) struct Node {
    /// The node that this one is in; the first node is in itself.
    pub(super) parent: usize,
    /// One past the last node under this one.
    pub(super) end: usize,
    /// Its name; empty for text and for the page itself.
    pub(super) name: LocalName,
    /// The attributes that are of use here.
    pub(super) attributes: Vec<(LocalName, String)>,
    /// The characters, for text.
    pub(super) text: String,
}

impl Node {
    /// The attribute's value.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| &**n == name).map(|(_, value)| value.as_str())
    }

    /// Whether it is an element.
    pub(super) fn is_element(&self) -> bool {
        !self.name.is_empty()
    }
}

impl Dom {
    /// Takes a page apart.
    pub(super) fn parse(html: &str) -> Dom {
        let builder = Builder::default();
        let input = BufferQueue::default();
        // Tendrils hold up to 4 GiB, and the input is far smaller.
        input.push_back(StrTendril::from_slice(html));
        let tokenizer = Tokenizer::new(Sink { builder: RefCell::new(builder) }, TokenizerOpts::default());
        // The sink never asks the tokenizer to stop, so one feeding takes all of it.
        let _ = tokenizer.feed(&input);
        tokenizer.end();
        tokenizer.sink.builder.into_inner().finish()
    }

    /// The nodes under `node`, itself left out.
    pub(super) fn under(&self, node: usize) -> Range<usize> {
        node + 1..self.nodes[node].end
    }

    /// The nodes above `node`, from the nearest up; the page itself is left out.
    pub(super) fn above(&self, node: usize) -> impl Iterator<Item = usize> {
        let mut at = node;
        std::iter::from_fn(move || {
            at = self.nodes[at].parent;
            (at != 0).then_some(at)
        })
    }

    /// All text under `node`, white space made plain.
    pub(super) fn text(&self, node: usize) -> String {
        let mut out = String::new();
        for i in self.under(node) {
            let node = &self.nodes[i];
            if !node.is_element() {
                out.push_str(&node.text);
            } else if is_block(&node.name) || node.name == local_name!("br") {
                out.push(' ');
            }
        }
        super::one_line(&out)
    }
}

struct Sink {
    builder: RefCell<Builder>,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut builder = self.builder.borrow_mut();
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => return builder.open(tag),
            Token::TagToken(tag) => builder.close(&tag.name),
            Token::CharacterTokens(text) => builder.characters(&text),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

#[derive(Default)]
struct Builder {
    nodes: Vec<Node>,
    /// The open elements, the page itself first.
    open: Vec<usize>,
    /// How many open elements are too deep to be kept.
    too_deep: usize,
}

impl Builder {
    fn start(&mut self) {
        if self.nodes.is_empty() {
            self.push(LocalName::default(), Vec::new(), String::new());
            self.open.push(0);
        }
    }

    fn push(&mut self, name: LocalName, attributes: Vec<(LocalName, String)>, text: String) -> usize {
        let at = self.nodes.len();
        let parent = self.open.last().copied().unwrap_or(0);
        self.nodes.push(Node { parent, end: at + 1, name, attributes, text });
        at
    }

    fn open(&mut self, tag: Tag) -> TokenSinkResult<()> {
        self.start();
        let raw = match &*tag.name {
            "title" | "textarea" => Some(RawKind::Rcdata),
            "style" | "xmp" | "iframe" | "noembed" | "noframes" => Some(RawKind::Rawtext),
            "script" => Some(RawKind::ScriptData),
            _ => None,
        };
        let result = raw.map_or(TokenSinkResult::Continue, TokenSinkResult::RawData);
        if matches!(&*tag.name, "html" | "body") && self.is_open(&tag.name) {
            return result;
        }
        self.close_implied(&tag.name);
        if self.open.len() >= MAX_DEPTH {
            if !is_void(&tag.name) {
                self.too_deep += 1;
            }
            return result;
        }
        let attributes = tag.attrs.into_iter().filter(|a| is_useful(&a.name.local));
        let attributes = attributes.map(|a| (a.name.local, String::from(&*a.value))).collect();
        let foreign = tag.self_closing && self.open.iter().any(|&i| matches!(&*self.nodes[i].name, "svg" | "math"));
        let leaf = is_void(&tag.name) || foreign;
        let at = self.push(tag.name, attributes, String::new());
        if !leaf {
            self.open.push(at);
        }
        result
    }

    /// Closes what the new element cannot stand in: a paragraph before a block, an item before the next item.
    fn close_implied(&mut self, name: &LocalName) {
        match &**name {
            "li" => self.close_up_to(&["li"], &["ul", "ol", "menu"]),
            "dt" | "dd" => self.close_up_to(&["dt", "dd"], &["dl"]),
            "option" | "optgroup" => self.close_up_to(&["option"], &["select"]),
            "td" | "th" => self.close_up_to(&["td", "th"], &["tr", "table"]),
            "tr" => self.close_up_to(&["tr"], &["tbody", "thead", "tfoot", "table"]),
            "tbody" | "thead" | "tfoot" => self.close_up_to(&["tbody", "thead", "tfoot"], &["table"]),
            "body" => self.close_up_to(&["head"], &["html"]),
            "a" => {
                let nearest = self.open.iter().rposition(|&i| is_block(&self.nodes[i].name)).unwrap_or(0);
                if let Some(at) = self.open.iter().rposition(|&i| &*self.nodes[i].name == "a")
                    && at > nearest
                {
                    self.pop_to(at);
                }
            }
            _ => {}
        }
        if is_block(name)
            && !matches!(&**name, "td" | "th" | "tr" | "tbody" | "thead" | "tfoot" | "li" | "dt" | "dd" | "caption")
        {
            self.close_up_to(&["p"], &[]);
        }
        if matches!(&**name, "li" | "dt" | "dd") {
            self.close_up_to(&["p"], &["ul", "ol", "menu", "dl"]);
        }
    }

    /// Closes the innermost open element of these names, unless one of `within`, or a cell or the like, stands between.
    fn close_up_to(&mut self, names: &[&str], within: &[&str]) {
        for at in (1..self.open.len()).rev() {
            let name = &*self.nodes[self.open[at]].name;
            if names.contains(&name) {
                return self.pop_to(at);
            }
            // The parts of a table reach through cells, but never out of the table.
            let wall = if within.contains(&"table") { name == "table" } else { is_wall(name) };
            if within.contains(&name) || wall {
                return;
            }
        }
    }

    fn close(&mut self, name: &LocalName) {
        self.start();
        if is_void(name) || matches!(&**name, "html" | "body") {
            return;
        }
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        let block = is_block(name);
        let cell = matches!(&**name, "td" | "th" | "tr" | "tbody" | "thead" | "tfoot" | "table");
        for at in (1..self.open.len()).rev() {
            let open = &self.nodes[self.open[at]].name;
            if open == name {
                return self.pop_to(at);
            }
            let wall = if cell { &**open == "table" } else { is_wall(open) };
            if wall || (!block && is_block(open)) {
                return;
            }
        }
    }

    fn characters(&mut self, text: &str) {
        self.start();
        let parent = self.open.last().copied().unwrap_or(0);
        let kept = match &*self.nodes[parent].name {
            "style" | "iframe" | "noembed" | "noframes" | "textarea" => false,
            // Of scripts only data are of use.
            "script" => self.nodes[parent].attribute("type").is_some_and(|t| t.contains("ld+json")),
            _ => true,
        };
        if !kept {
            return;
        }
        // Character references arrive as tokens of their own: one text is put together again.
        if let Some(last) = self.nodes.last_mut()
            && !last.is_element()
            && last.parent == parent
            && self.nodes.len() > 1
        {
            let at = self.nodes.len() - 1;
            self.nodes[at].text.push_str(text);
            return;
        }
        self.push(LocalName::default(), Vec::new(), text.to_owned());
    }

    fn is_open(&self, name: &LocalName) -> bool {
        self.open.iter().any(|&i| self.nodes[i].name == *name)
    }

    fn pop_to(&mut self, at: usize) {
        let end = self.nodes.len();
        for closed in self.open.drain(at..) {
            self.nodes[closed].end = end;
        }
    }

    fn finish(mut self) -> Dom {
        self.start();
        self.pop_to(0);
        Dom { nodes: self.nodes }
    }
}

/// What an implied end never reaches through.
fn is_wall(name: &str) -> bool {
    matches!(name, "table" | "td" | "th" | "caption" | "button" | "object" | "template" | "html" | "body" | "svg")
}

fn is_void(name: &LocalName) -> bool {
    matches!(
        &**name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

/// Whether an element stands on lines of its own.
pub(super) fn is_block(name: &LocalName) -> bool {
    matches!(
        &**name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "dialog"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hgroup"
            | "hr"
            | "html"
            | "legend"
            | "li"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "option"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
            | "ul"
            | "video"
            | "audio"
            | "iframe"
            | "noscript"
            | "template"
            | "title"
            | "head"
    )
}

fn is_useful(attribute: &LocalName) -> bool {
    matches!(
        &**attribute,
        "class"
            | "id"
            | "role"
            | "itemprop"
            | "itemtype"
            | "rel"
            | "name"
            | "property"
            | "content"
            | "datetime"
            | "hidden"
            | "style"
            | "href"
            | "type"
            | "lang"
            | "aria-hidden"
            | "aria-label"
            | "data-testid"
            | "data-component"
            | "http-equiv"
            | "title"
            | "pubdate"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree in one line: `div(p("a" b("c")))`.
    fn show(dom: &Dom, node: usize) -> String {
        let it = &dom.nodes[node];
        if !it.is_element() && node != 0 {
            return format!("{:?}", it.text);
        }
        let mut inner = Vec::new();
        let mut child = node + 1;
        while child < it.end {
            inner.push(show(dom, child));
            child = dom.nodes[child].end;
        }
        format!("{}({})", &*it.name, inner.join(" "))
    }

    fn check(html: &str, expected: &str) {
        assert_eq!(show(&Dom::parse(html), 0), expected, "{html}");
    }

    #[test]
    fn trees() {
        check("<p>a<p>b", r#"(p("a") p("b"))"#);
        check("<p>a<b>c</b>d</p>e", r#"(p("a" b("c") "d") "e")"#);
        check("<div><p>a<div>b</div>", r#"(div(p("a") div("b")))"#);
        check("<ul><li>a<ul><li>b</ul><li>c</ul>", r#"(ul(li("a" ul(li("b"))) li("c")))"#);
        check("<p><span>a</p>b</span>", r#"(p(span("a")) "b")"#);
        check("<b><p>a</b>c</p>", r#"(b(p("a" "c")))"#.replace("\"a\" \"c\"", "\"ac\"").as_str());
        check("AT&amp;T &eacute;&#8217;<br>x", r#"("AT&T é’" br() "x")"#);
        check("<script>if (a<b) '<p>'</script><p>a", r#"(script() p("a"))"#);
        check("<script type='application/ld+json'>{}</script>", r#"(script("{}"))"#);
        check("<table><tr><td>a<td>b<tr><td><p>c</table>d", r#"(table(tr(td("a") td("b")) tr(td(p("c")))) "d")"#);
        check("<a>x<a>y</a>", r#"(a("x") a("y"))"#);
        check("</p></div>a<!-- b -->", r#"("a")"#);
        check("<html><head><title>a<b></title><body>c", r#"(html(head(title("a<b>")) body("c")))"#);
        check("<svg><path/><text>a</text></svg>b", r#"(svg(path() text("a")) "b")"#);
        check("", "()");
    }

    #[test]
    fn hostile_pages_take_linear_time() {
        for unit in [
            "<",
            "<div>",
            "<p>",
            "<b>",
            "</p>",
            "<a href=x>",
            "<table><td>",
            "&amp;",
            "<!--",
            "<![CDATA[",
            "<svg>",
            "<li>",
        ] {
            let dom = Dom::parse(&unit.repeat(1_000_000 / unit.len()));
            assert!(!dom.nodes.is_empty());
        }
    }
}
