//! Cookies: the session, language and theme, and what the next page says.

use axum::http::{HeaderMap, HeaderValue, Uri, header};

/// The session where the browser takes the connection for safe: TLS, or this very machine.
const SESSION: &str = "__Host-daumoi";
/// The session on a plain office network, where browsers refuse the other one.
const PLAIN_SESSION: &str = "daumoi";
/// `vi` or `en`.
pub const LANGUAGE: &str = "daumoi-language";
/// `light`, `dark` or `system`.
pub const THEME: &str = "daumoi-theme";
/// What the next page says once.
pub const SAID: &str = "daumoi-said";

/// Seconds that language and theme are remembered.
const YEAR: u32 = 31_536_000;

/// The value of a cookie.
pub fn find<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// The secret of the session. The plain cookie counts only where the browser does not take the connection for safe: there it
/// sends no `Sec-Fetch-Site`, so that nobody on the network can slip a session of theirs under one that came over TLS.
pub fn session(headers: &HeaderMap) -> Option<&str> {
    find(headers, SESSION).or_else(|| {
        let is_plain = !headers.contains_key("sec-fetch-site");
        find(headers, PLAIN_SESSION).filter(|_| is_plain)
    })
}

/// Keeps a session for as long as the browser runs or the server lets it live, whichever is shorter.
pub fn keep_session(headers: &HeaderMap, secret: &str) -> HeaderValue {
    let cookie = if is_plain(headers) {
        format!("{PLAIN_SESSION}={secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age=1209600")
    } else {
        format!("{SESSION}={secret}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=1209600")
    };
    value(&cookie)
}

/// Forgets the session, whichever cookie it was in.
pub fn drop_session() -> [HeaderValue; 2] {
    [
        HeaderValue::from_static("__Host-daumoi=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"),
        HeaderValue::from_static("daumoi=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"),
    ]
}

/// Remembers a choice such as the language.
pub fn remember(name: &str, choice: &str) -> HeaderValue {
    value(&format!("{name}={choice}; Path=/; HttpOnly; SameSite=Lax; Max-Age={YEAR}"))
}

/// Tells the next page what to say. `text` is made safe for a cookie here.
pub fn say(text: &str) -> HeaderValue {
    let safe: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
    value(&format!("{SAID}={safe}; Path=/; HttpOnly; SameSite=Lax; Max-Age=60"))
}

/// What the page before wanted said.
pub fn said(headers: &HeaderMap) -> Option<String> {
    let text = find(headers, SAID).filter(|text| !text.is_empty())?;
    // As the one key of a form: the opposite of how it was made safe.
    form_urlencoded::parse(text.as_bytes()).next().map(|(text, _)| text.into_owned())
}

/// Takes back what was to be said.
pub fn unsay() -> HeaderValue {
    HeaderValue::from_static("daumoi-said=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")
}

/// Whether the browser reached us over plain HTTP from another machine. It says so itself in `Origin`, which every change carries.
fn is_plain(headers: &HeaderMap) -> bool {
    let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
    let Some(origin) = origin.and_then(|origin| origin.parse::<Uri>().ok()) else { return false };
    let host = origin.host().unwrap_or_default().trim_matches(['[', ']']);
    let is_here = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    origin.scheme_str() == Some("http") && !is_here
}

fn value(cookie: &str) -> HeaderValue {
    // Only letters that may stand in a header are put in; an empty cookie is the least that can be set.
    HeaderValue::from_str(cookie).unwrap_or_else(|_| HeaderValue::from_static("daumoi-said=; Max-Age=0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_str(value).unwrap())).collect()
    }

    #[test]
    fn the_session_is_for_this_host_alone_wherever_the_browser_allows_it() {
        for (origin, name) in [
            ("https://crm.example.vn", "__Host-daumoi=x; Path=/; Secure; HttpOnly; SameSite=Lax"),
            ("http://127.0.0.1:8080", "__Host-daumoi=x; Path=/; Secure; HttpOnly; SameSite=Lax"),
            ("http://localhost:8080", "__Host-daumoi=x; Path=/; Secure; HttpOnly; SameSite=Lax"),
            ("http://[::1]:8080", "__Host-daumoi=x; Path=/; Secure; HttpOnly; SameSite=Lax"),
            ("http://192.168.1.7:8080", "daumoi=x; Path=/; HttpOnly; SameSite=Lax"),
        ] {
            let cookie = keep_session(&headers(&[("origin", origin)]), "x");
            assert!(cookie.to_str().unwrap().starts_with(name), "{origin}: {cookie:?}");
        }
    }

    #[test]
    fn a_plain_session_counts_on_plain_networks_only() {
        assert_eq!(session(&headers(&[("cookie", "a=b; daumoi=1")])), Some("1"));
        assert_eq!(session(&headers(&[("cookie", "daumoi=1"), ("sec-fetch-site", "same-origin")])), None);
        let both = headers(&[("cookie", "daumoi=1; __Host-daumoi=2"), ("sec-fetch-site", "none")]);
        assert_eq!(session(&both), Some("2"));
    }

    #[test]
    fn what_is_said_comes_back_as_it_was() {
        let cookie = say("Đã lưu; \"x\" & =");
        let pair = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
        assert_eq!(said(&headers(&[("cookie", &pair)])).as_deref(), Some("Đã lưu; \"x\" & ="));
    }
}
