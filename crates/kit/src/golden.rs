//! The runner of golden files: each is an example, a document and a byte-exact test at once.
//!
//! A file holds one exchange or several, set apart by lines of `###`. An exchange is a request as in an `.http` file (request
//! line, headers, blank line, body), a line `---`, and the answer: its status on a line, then its body. Everything runs in
//! process, with a clock that stands still and ids that count. With `UPDATE_GOLDEN=1` the answers are written into the files.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

/// One request with the answer that is expected.
struct Exchange {
    request: String,
    answer: String,
}

/// Runs every golden file of a crate's folder `golden`; gives the differences, one text a file. `next` makes what a file runs
/// against, out of what the one before ran against if that can be used again, and `router` is the way to it. A `{word}` in a
/// request is replaced by what `words` says.
pub fn run<H>(
    root: &Path,
    words: &[(&str, &str)],
    next: impl Fn(Option<H>) -> H,
    router: impl Fn(&H) -> Router,
) -> Vec<String> {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut standing = None;
    let mut differences = Vec::new();
    for file in files(root) {
        let house = next(standing.take());
        differences.extend(run_file(&file, words, &router(&house), update));
        standing = Some(house);
    }
    differences
}

/// What a crate owes its reader: routes (`METHOD /path/{parameter}`) that no golden file asks for or that its README has no row
/// for, and golden files that its README does not name.
pub fn owed(root: &Path, routes: &[String]) -> Vec<String> {
    let readme = fs::read_to_string(root.join("README.md")).unwrap_or_default();
    let mut owed: BTreeSet<String> = routes.iter().map(|route| format!("no golden file asks {route}")).collect();
    for (asked, _) in requests(root) {
        let meant = routes.iter().filter(|route| is_of(&asked, route)).min_by_key(|route| route.matches('{').count());
        if let Some(route) = meant {
            owed.remove(&format!("no golden file asks {route}"));
        }
    }
    let rows = routes.iter().map(|route| format!("| `{route}` |")).filter(|row| !readme.contains(row));
    owed.extend(rows.map(|row| format!("README.md has no row {row}")));
    let names = files(root).into_iter().filter_map(|file| Some(file.file_name()?.to_string_lossy().into_owned()));
    let names = names.filter(|name| !readme.contains(&format!("`{name}`")));
    owed.extend(names.map(|name| format!("README.md does not name golden/{name}")));
    owed.into_iter().collect()
}

/// Whether a request line asks for a route.
fn is_of(asked: &str, route: &str) -> bool {
    let path = asked.split('?').next().unwrap_or_default().trim_end();
    let (mut asked, mut parts) = (path.split('/'), route.split('/'));
    loop {
        match (asked.next(), parts.next()) {
            (None, None) => return true,
            (Some(asked), Some(part)) if asked == part || (part.starts_with('{') && !asked.is_empty()) => {}
            _ => return false,
        }
    }
}

/// Every request of a crate's golden files, as they stand there: the request line and the body.
pub fn requests(root: &Path) -> Vec<(String, String)> {
    let texts = files(root).into_iter().filter_map(|file| fs::read_to_string(file).ok());
    let exchanges: Vec<Exchange> = texts.flat_map(|text| exchanges(&text)).collect();
    let request = |exchange: Exchange| {
        let (head, body) = exchange.request.split_once("\n\n").unwrap_or((&exchange.request, ""));
        let line = head.lines().find(|line| !line.starts_with('#'))?;
        Some((line.to_owned(), body.to_owned()))
    };
    exchanges.into_iter().filter_map(request).collect()
}

/// The golden files of a crate, in order.
fn files(root: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(root.join("golden")).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(is_golden).collect();
    files.sort();
    files
}

fn is_golden(file: &PathBuf) -> bool {
    Path::new(file).extension().is_some_and(|extension| extension == "http")
}

fn run_file(file: &Path, words: &[(&str, &str)], router: &Router, update: bool) -> Option<String> {
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) => return Some(format!("{}: {error}", file.display())),
    };
    let mut written = Vec::new();
    let mut differences = Vec::new();
    for (index, exchange) in exchanges(&text).into_iter().enumerate() {
        let answer = ask(router, &exchange.request, words);
        if answer != exchange.answer {
            differences.push(format!(
                "{} exchange {}:\n  expected: {}\n  answered: {answer}",
                file.display(),
                index + 1,
                exchange.answer
            ));
        }
        written.push(format!("{}\n\n---\n{answer}\n", exchange.request.trim_end()));
    }
    if update {
        let end = fs::write(file, written.join("\n###\n"));
        return end.err().map(|error| format!("{}: {error}", file.display()));
    }
    (!differences.is_empty()).then(|| differences.join("\n"))
}

fn exchanges(text: &str) -> Vec<Exchange> {
    text.split("\n###\n")
        .map(|part| {
            let (request, answer) = part.split_once("\n---\n").unwrap_or((part, ""));
            Exchange { request: request.trim().to_owned(), answer: answer.trim().to_owned() }
        })
        .collect()
}

/// Sends a request through the router; the answer is its status on a line, then its body.
fn ask(router: &Router, text: &str, words: &[(&str, &str)]) -> String {
    let text = words.iter().fold(text.to_owned(), |text, (word, value)| text.replace(&format!("{{{word}}}"), value));
    let request = match parse(&text) {
        Ok(request) => request,
        Err(error) => return format!("unreadable request: {error}"),
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return error.to_string(),
    };
    runtime.block_on(async {
        let response = match router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let status = response.status().as_u16();
        match response.into_body().collect().await {
            Ok(body) => format!("{status}\n{}", String::from_utf8_lossy(&body.to_bytes())),
            Err(error) => format!("{status}\n{error}"),
        }
    })
}

fn parse(text: &str) -> Result<Request<Body>, String> {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = head.lines().filter(|line| !line.starts_with('#'));
    let first = lines.next().ok_or("no request line")?;
    let (method, target) = first.split_once(' ').ok_or("no target")?;
    let mut request = Request::builder().method(method).uri(target.trim());
    for line in lines {
        let (name, value) = line.split_once(':').ok_or_else(|| format!("no header: {line}"))?;
        request = request.header(name.trim(), value.trim());
    }
    request.body(Body::from(body.trim_end().to_owned())).map_err(|error| error.to_string())
}
