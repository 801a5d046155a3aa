//! Script, style, typeface and icons: embedded, named after their content, and therefore kept by browsers for ever.

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// One file as it is served.
pub struct File {
    /// Its path, with the beginning of its SHA-256.
    pub path: &'static str,
    /// Its media type.
    pub media_type: &'static str,
    plain: &'static [u8],
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// Serves a file, compressed when the browser reads that.
pub async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some(file) = ALL.iter().find(|file| file.path.strip_prefix("/assets/") == Some(&name)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let accepts =
        |coding: &str| accepted.split(',').any(|known| known.split(';').next().unwrap_or("").trim() == coding);
    let (bytes, coding) = match file {
        File { brotli: Some(bytes), .. } if accepts("br") => (*bytes, Some("br")),
        File { gzip: Some(bytes), .. } if accepts("gzip") => (*bytes, Some("gzip")),
        File { plain, .. } => (*plain, None),
    };
    let mut response = bytes.into_response();
    let head = response.headers_mut();
    head.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.media_type));
    head.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    head.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(coding) = coding {
        head.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    response
}

/// The web app manifest.
pub async fn manifest() -> Response {
    let body = serde_json::json!({
        "name": "Đầu Mối",
        "short_name": "Đầu Mối",
        "lang": "vi",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f4f6f6",
        "theme_color": "#0d404a",
        "icons": [
            { "src": ICON, "type": "image/svg+xml", "sizes": "any" },
            { "src": ICON_192, "type": "image/png", "sizes": "192x192" },
            { "src": ICON_512, "type": "image/png", "sizes": "512x512" },
        ],
    });
    ([(header::CONTENT_TYPE, "application/manifest+json")], body.to_string()).into_response()
}
