//! JSON as people write it by hand or paste it from a document, as far as it leaves no doubt about what is meant.
//!
//! Forgiven: comments, a trailing comma, member names without quotes, single and curly quotes, control characters inside
//! strings, foreign blanks, a byte order mark. A missing comma, a missing quote or a placeholder such as `<email>` is not
//! repaired: the repair would be a guess at somebody's customer data. The one exception is [`Repair::NameQuote`].

mod literals;
#[cfg(test)]
mod tests;

use domain::{Error, Result};

use crate::json::{MAX_DEPTH, MAX_VALUES, Node, Parsed, Repair, Tolerance};

/// Reads a document. Every plain JSON document gives the same tree as from a strict parser.
///
/// Fails with `Invalid` on the empty field; the message names line, column and reason.
pub fn parse(text: &str) -> Result<Parsed> {
    parse_repaired(text, Repair::Nothing)
}

/// The same with a repair that the dialect's document asks for.
pub fn parse_repaired(text: &str, repair: Repair) -> Result<Parsed> {
    let last_line = text.trim_end().rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let mut parser = Parser { text, repair, at: 0, last_line, depth: 0, values: 0, tolerated: Vec::new() };
    if text.starts_with('\u{feff}') {
        parser.at = '\u{feff}'.len_utf8();
        parser.tolerate(Tolerance::ByteOrderMark);
    }
    parser.skip_blank()?;
    if parser.peek().is_none() {
        return Err(Error::invalid("", "Nội dung rỗng, cần dữ liệu JSON"));
    }
    let node = parser.value()?;
    parser.skip_blank()?;
    if parser.peek().is_some() {
        return Err(parser.error(format!("còn nội dung thừa sau khi JSON đã kết thúc: {}", parser.found())));
    }
    Ok(Parsed { node, tolerated: parser.tolerated })
}

struct Parser<'t> {
    text: &'t str,
    repair: Repair,
    /// Byte offset of the next character, always on a character boundary between steps.
    at: usize,
    /// Byte offset of the last line that is not blank.
    last_line: usize,
    depth: usize,
    values: usize,
    tolerated: Vec<Tolerance>,
}

