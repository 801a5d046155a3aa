//! HTML of e-mails: cleaned of what could act, made from plain text, and told as plain text.

use std::sync::LazyLock;

use ammonia::Builder;

/// Attributes of e-mails' layout besides those that are harmless everywhere.
const LAYOUT: [&str; 8] = ["style", "align", "valign", "width", "height", "bgcolor", "border", "cellpadding"];

/// Keeps what shows and drops what acts: scripts, forms, frames, event handlers, and links that are none of the web's, of
/// mail's or of the telephone's.
pub fn sanitize(html: &str) -> String {
    static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
        let mut cleaner = Builder::default();
        cleaner
            .add_generic_attributes(LAYOUT)
            .add_tags(["font"])
            .add_tag_attributes("font", ["color", "size", "face"])
            .add_clean_content_tags(["title"])
            .url_schemes(["http", "https", "mailto", "tel"].into())
            .link_rel(None);
        cleaner
    });
    CLEANER.clean(html).to_string()
}

/// A text as HTML that shows it the same: escaped, each line on its own.
pub fn from_text(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 64);
    html.push_str("<p>");
    for (index, line) in text.lines().enumerate() {
        if index > 0 {
            html.push_str("<br>\n");
        }
        html.push_str(&escape(line));
    }
    html.push_str("</p>");
    html
}

/// A piece of HTML as a document of its own.
pub fn document(html: &str) -> String {
    format!("<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"></head><body>\n{html}\n</body></html>\n")
}

/// What clean HTML says without its tags: blocks on lines of their own, links behind their words.
pub fn to_text(html: &str) -> String {
    let mut out = Lines::default();
    let mut link = None;
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        out.words(&unescape(&rest[..at]));
        let end = tag_end(&rest[at..]);
        let tag = &rest[at..at + end];
        rest = &rest[at + end..];
        let name: String = tag.trim_start_matches(['<', '/']).chars().take_while(char::is_ascii_alphanumeric).collect();
        match (name.as_str(), tag.starts_with("</")) {
            ("a", false) => link = attribute(tag, "href"),
            ("a", true) => {
                if let Some(link) = link.take().filter(|link| !out.ends_with(link)) {
                    out.words(&format!(" ({link})"));
                }
            }
            ("br" | "hr", _) => out.line_break(),
            ("li", false) => {
                out.block(1);
                out.words("- ");
            }
            ("td" | "th", true) => out.words(" "),
            ("tr" | "div" | "li" | "thead" | "tbody" | "center", _) => out.block(1),
            ("p" | "table" | "ul" | "ol" | "blockquote" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "pre", _) => {
                out.block(2)
            }
            _ => {}
        }
    }
    out.words(&unescape(rest));
    out.text.trim().to_owned()
}

/// Text that grows by words and line ends; blanks are run together as a browser does.
#[derive(Default)]
struct Lines {
    text: String,
}

impl Lines {
    fn words(&mut self, words: &str) {
        for c in words.chars() {
            if !c.is_whitespace() {
                self.text.push(c);
            } else if !self.text.is_empty() && !self.text.ends_with([' ', '\n']) {
                self.text.push(' ');
            }
        }
    }

    fn line_break(&mut self) {
        self.text.truncate(self.text.trim_end_matches(' ').len());
        self.text.push('\n');
    }

    /// Ends a block: at least so many line ends before what follows.
    fn block(&mut self, ends: usize) {
        self.text.truncate(self.text.trim_end_matches(' ').len());
        let there = self.text.len() - self.text.trim_end_matches('\n').len();
        if !self.text.is_empty() {
            self.text.extend(std::iter::repeat_n('\n', ends.saturating_sub(there)));
        }
    }

    fn ends_with(&self, words: &str) -> bool {
        self.text.trim_end().ends_with(words)
    }
}

/// Where the tag at the beginning ends; a `>` within quotes does not end it.
fn tag_end(tag: &str) -> usize {
    let mut quote = None;
    for (at, c) in tag.char_indices() {
        match (quote, c) {
            (None, '>') => return at + 1,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    tag.len()
}

/// The value of an attribute; cleaned HTML has them all in double quotes.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, after) = tag.split_once(&format!(" {name}=\""))?;
    after.split_once('"').map(|(value, _)| unescape(value)).filter(|value| !value.is_empty())
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Undoes the five escapes that cleaned HTML has.
fn unescape(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&nbsp;", "\u{a0}");
    text.replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_is_dropped() {
        let wild = "<table width=\"100%\" onclick=\"x()\"><tr><td style=\"color:red\" bgcolor=\"#fff\">a</td></tr></table>\
            <img src=\"https://example.com/a.png\" onerror=\"x()\"><a href=\"javascript:x()\">b</a>\
            <a href=\"tel:+84905000001\">c</a><iframe src=\"//x\"></iframe><form><input></form><style>p{}</style>";
        let clean = sanitize(wild);
        for gone in ["onclick", "onerror", "javascript", "iframe", "form", "input", "<style"] {
            assert!(!clean.contains(gone), "{gone}: {clean}");
        }
        for kept in
            ["width=\"100%\"", "style=\"color:red\"", "bgcolor=", "https://example.com/a.png", "tel:+84905000001"]
        {
            assert!(clean.contains(kept), "{kept}: {clean}");
        }
    }

    #[test]
    fn text_shows_the_same() {
        let html = from_text("Chào <bạn>\r\n\"A\" & B");
        assert_eq!(html, "<p>Chào &lt;bạn&gt;<br>\n&quot;A&quot; &amp; B</p>");
        assert_eq!(to_text(&sanitize(&document(&html))), "Chào <bạn>\n\"A\" & B");
    }

    #[test]
    fn html_is_told_as_text() {
        let html = "<h1>Chào  <b>Bình</b></h1>\n<p>Một &amp;lt; hai&nbsp;ba<br>bốn</p><ul><li>x</li><li>y</li></ul>\
            <p><a href=\"https://example.com/?a=1&amp;b=2\" title=\"a>b\">đây</a> <a href=\"https://x.example\">https://x.example</a></p>\
            <table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>";
        let text = "Chào Bình\n\nMột &lt; hai ba\nbốn\n\n- x\n- y\n\nđây (https://example.com/?a=1&b=2) https://x.example\n\n1 2\n3";
        assert_eq!(to_text(&sanitize(html)), text);
        assert_eq!(to_text("a < b"), "a");
    }
}
