//! Templates of messages, filled with a customer's facts: plain text for SMS, text and HTML for e-mail.

mod html;

use std::collections::BTreeMap;

use domain::contact_point::ContactKind;
use domain::listener::EmailTemplate;
use domain::{Customer, Error, Result};
use minijinja::{AutoEscape, Environment, UndefinedBehavior, escape_formatter};

pub use html::{document, from_text, sanitize, to_text};

/// Steps that a template may take: it is written by a user and may not keep a thread busy.
const FUEL: u64 = 20_000;
/// Characters of a filled text at most; what is longer is no message but a mistake.
const LONGEST: usize = 200_000;
/// Stands for a fact that is not there until its blanks are seen to; no fact and no template has it in it.
const GONE: &str = "\0";
/// The name under which a template is HTML to the engine.
const HTML: &str = "message.html";
/// What a template may name; of `fields` also what no field has as its code, which is empty.
const KNOWN: [&str; 10] =
    ["name", "given_name", "family_name", "salutation", "phone", "email", "code", "number", "company", "fields"];

/// An e-mail ready to be queued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// One line.
    pub subject: String,
    /// What it says as plain text.
    pub text: String,
    /// The same as HTML, when the template is HTML.
    pub html: Option<String>,
}

/// A template filled with a customer's facts: `name`, `given_name`, `family_name`, `salutation`, `phone`, `email`, `code` (as
/// people read it, such as `PID-212`), `number`, `company`, and custom fields as `fields.<code>`. What is not known is empty.
pub fn render(template: &str, customer: &Customer, code: &str) -> Result<String> {
    fill("message.txt", template, customer, code)
}

/// An e-mail from its templates. A body with tags is HTML: facts are escaped, the whole is cleaned of everything that could
/// act, and the plain text is made from it.
pub fn letter(template: &EmailTemplate, customer: &Customer, code: &str) -> Result<Letter> {
    let subject = render(&template.subject, customer, code)?.split_whitespace().collect::<Vec<_>>().join(" ");
    if !is_html(&template.body) {
        return Ok(Letter { subject, text: render(&template.body, customer, code)?, html: None });
    }
    let html = sanitize(&fill(HTML, &template.body, customer, code)?);
    Ok(Letter { subject, text: to_text(&html), html: Some(html) })
}

/// Refuses a template that cannot be filled or names what nobody has, naming its setting.
pub fn check(setting: &str, template: &str) -> Result<()> {
    let invalid = |error: Error| Error::invalid(setting, error.public());
    render(template, &Customer::default(), "").map_err(invalid)?;
    match unknown_names(template)?.as_slice() {
        [] => Ok(()),
        unknown => {
            let known: Vec<&str> = KNOWN.map(|name| if name == "fields" { "fields.<mã trường>" } else { name }).into();
            let (unknown, known) = (unknown.join(", "), known.join(", "));
            Err(Error::invalid(setting, format!("Mẫu tin nhắn không có biến {unknown}; các biến có là {known}")))
        }
    }
}

/// Names that a template looks up and that neither a customer nor the engine has, in alphabetical order.
fn unknown_names(template: &str) -> Result<Vec<String>> {
    let engine = engine();
    let read = engine.template_from_str(template).map_err(|error| fault(&error))?;
    let mut names: Vec<String> = read.undeclared_variables(false).into_iter().collect();
    names.retain(|name| !KNOWN.contains(&name.as_str()) && !engine.globals().any(|(global, _)| global == name));
    names.sort_unstable();
    Ok(names)
}

/// Whether a text has a tag in it.
fn is_html(template: &str) -> bool {
    template.match_indices('<').any(|(at, _)| {
        let mut rest = template[at + 1..].chars();
        rest.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '!' || c == '/') && rest.any(|c| c == '>')
    })
}

fn fill(name: &str, template: &str, customer: &Customer, code: &str) -> Result<String> {
    let first = |kind| customer.points_of(kind).next().map_or("", |point| point.raw.as_str());
    let fields: BTreeMap<&str, String> =
        customer.values.iter().map(|value| (value.code.as_str(), value.joined())).collect();
    let facts = minijinja::context! {
        name => &customer.name,
        given_name => &customer.given_name,
        family_name => &customer.family_name,
        salutation => &customer.salutation,
        phone => first(ContactKind::Phone),
        email => first(ContactKind::Email),
        code => code,
        number => customer.number,
        company => customer.company.as_ref().map_or("", |company| company.name.as_str()),
        fields => fields,
    };
    let mut engine = engine();
    // Who writes conditions decides about blanks; elsewhere a fact that is not there leaves no second one behind.
    if !template.contains("{%") {
        engine.set_formatter(|out, state, value| {
            let is_gone = value.is_undefined() || value.is_none() || value.as_str().is_some_and(str::is_empty);
            if is_gone { out.write_str(GONE).map_err(Into::into) } else { escape_formatter(out, state, value) }
        });
    }
    let filled = engine.render_named_str(name, template, facts).map_err(|error| fault(&error))?;
    let filled = without_gaps(&filled);
    if filled.len() > LONGEST {
        return Err(Error::invalid("template", "Mẫu tin nhắn cho ra văn bản quá dài"));
    }
    Ok(filled)
}

/// A text in which each fact that is not there takes a blank beside it along, when there is one on either side.
fn without_gaps(filled: &str) -> String {
    let mut parts = filled.split(GONE);
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_open = whole.chars().next_back().is_none_or(char::is_whitespace);
        whole.push_str(part.strip_prefix(' ').filter(|_| is_open).unwrap_or(part));
    }
    whole
}

