//! What went wrong, as a page, as a line in a corner of the page that is shown, or as the way to the sign-in.

use askama::Template;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use domain::Error;

use crate::page::{Page, Section, Toast, render};
use crate::routes::FORM;
use crate::visitor::{Visit, Visitor, Web};

/// An error on its way out of a handler; `frame` makes an answer of it that fits what was asked.
#[derive(Debug, Clone)]
pub struct Fault(pub Error);

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl From<askama::Error> for Fault {
    fn from(error: askama::Error) -> Self {
        Self(Error::broken(error))
    }
}

impl Fault {
    /// The HTTP status that says so.
    pub fn status(&self) -> StatusCode {
        match &self.0 {
            Error::NotFound { .. } => StatusCode::NOT_FOUND,
            Error::Conflict { .. } => StatusCode::CONFLICT,
            Error::Invalid { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Error::Forbidden { .. } => StatusCode::FORBIDDEN,
            Error::Unauthorized { .. } => StatusCode::UNAUTHORIZED,
            Error::Busy { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Error::Broken { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[derive(Template)]
#[template(path = "shell/fault.html")]
struct FaultPage {
    page: Page,
    code: u16,
    heading: String,
    message: String,
    /// Where the same can be asked for again.
    again: Option<String>,
}

#[derive(Template)]
#[template(path = "components/toast.html")]
struct FaultToast<'f> {
    toast: &'f Toast,
    page: &'f Page,
}

/// Gives every fault the form in which it is best read.
pub async fn frame(State(web): State<Web>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let (Ok(visit), method) = (visit(&mut parts, &web).await, parts.method.clone()) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    // The head is needed once more, should the handler fail.
    let kept = parts.clone();
    let mut response = next.run(Request::from_parts(parts, body)).await;
    let fault = response.extensions_mut().remove::<Fault>().or_else(|| rejected(&response));
    let Some(fault) = fault else { return response };
    if fault.status().is_server_error() {
        tracing::error!(cause = fault.0.private(), "a page failed");
    }
    if matches!(fault.0, Error::Unauthorized { .. }) {
        return to_sign_in(&visit, &method);
    }
    let visitor = signed_in(kept, &web).await;
    answer(&visit, visitor.as_ref(), &method, &fault).unwrap_or_else(|_| fault.status().into_response())
}

async fn visit(parts: &mut axum::http::request::Parts, web: &Web) -> Result<Visit, Fault> {
    use axum::extract::FromRequestParts as _;
    Visit::from_request_parts(parts, web).await
}

async fn signed_in(mut parts: axum::http::request::Parts, web: &Web) -> Option<Visitor> {
    use axum::extract::FromRequestParts as _;
    Visitor::from_request_parts(&mut parts, web).await.ok()
}

/// A request that no handler saw: an address with a word where a number stands, a form that cannot be read.
fn rejected(response: &Response) -> Option<Fault> {
    let is_page = |kind: &HeaderValue| !kind.as_bytes().starts_with(b"text/plain");
    if response.headers().get(header::CONTENT_TYPE).is_some_and(is_page) {
        return None;
    }
    match response.status() {
        StatusCode::NOT_FOUND | StatusCode::BAD_REQUEST | StatusCode::METHOD_NOT_ALLOWED => {
            Some(Fault(Error::not_found("Không có trang này")))
        }
        StatusCode::PAYLOAD_TOO_LARGE | StatusCode::UNPROCESSABLE_ENTITY | StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            Some(Fault(unread(response.status())))
        }
        _ => None,
    }
}

/// Why a form was not read, from the status with which it was turned away.
pub(crate) fn unread(status: StatusCode) -> Error {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => {
            let most = FORM / (1024 * 1024);
            Error::invalid("", format!("Biểu mẫu quá lớn: mỗi lần gửi được nhiều nhất {most} MB"))
        }
        _ => Error::invalid("", "Biểu mẫu không đọc được"),
    }
}

/// Back to where they were after they have signed in, where that can be asked for again.
fn to_sign_in(visit: &Visit, method: &Method) -> Response {
    let next: String = match method {
        &Method::GET if !visit.wants_fragment && visit.place != "/" => {
            form_urlencoded::Serializer::new("?".to_owned()).append_pair("next", &visit.place).finish()
        }
        _ => String::new(),
    };
    let place = format!("/sign-in{}", next.replacen("?&", "?", 1));
    if visit.wants_fragment {
        let mut response = StatusCode::UNAUTHORIZED.into_response();
        if let Ok(place) = HeaderValue::from_str(&place) {
            response.headers_mut().insert("hx-redirect", place);
        }
        return response;
    }
    Redirect::to(&place).into_response()
}

fn answer(visit: &Visit, visitor: Option<&Visitor>, method: &Method, fault: &Fault) -> Result<Response, Fault> {
    let (t, status) = (visit.t, fault.status());
    let heading = match status {
        StatusCode::NOT_FOUND => t.shell.fault_not_found,
        StatusCode::FORBIDDEN => t.shell.fault_forbidden,
        StatusCode::UNPROCESSABLE_ENTITY => t.shell.fault_invalid,
        StatusCode::CONFLICT => t.shell.fault_conflict,
        StatusCode::SERVICE_UNAVAILABLE => t.shell.fault_busy,
        _ => t.shell.fault_broken,
    };
    let page = Page::new(visit, visitor, Section::None, heading.to_owned());
    let is_busy = status == StatusCode::SERVICE_UNAVAILABLE;
    let message = match is_busy && !visit.wants_fragment {
        true => t.shell.busy_text.to_owned(),
        false => page.said(fault.0.public()),
    };
    let body = if visit.wants_fragment {
        let toast = Toast::bad(message);
        FaultToast { toast: &toast, page: &page }.render()?
    } else {
        let again = (is_busy && method == Method::GET).then(|| visit.place.clone());
        FaultPage { page, code: status.as_u16(), heading: heading.to_owned(), message, again }.render()?
    };
    let mut response = render(body);
    *response.status_mut() = status;
    if is_busy {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::middleware::from_fn_with_state;
    use axum::routing::get;
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test]
    async fn who_meets_a_busy_server_is_told_how_to_go_on() {
        let place = tokio::task::spawn_blocking(testbed::TestPlace::new).await.unwrap();
        let web = Web::new(place.still_hub().0, Vec::new());
        let busy = || async { Fault(Error::busy("the database is locked")) };
        let router = Router::new().route("/slow", get(busy).post(busy)).layer(from_fn_with_state(web, frame));
        for (method, can_be_asked_again) in [(Method::GET, true), (Method::POST, false)] {
            let request = Request::builder().method(method.clone()).uri("/slow?q=a&b=c").body(Body::empty()).unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
            let page = response.into_body().collect().await.unwrap().to_bytes();
            let page = String::from_utf8_lossy(&page).into_owned();
            assert!(page.contains("Không có gì bị mất") && !page.contains("locked"), "{page}");
            let again = "href=\"/slow?q=a&#38;b=c\">Thử lại</a>";
            assert_eq!(page.contains(again), can_be_asked_again, "{method} {page}");
        }
    }
}
