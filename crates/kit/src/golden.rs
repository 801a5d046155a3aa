//! The runner of golden files: each is an example, a document and a byte-exact test at once.
//!
//! A file holds one exchange or several, set apart by lines of `###`. An exchange is a request as in an `.http` file (request
//! line, headers, blank line, body), a line `---`, and the answer: its status on a line, then its body. Everything runs in
//! process, with a clock that stands still and ids that count. With `UPDATE_GOLDEN=1` the answers are written into the files.

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

/// Runs every golden file of a folder, each against a fresh router; gives the differences, one text a file. A `{word}` in a
/// request is replaced by what `words` says.
pub fn run(folder: &Path, words: &[(&str, &str)], fresh: impl Fn() -> Router) -> Vec<String> {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    files(folder).iter().filter_map(|file| run_file(file, words, &fresh(), update)).collect()
}

/// The golden files of a folder, in order.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
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
