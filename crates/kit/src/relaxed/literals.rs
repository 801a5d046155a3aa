//! Strings, numbers and words of the relaxed parser.

use domain::Result;
use serde_json::Number;

use super::Parser;
use crate::{
    json::{Node, Tolerance},
    place::shown,
};

/// How a string was opened, which decides what ends it.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Quote {
    Straight,
    Single,
    CurlyDouble,
    CurlySingle,
}

impl Quote {
    fn of(c: char) -> Option<Self> {
        match c {
            '"' => Some(Self::Straight),
            '\'' => Some(Self::Single),
            '“' | '”' | '„' | '‟' => Some(Self::CurlyDouble),
            '‘' | '’' | '‚' | '‛' => Some(Self::CurlySingle),
            _ => None,
        }
    }
}

impl Parser<'_> {
    pub(super) fn opening_quote(&self) -> Option<Quote> {
        self.next_char().and_then(Quote::of)
    }

    /// A string whose opening quote is next. Only a quote of the same kind ends it: word processors turn them in either
    /// direction (`”0987…”`), but a straight quote never ends a curly string, nor the reverse.
    pub(super) fn string(&mut self, quote: Quote) -> Result<String> {
        let opening = self.at;
        match quote {
            Quote::Straight => {}
            Quote::Single => self.tolerate(Tolerance::SingleQuote),
            Quote::CurlyDouble | Quote::CurlySingle => self.tolerate(Tolerance::CurlyQuote),
        }
        self.at += self.next_char().map_or(0, char::len_utf8);
        let mut text = String::new();
        loop {
            let rest = &self.text[self.at..];
            let Some((run, special)) = rest.char_indices().find(|(_, c)| is_special(*c)) else {
                return Err(self.error_at(opening, "chuỗi bắt đầu ở đây không có dấu ngoặc đóng"));
            };
            text.push_str(&rest[..run]);
            self.at += run;
            if special == '\\' {
                text.push(self.escape()?);
                continue;
            }
            self.at += special.len_utf8();
            if Quote::of(special) == Some(quote) {
                return Ok(text);
            }
            if special < ' ' {
                self.tolerate(Tolerance::ControlCharacter);
            }
            text.push(special);
        }
    }

    fn escape(&mut self) -> Result<char> {
        let start = self.at;
        self.at += 1;
        let Some(escaped) = self.next_char() else {
            return Err(self.error_at(start, "chuỗi kết thúc giữa một ký tự thoát"));
        };
        self.at += escaped.len_utf8();
        Ok(match escaped {
            '"' | '\\' | '/' => escaped,
            '\'' => {
                self.tolerate(Tolerance::SingleQuote);
                escaped
            }
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => match self.code_point() {
                Some(c) => c,
                None => return Err(self.error_at(start, "mã \\u không phải là một ký tự Unicode")),
            },
            _ => return Err(self.error_at(start, "ký tự thoát sau '\\' không có trong JSON")),
        })
    }

    /// What follows `\u`: four hex digits, or two such groups for a character beyond the basic plane.
    fn code_point(&mut self) -> Option<char> {
        let first = self.code_unit()?;
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first);
        }
        if !(self.eat(b'\\') && self.eat(b'u')) {
            return None;
        }
        let second = self.code_unit()?;
        let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
        char::from_u32(0x10000 + ((first - 0xd800) << 10) + low)
    }

    fn code_unit(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }

    /// A number by JSON's grammar. What 64 bits cannot hold stays the text that was sent.
    pub(super) fn number(&mut self) -> Result<Node> {
        let start = self.at;
        self.eat(b'-');
        let whole = self.digits();
        if whole == 0 {
            return Err(self.error_at(start, "số không đúng dạng"));
        }
        if whole > 1 && self.text.as_bytes()[self.at - whole] == b'0' {
            return Err(self.error_at(start, "số bắt đầu bằng 0; số điện thoại và mã số phải nằm trong ngoặc kép"));
        }
        let mut integer = true;
        if self.eat(b'.') {
            integer = false;
            if self.digits() == 0 {
                return Err(self.error_at(start, "số không đúng dạng"));
            }
        }
        if self.eat(b'e') || self.eat(b'E') {
            integer = false;
            let _sign = self.eat(b'+') || self.eat(b'-');
            if self.digits() == 0 {
                return Err(self.error_at(start, "số không đúng dạng"));
            }
        }
        let literal = &self.text[start..self.at];
        let number = if integer {
            literal.parse::<i64>().map(Number::from).or_else(|_| literal.parse::<u64>().map(Number::from)).ok()
        } else {
            exact_fraction(literal)
        };
        Ok(match number {
            Some(number) => Node::Number(number),
            None => {
                let literal = literal.to_owned();
                self.tolerate(Tolerance::LongNumber);
                Node::Text(literal)
            }
        })
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - start
    }

    pub(super) fn word(&mut self) -> Result<Node> {
        let word = self.identifier();
        let node = match word {
            "null" => Node::Null,
            "true" => Node::Bool(true),
            "false" => Node::Bool(false),
            "" => return Err(self.no_value()),
            _ => {
                let word = shown(word);
                return Err(self.error(format!("giá trị {word} là chữ nên phải nằm trong ngoặc kép")));
            }
        };
        self.at += word.len();
        Ok(node)
    }

    fn no_value(&self) -> domain::Error {
        let rest = &self.text[self.at..];
        let placeholder = rest.strip_prefix('<').and_then(|inside| inside.split_once('>'));
        match placeholder {
            Some((name, _)) if !name.contains(['\n', '"', '<']) => {
                self.error(format!("chỗ giữ sẵn <{}> phải được thay bằng giá trị thật", shown(name)))
            }
            _ => self.error(format!("cần một giá trị, {}", self.instead())),
        }
    }
}

fn is_special(c: char) -> bool {
    c < ' ' || c == '\\' || Quote::of(c).is_some()
}

/// The fraction, if 64 bits hold it: up to fifteen significant digits survive the way through `f64` and back.
fn exact_fraction(literal: &str) -> Option<Number> {
    let mantissa = literal.trim_start_matches('-').split(['e', 'E']).next().unwrap_or_default();
    let significant = mantissa.replace('.', "").trim_matches('0').len();
    let value = literal.parse::<f64>().ok()?;
    let held = if significant == 0 { value == 0.0 } else { value.is_normal() && significant <= 15 };
    if held { Number::from_f64(value) } else { None }
}