impl Parser<'_> {
    fn value(&mut self) -> Result<Node> {
        self.values += 1;
        if self.values > MAX_VALUES {
            return Err(self.error(format!("có quá nhiều giá trị (tối đa {MAX_VALUES})")));
        }
        match self.peek() {
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::list),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => match self.opening_quote() {
                Some(quote) => self.string(quote).map(Node::Text),
                None => self.word(),
            },
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Node>) -> Result<Node> {
        if self.depth == MAX_DEPTH {
            return Err(self.error(format!("dữ liệu lồng nhau quá {MAX_DEPTH} cấp")));
        }
        self.depth += 1;
        self.at += 1;
        let node = read(self)?;
        self.depth -= 1;
        Ok(node)
    }

    fn object(&mut self) -> Result<Node> {
        let mut members = Vec::new();
        self.skip_blank()?;
        while !self.eat(b'}') {
            let key = self.key()?;
            self.skip_blank()?;
            if !self.eat(b':') {
                let name = crate::place::shown(&key);
                return Err(self.error(format!("thiếu dấu hai chấm sau tên trường \"{name}\", {}", self.instead())));
            }
            self.skip_blank()?;
            members.push((key, self.value()?));
            self.separator(b'}')?;
        }
        Ok(Node::Object(members))
    }

    fn list(&mut self) -> Result<Node> {
        let mut items = Vec::new();
        self.skip_blank()?;
        while !self.eat(b']') {
            items.push(self.value()?);
            self.separator(b']')?;
        }
        Ok(Node::List(items))
    }

    /// What stands between two members: a comma, or the closing bracket, which is left in place.
    fn separator(&mut self, bracket: u8) -> Result<()> {
        self.skip_blank()?;
        if self.eat(b',') {
            self.skip_blank()?;
            if self.peek() == Some(bracket) {
                self.tolerate(Tolerance::TrailingComma);
            }
            return Ok(());
        }
        if self.peek() == Some(bracket) {
            return Ok(());
        }
        Err(self.error(format!("thiếu dấu phẩy hoặc dấu '{}', {}", char::from(bracket), self.instead())))
    }

    fn key(&mut self) -> Result<String> {
        if let Some(quote) = self.opening_quote() {
            return self.string(quote);
        }
        let key = self.identifier();
        if key.is_empty() {
            return Err(self.error(format!("cần một tên trường, {}", self.instead())));
        }
        let key = key.to_owned();
        self.at += key.len();
        self.skip_lone_quote();
        self.tolerate(Tolerance::UnquotedKey);
        Ok(key)
    }

    /// The quote behind a name whose first quote was lost (`tags" : []`, as OMICRM's document prints it): with the colon
    /// after it, nothing else can be meant.
    fn skip_lone_quote(&mut self) {
        if self.repair == Repair::Nothing {
            return;
        }
        let behind = self.text[self.at..].strip_prefix('"');
        if behind.is_some_and(|rest| rest.trim_start().starts_with(':')) {
            self.at += 1;
        }
    }

    /// The name at this place by JavaScript's rule, empty when there is none.
    fn identifier(&self) -> &str {
        let rest = &self.text[self.at..];
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).unwrap_or(rest.len());
        if rest.starts_with(|c: char| c.is_numeric()) { "" } else { &rest[..end] }
    }

    fn skip_blank(&mut self) -> Result<()> {
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\n' | b'\r' | b'\t' => self.at += 1,
                b'/' => self.comment()?,
                _ => match self.next_char() {
                    Some(c) if c.is_whitespace() || c == '\u{feff}' => {
                        self.tolerate(Tolerance::Blank);
                        self.at += c.len_utf8();
                    }
                    _ => break,
                },
            }
        }
        Ok(())
    }

    fn comment(&mut self) -> Result<()> {
        let rest = &self.text[self.at..];
        let length = if rest.starts_with("//") {
            // Nothing would be left to close what is open: the line break behind the comment was lost in copying.
            let is_lost = self.depth > 0 && self.at >= self.last_line;
            let lost = if is_lost { lost_break(rest) } else { None };
            lost.or_else(|| rest.find(['\n', '\r'])).unwrap_or(rest.len())
        } else if let Some(inside) = rest.strip_prefix("/*") {
            match inside.find("*/") {
                Some(end) => end + 4,
                None => return Err(self.error("chú thích /* không có dấu đóng */")),
            }
        } else {
            return Err(self.error("gặp dấu '/' không phải là chú thích"));
        };
        self.at += length;
        self.tolerate(Tolerance::Comment);
        Ok(())
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn next_char(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let eaten = self.peek() == Some(byte);
        if eaten {
            self.at += 1;
        }
        eaten
    }

    fn tolerate(&mut self, liberty: Tolerance) {
        if !self.tolerated.contains(&liberty) {
            self.tolerated.push(liberty);
        }
    }

    fn error(&self, reason: impl AsRef<str>) -> Error {
        self.error_at(self.at, reason)
    }

    /// Lines and columns count from 1; columns count characters, as an editor does.
    fn error_at(&self, offset: usize, reason: impl AsRef<str>) -> Error {
        let before = &self.text[..offset];
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        let reason = reason.as_ref();
        Error::invalid("", format!("Không đọc được JSON ở dòng {line}, cột {column}: {reason}"))
    }

    fn instead(&self) -> String {
        if self.peek().is_some() {
            format!("nhưng gặp {}", self.found())
        } else {
            "nhưng nội dung đã hết".to_owned()
        }
    }

    fn found(&self) -> String {
        match self.next_char() {
            Some('"') => "dấu ngoặc kép".to_owned(),
            Some(c) if c.is_control() => format!("ký tự U+{:04X}", u32::from(c)),
            Some(c) => format!("'{c}'"),
            None => "chỗ kết thúc".to_owned(),
        }
    }
}

/// Where a comment ends whose line break was lost: before the next bracket, or the next member with its name in quotes.
fn lost_break(comment: &str) -> Option<usize> {
    let ends = |&(at, byte): &(usize, u8)| match byte {
        b'{' | b'}' | b'[' | b']' => true,
        b'"' => comment[at + 1..].split_once('"').is_some_and(|(name, rest)| {
            !name.is_empty()
                && name.chars().all(|c| c.is_alphanumeric() || c == '_')
                && rest.trim_start().starts_with(':')
        }),
        _ => false,
    };
    comment.bytes().enumerate().find(ends).map(|(at, _)| at)
}