fn engine() -> Environment<'static> {
    let mut engine = Environment::new();
    engine.set_undefined_behavior(UndefinedBehavior::Chainable);
    engine.set_fuel(Some(FUEL));
    engine.set_auto_escape_callback(|name| if name == HTML { AutoEscape::Html } else { AutoEscape::None });
    engine
}

fn fault(error: &minijinja::Error) -> Error {
    let line = error.line().unwrap_or(1);
    Error::invalid("template", format!("Mẫu tin nhắn có lỗi ở dòng {line}: {}", error.kind()))
}

#[cfg(test)]
mod tests {
    use domain::Id;
    use domain::contact_point::ContactPoint;
    use domain::field::{FieldType, FieldValue, ValueItem};
    use domain::identity::Country;

    use super::*;

    fn customer() -> Customer {
        let phone = ContactPoint::new(ContactKind::Phone, "0905 000 001", "", Country::VIET_NAM);
        Customer {
            name: "Lê <b>Bình</b>".into(),
            number: 7,
            points: phone.into_iter().collect(),
            ..Customer::default()
        }
    }

    fn mail(subject: &str, body: &str) -> Letter {
        let template = EmailTemplate { subject: subject.into(), body: body.into() };
        letter(&template, &customer(), "PID-7").unwrap()
    }

    #[test]
    fn text_is_filled_as_it_is() {
        let filled =
            render("Chào {{ name }} ({{code}}, {{ phone }}){{ nothing }}{{ fields.x.y }}!", &customer(), "PID-7");
        assert_eq!(filled.unwrap(), "Chào Lê <b>Bình</b> (PID-7, 0905 000 001)!");
        let items = vec![ValueItem::plain("Vàng")];
        let (code, label) = ("hang".into(), "Hạng".into());
        let value = FieldValue { field: Id(1), number: 1, code, label, kind: FieldType::Text, items };
        let known = Customer { values: vec![value], ..Customer::default() };
        assert_eq!(render("Hạng {{ fields.hang }}", &known, "").unwrap(), "Hạng Vàng");
    }

    #[test]
    fn a_fact_that_is_not_there_leaves_one_blank() {
        let fill = |template| render(template, &customer(), "PID-7").unwrap();
        assert_eq!(fill("Kính gửi {{ salutation }} {{ code }},"), "Kính gửi PID-7,");
        assert_eq!(fill("{{ salutation }} {{ given_name }} {{ code }}\n{{ company }} {{ code }}"), "PID-7\nPID-7");
        assert_eq!(fill("Chào  bạn {{ salutation }}, {{code}}  {{ code }}"), "Chào  bạn , PID-7  PID-7");
        let html = mail("Chào {{ salutation }} {{ code }}", "<p>Chào {{ salutation }} {{ name }}</p>");
        assert_eq!((html.subject.as_str(), html.text.as_str()), ("Chào PID-7", "Chào Lê <b>Bình</b>"));
        // Who asks whether there is one sees that there is none.
        assert_eq!(fill("{% set x %}{{ salutation }}{% endset %}{% if x %}có{% else %}{{ code }}{% endif %}"), "PID-7");
    }

    #[test]
    fn templates_that_cannot_be_filled_are_refused() {
        assert!(check("sms_body", "Chào {{ name }}").is_ok());
        for template in [
            "{{ name",
            "{% for x in range(100000000) %}{{ x }}{% endfor %}",
            "{% include 'x' %}",
            "{% for x in range(9000) %}xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx{% endfor %}",
        ] {
            assert!(check("sms_body", template).is_err(), "{template}");
        }
    }

    #[test]
    fn a_name_that_nobody_has_is_refused_with_those_that_there_are() {
        for template in [
            "{{ name }} {{ given_name }} {{ family_name }} {{ salutation }} {{ phone }} {{ email }} {{ code }} {{ number }}",
            "{{ company | upper }}{{ fields.hang }}{{ fields[\"x y\"] }}{% if fields.hang is defined %}!{% endif %}",
            "{% set chao = name %}{{ chao }}{% for i in range(3) %}{{ loop.index }}{{ i }}{% endfor %}",
        ] {
            assert_eq!(check("sms_body", template), Ok(()), "{template}");
        }
        let refused = check("sms_body", "Chào {{ nme }}{% if vip.x %}!{% endif %}{{ nme }}").unwrap_err();
        let known =
            "name, given_name, family_name, salutation, phone, email, code, number, company, fields.<mã trường>";
        assert_eq!(
            refused,
            Error::invalid("sms_body", format!("Mẫu tin nhắn không có biến nme, vip; các biến có là {known}"))
        );
    }

    #[test]
    fn a_letter_of_text_has_no_html() {
        let letter = mail("Chào\r\nBcc: x {{ name }}", "Giá <3 & > 5\n{{ name }}");
        assert_eq!(letter.subject, "Chào Bcc: x Lê <b>Bình</b>");
        assert_eq!((letter.text.as_str(), letter.html), ("Giá <3 & > 5\nLê <b>Bình</b>", None));
    }

    #[test]
    fn facts_in_html_are_escaped() {
        let letter = mail(
            "Chào {{ name }}",
            "<p style=\"color:red\">Chào {{ name }}</p><script>alert(1)</script><p>Mã {{ code }}</p>",
        );
        let html = letter.html.unwrap();
        assert_eq!(html, "<p style=\"color:red\">Chào Lê &lt;b&gt;Bình&lt;/b&gt;</p><p>Mã PID-7</p>");
        assert_eq!(letter.text, "Chào Lê <b>Bình</b>\n\nMã PID-7");
        assert_eq!(letter.subject, "Chào Lê <b>Bình</b>", "a subject is no HTML");
    }
}
