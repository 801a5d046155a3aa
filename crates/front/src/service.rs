//! One connection's requests on their way into the router.

use std::any::Any;
use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::http::{HeaderValue, Request, Response, StatusCode, header};
use axum::{BoxError, Router};
use bytes::Bytes;
use hyper::body::{Frame, Incoming, SizeHint};
use tower::ServiceExt;
use tower_http::catch_panic::{CatchPanic, ResponseForPanic};

use crate::body::TimedBody;
use crate::exchange::{Exchange, Turn};
use crate::observe::Observed;
use crate::{Front, Limits, Metrics, TrustedProxies, target};

/// What all connections share.
pub(crate) struct Shared {
    router: CatchPanic<Router, PanicAnswer>,
    pub(crate) proxies: TrustedProxies,
    pub(crate) metrics: Metrics,
    pub(crate) limits: Limits,
}

impl From<Front> for Shared {
    fn from(Front { router, limits, proxies, metrics }: Front) -> Self {
        Self { router: CatchPanic::custom(router, PanicAnswer), proxies, metrics, limits }
    }
}

/// The service of one connection.
pub(crate) struct Connection {
    pub(crate) shared: Arc<Shared>,
    pub(crate) peer: IpAddr,
    pub(crate) exchange: Arc<Exchange>,
}

impl hyper::service::Service<Request<Incoming>> for Connection {
    type Response = Response<Answer>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Answer>, BoxError>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        use hyper::body::Body as _;
        let Shared { router, proxies, metrics, limits } = &*self.shared;
        let turn = self.exchange.begin(request.body().size_hint().exact());
        let mut request = request.map(|body| Body::new(TimedBody::new(body, limits)));
        target::collapse_slashes(request.uri_mut());
        let client = proxies.resolve(self.peer, request.headers());
        let observed = Observed::begin(&mut request, metrics, client);
        let answer = router.clone().oneshot(request);
        Box::pin(async move {
            let response = answer.await?;
            observed.answered(response.status());
            Ok(response.map(|body| Answer { body: Body::new(body), _turn: turn }))
        })
    }
}

/// An answer's body, which ends the request when it is written.
pub(crate) struct Answer {
    body: Body,
    _turn: Turn,
}

impl hyper::body::Body for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.get_mut().body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The panic hook has logged it; the client learns only that it was our fault.
#[derive(Clone, Copy)]
struct PanicAnswer;

impl ResponseForPanic for PanicAnswer {
    type ResponseBody = Body;

    fn response_for_panic(&mut self, _: Box<dyn Any + Send>) -> Response<Body> {
        let mut response = Response::new(Body::from(r#"{"error":"internal error"}"#));
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response
    }
}
