//! Files attached to a customer: added, downloaded and taken away.

use axum::body::Body;
use axum::extract::{Path, Request};
use axum::http::header;
use axum::response::IntoResponse;
use domain::{Error, Id, Result};
use front::{BODY_LIMIT, BodyError, read_body};
use hub::files;
use multer::Multipart;

use super::find;
use crate::page::{Answer, Toast, go};
use crate::{Visitor, show as shown};

/// Bytes of the files of one form at most, in megabytes.
const MEGABYTES: usize = BODY_LIMIT / (1024 * 1024);

/// A file that was sent.
struct Sent {
    name: String,
    bytes: Vec<u8>,
}

/// `POST /customers/{number}/files`
pub async fn upload(visitor: Visitor, Path(number): Path<i64>, request: Request) -> Answer {
    let viewer = visitor.viewer.clone();
    // Nothing of a stranger's is read.
    visitor.read(move |tx| find(tx, &viewer, number)).await?;
    let sent = read(&visitor, request).await?;
    if sent.is_empty() {
        return Err(Error::invalid("file", "Hãy chọn tệp để tải lên").into());
    }
    let mut kept = Vec::with_capacity(sent.len());
    for Sent { name, bytes } in sent {
        let (kind, size) = (files::media_type(&bytes), bytes.len());
        kept.push((name, kind, size, visitor.web.hub.files().put(bytes).await?));
    }
    let (viewer, count) = (visitor.viewer.clone(), kept.len());
    let first = shown::visible(&kept[0].0);
    visitor
        .write(move |tx| {
            let customer = find(tx, &viewer, number)?.id;
            kept.iter().try_for_each(|(name, kind, size, digest)| {
                files::add(tx, customer, name, kind, *size, digest).map(drop)
            })
        })
        .await?;
    let t = &visitor.t.customer;
    let said = if count == 1 { t.file_added(first) } else { t.files_added(count) };
    go(&visitor, &format!("/customers/{number}"), Some(&Toast::good(said)))
}

/// The files of a form, within what one request may bring.
async fn read(visitor: &Visitor, request: Request) -> Result<Vec<Sent>> {
    let unreadable = || Error::invalid("", "Biểu mẫu không đọc được");
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let boundary = kind.and_then(|kind| multer::parse_boundary(kind).ok()).ok_or_else(unreadable)?;
    let body = read_body(request.into_body(), BODY_LIMIT, &visitor.web.budget).await.map_err(|error| match error {
        BodyError::TooLarge => Error::invalid("file", format!("Tệp lớn quá {MEGABYTES} MB")),
        BodyError::TooBusy => Error::busy("too many large bodies at once"),
        BodyError::TimedOut | BodyError::Broken => unreadable(),
    })?;
    let mut parts = Multipart::new(Body::from(body).into_data_stream(), boundary);
    let mut sent = Vec::new();
    while let Some(part) = parts.next_field().await.map_err(|_| unreadable())? {
        let Some(name) = part.file_name().map(str::to_owned) else { continue };
        let bytes = part.bytes().await.map_err(|_| unreadable())?;
        // A file that nobody chose, as browsers send it.
        if !(name.is_empty() && bytes.is_empty()) {
            sent.push(Sent { name, bytes: bytes.into() });
        }
    }
    Ok(sent)
}

/// `POST /customers/{number}/files/{id}/delete`
pub async fn remove(visitor: Visitor, Path((number, file)): Path<(i64, i64)>) -> Answer {
    let viewer = visitor.viewer.clone();
    let gone = visitor
        .write(move |tx| {
            let customer = find(tx, &viewer, number)?.id;
            files::remove(tx, customer, Id(file))
        })
        .await?;
    let said = visitor.t.customer.file_removed(shown::visible(&gone.name));
    go(&visitor, &format!("/customers/{number}"), Some(&Toast::good(said)))
}

/// `GET /customers/{number}/files/{id}`: an attached file, as a download only.
pub async fn download(visitor: Visitor, Path((number, file)): Path<(i64, i64)>) -> Answer {
    let viewer = visitor.viewer.clone();
    let attached = visitor
        .read(move |tx| {
            let customer = find(tx, &viewer, number)?;
            let found = files::of_customer(tx, customer.id)?.into_iter().find(|known| known.id == Id(file));
            found.ok_or_else(|| Error::not_found("Không tìm thấy tệp đính kèm"))
        })
        .await?;
    let bytes = visitor.web.hub.files().get(&attached.digest).await?;
    let name: String = form_urlencoded::byte_serialize(attached.name.as_bytes()).collect();
    let name = format!("attachment; filename*=UTF-8''{}", name.replace('+', "%20"));
    let kind = "application/octet-stream".to_owned();
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], bytes).into_response())
}
