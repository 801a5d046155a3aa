//! The way in that all dialects share: what the journal needs to know of a request, and whether it is only a rehearsal.

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use hub::passage::Passage;

/// A call with this header set to `1` is answered as usual and changes nothing; its answer has the header too.
pub const DRY_RUN: HeaderName = HeaderName::from_static("x-daumoi-dry-run");

/// What a secret in an address is replaced by.
const MASK: &str = "***";

/// Words in the names of parameters that are secrets.
const SECRETS: [&str; 5] = ["token", "key", "secret", "password", "authorization"];

/// The routes of a dialect behind that way in.
pub fn guarded<S: Clone + Send + Sync + 'static>(routes: Router<S>) -> Router<S> {
    routes.layer(from_fn(through))
}

async fn through(request: Request, next: Next) -> Response {
    // Of a call that is played again the passage says more already.
    let mut passage = Passage::current();
    passage.target = Some(masked(&request));
    passage.content_type = text(request.headers(), &header::CONTENT_TYPE);
    passage.is_rehearsal |= asks_for_rehearsal(request.headers());
    let notes = passage.clone();
    let mut response = passage.around(next.run(request)).await;
    if notes.report().is_some() {
        response.headers_mut().insert(DRY_RUN, HeaderValue::from_static("1"));
    }
    response
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// Anything but a plain no: who mistypes the value of this header does not want to write.
fn asks_for_rehearsal(headers: &HeaderMap) -> bool {
    let said = headers.get(DRY_RUN).map(|value| value.to_str().unwrap_or_default().trim().to_ascii_lowercase());
    said.is_some_and(|said| !matches!(said.as_str(), "0" | "false" | "no"))
}

/// Path and query without secrets: a path that holds one is the template, a parameter that is one keeps its name.
fn masked(request: &Request) -> String {
    let template = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let path = template.filter(|template| template.contains("{secret}")).unwrap_or_else(|| request.uri().path());
    let Some(query) = request.uri().query() else { return path.to_owned() };
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, _)) if is_secret(name) => format!("{name}={MASK}"),
        _ => pair.to_owned(),
    });
    format!("{path}?{}", pairs.collect::<Vec<_>>().join("&"))
}

fn is_secret(name: &str) -> bool {
    // A name in percent encoding is read before it is judged.
    let pair = format!("{name}=");
    let name = form_urlencoded::parse(pair.as_bytes()).next().map(|(name, _)| name.to_ascii_lowercase());
    name.is_none_or(|name| SECRETS.iter().any(|secret| name.contains(secret)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked() {
        let masked = |uri: &str| masked(&Request::builder().uri(uri).body(axum::body::Body::empty()).unwrap());
        assert_eq!(masked("/api/x?access_token=a&ID=3"), "/api/x?access_token=***&ID=3");
        assert_eq!(masked("/api/auth?apiKey=a"), "/api/auth?apiKey=***");
        assert_eq!(masked("/api?acc%65ss_Token=a&x"), "/api?acc%65ss_Token=***&x");
        assert_eq!(masked("/a/b/3"), "/a/b/3");
    }

    #[test]
    fn only_a_plain_no_writes() {
        let asked = |value: &'static str| {
            asks_for_rehearsal(&HeaderMap::from_iter([(DRY_RUN, HeaderValue::from_static(value))]))
        };
        assert!(asked("1") && asked("true") && asked("") && asked("yes"));
        assert!(!asked("0") && !asked("False") && !asks_for_rehearsal(&HeaderMap::new()));
    }
}
