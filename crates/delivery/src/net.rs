//! The only way out: addresses are looked up, checked, and connected to as they were checked.

pub mod address;
pub(crate) mod words;

use std::fmt;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use domain::{Error, Result};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{DATE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER, USER_AGENT};
use hyper::{Method, Uri};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use ipnet::IpNet;
use rustls::ClientConfig;
use tokio::net::TcpStream;
use tokio::time::timeout;
use url::{Host, Url};

/// How long one address may take to answer a connection attempt.
const CONNECT: Duration = Duration::from_secs(5);
/// Addresses of one name that are tried.
const MOST_ADDRESSES: usize = 4;
/// Bytes of an answer that are read for the sake of keeping its connection.
const DRAINED: usize = 64 * 1024;
/// How long an unused connection is kept.
const IDLE: Duration = Duration::from_secs(20);

/// Who this program says it is.
const AGENT: &str = concat!("daumoi/", env!("CARGO_PKG_VERSION"));

/// Why there is no answer. Says nothing that is secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The operator does not allow it: nothing was sent, not even a connection was tried.
    Forbidden(String),
    /// It could not be sent, or no answer came.
    Failed(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Forbidden(why) | Self::Failed(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for Fault {}

/// A request to somebody else's server.
#[derive(Debug, Clone)]
pub struct Request {
    /// `POST`, `GET` …
    pub method: String,
    /// Where to: `https://…`, or `http://…` in a network that the operator allows.
    pub url: String,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// Empty for none.
    pub body: Bytes,
}

/// What was answered. A redirect is an answer like any other: none is followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Seconds that the server asks to be left alone.
    pub pause: Option<i64>,
    /// The first bytes of the body.
    pub body: Vec<u8>,
}

/// The way out. Clones share its connections.
#[derive(Clone)]
pub struct Net {
    guard: Guard,
    tls: Arc<ClientConfig>,
    client: Client<HttpsConnector<Guard>, Full<Bytes>>,
}

impl Net {
    /// A way out to the open internet by TLS, and to `allowed` networks with or without.
    pub fn new(allowed: &[IpNet]) -> Result<Self> {
        let mut roots = rustls::RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(Error::broken)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let tls = Arc::new(tls);
        let guard = Guard { allowed: allowed.into() };
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(32)
            .build(HttpsConnector::from((guard.clone(), Arc::clone(&tls))));
        Ok(Self { guard, tls, client })
    }

    /// Connects to a host by name or address, for protocols other than HTTP. With TLS to follow the open internet may be
    /// reached, without it only networks that are allowed.
    pub async fn connect(&self, host: &str, port: u16, tls: bool) -> std::result::Result<TcpStream, Fault> {
        self.guard.connect(host, port, tls).await
    }

    /// How TLS is spoken: the machine's certificate authorities, ring.
    pub fn tls(&self) -> Arc<ClientConfig> {
        Arc::clone(&self.tls)
    }

    /// Sends a request, whose answer must begin within `patience`, and reads the first `keep` bytes of it. A body that does not
    /// end soon after is left: what it answers with is known by then.
    pub async fn send(&self, request: Request, patience: Duration, keep: usize) -> std::result::Result<Reply, Fault> {
        let url = parse_url(&request.url)?;
        self.check(&url)?;
        let request = prepared(request, &url)?;
        let answer = match timeout(patience, self.client.request(request)).await {
            Ok(answer) => answer.map_err(|error| fault(&error, &place(&url)))?,
            Err(_) => {
                let (place, seconds) = (place(&url), patience.as_secs());
                return Err(Fault::Failed(format!("{place} không trả lời trong {seconds} giây: hãy thử lại sau")));
            }
        };
        let (head, body) = answer.into_parts();
        let mut kept = Vec::new();
        // What came before it took too long still tells something.
        let _ = timeout(patience / 3, read(body, &mut kept, keep)).await;
        Ok(Reply { status: head.status.as_u16(), pause: pause(&head.headers), body: kept })
    }

    /// Refuses an address that can be told from its text alone to be out of bounds.
    pub fn check(&self, url: &Url) -> std::result::Result<(), Fault> {
        let literal = match url.host() {
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => IpAddr::V6(address),
            _ => return Ok(()),
        };
        self.guard.checked(literal, url.scheme() == "https").map(drop)
    }
}

/// Reads a body, of which the first `keep` bytes are kept.
async fn read(mut body: Incoming, kept: &mut Vec<u8>, keep: usize) {
    let mut read = 0;
    // A body that breaks off has told what it could.
    while let Some(Ok(frame)) = body.frame().await {
        let Some(data) = frame.data_ref() else { continue };
        let room = keep.saturating_sub(kept.len());
        kept.extend_from_slice(&data[..data.len().min(room)]);
        read += data.len();
        if read > DRAINED.max(keep) {
            return;
        }
    }
}

/// An address of ours to call: `http` or `https`, with a host and without a user or a fragment.
pub fn parse_url(text: &str) -> std::result::Result<Url, Fault> {
    let wrong = |why: &str| Err(Fault::Forbidden(why.to_owned()));
    let Ok(url) = Url::parse(text.trim()) else { return wrong("URL không hợp lệ") };
    if !["https", "http"].contains(&url.scheme()) || url.host().is_none() {
        return wrong("URL phải bắt đầu bằng https://");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return wrong("URL không được chứa tên đăng nhập hoặc mật khẩu");
    }
    if url.fragment().is_some() {
        return wrong("URL không được chứa phần sau dấu #");
    }
    Ok(url)
}

fn prepared(request: Request, url: &Url) -> std::result::Result<hyper::Request<Full<Bytes>>, Fault> {
    let wrong = |what: &str| Fault::Forbidden(format!("Yêu cầu gửi đi không hợp lệ: {what}"));
    let uri: Uri = url.as_str().parse().map_err(|_| wrong("URL"))?;
    let mut built = hyper::Request::new(Full::new(request.body));
    *built.method_mut() = Method::from_bytes(request.method.as_bytes()).map_err(|_| wrong("phương thức"))?;
    *built.uri_mut() = uri;
    built.headers_mut().insert(USER_AGENT, HeaderValue::from_static(AGENT));
    for (name, value) in &request.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong("tên header"))?;
        let value = HeaderValue::from_str(value).or_else(|_| HeaderValue::from_bytes(value.as_bytes()));
        built.headers_mut().insert(name, value.map_err(|_| wrong("giá trị header"))?);
    }
    Ok(built)
}

/// `Retry-After` in seconds. A date is counted from the answer's own `Date`, because the two clocks may differ.
fn pause(headers: &HeaderMap) -> Option<i64> {
    let asked = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let seconds = match asked.parse::<i64>() {
        Ok(seconds) => seconds,
        Err(_) => {
            let now = httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?).ok()?;
            let pause = httpdate::parse_http_date(asked).ok()?.duration_since(now).ok()?;
            i64::try_from(pause.as_secs()).ok()?
        }
    };
    (seconds > 0).then_some(seconds)
}

/// Where an address leads: host and port.
fn place(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    words::place(host, url.port_or_known_default().unwrap_or_default())
}

/// The fault at the bottom of what the client reports.
fn fault(error: &(dyn std::error::Error + 'static), place: &str) -> Fault {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(fault) = error.downcast_ref::<Fault>() {
            return fault.clone();
        }
        next = error.source();
    }
    let said = words::encrypting(error, place);
    let broken =
        || format!("Kết nối tới {place} không thành: hãy kiểm tra địa chỉ và cổng ({})", words::innermost(error));
    Fault::Failed(said.unwrap_or_else(broken))
}

/// Lets connections through to where they may go, and nowhere else.
#[derive(Debug, Clone)]
struct Guard {
    allowed: Arc<[IpNet]>,
}

impl Guard {
    /// The address to connect to, if it may be.
    fn checked(&self, address: IpAddr, tls: bool) -> std::result::Result<IpAddr, Fault> {
        let address = address::canonical(address);
        if address::is_allowed(address, &self.allowed) || tls && address::is_open(address) {
            return Ok(address);
        }
        Err(Fault::Forbidden(match address::is_open(address) {
            true => "Chỉ được gửi bằng https:// (http:// chỉ dành cho mạng được phép)".to_owned(),
            false => format!("Không được phép gửi tới địa chỉ {address} (xem DAUMOI_ALLOW_NETWORKS)"),
        }))
    }

    async fn connect(&self, host: &str, port: u16, tls: bool) -> std::result::Result<TcpStream, Fault> {
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let found = match host.parse::<IpAddr>() {
            Ok(address) => vec![SocketAddr::new(address, port)],
            Err(_) => match timeout(CONNECT, tokio::net::lookup_host((host, port))).await {
                Ok(Ok(found)) => found.collect(),
                Ok(Err(error)) => return Err(Fault::Failed(words::looking_up(&error, host))),
                Err(_) => {
                    return Err(Fault::Failed(format!("Không tra được địa chỉ của {host} kịp lúc: hãy kiểm tra DNS")));
                }
            },
        };
        let place = words::place(host, port);
        let mut end = Fault::Failed("Tên máy chủ không có địa chỉ nào".to_owned());
        for socket in found.into_iter().take(MOST_ADDRESSES) {
            let address = match self.checked(socket.ip(), tls) {
                Ok(address) => SocketAddr::new(address, port),
                Err(refusal) => {
                    end = refusal;
                    continue;
                }
            };
            match timeout(CONNECT, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => {
                    // Without it only small answers come later.
                    drop(stream.set_nodelay(true));
                    return Ok(stream);
                }
                Ok(Err(error)) => end = Fault::Failed(words::connecting(&error, &place)),
                Err(_) => {
                    end = Fault::Failed(format!(
                        "{place} không trả lời kịp lúc: hãy kiểm tra tên máy chủ, cổng và tường lửa"
                    ));
                }
            }
        }
        Err(end)
    }
}

impl tower_service::Service<Uri> for Guard {
    type Response = TokioIo<TcpStream>;
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<Self::Response, Fault>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<std::result::Result<(), Fault>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let guard = self.clone();
        Box::pin(async move {
            let tls = uri.scheme_str() == Some("https");
            let port = uri.port_u16().unwrap_or(if tls { 443 } else { 80 });
            guard.connect(uri.host().unwrap_or_default(), port, tls).await.map(TokioIo::new)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(headers: &[(&str, &str)]) -> Option<i64> {
        let pairs = headers.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_str(value).unwrap()));
        pause(&pairs.collect::<HeaderMap>())
    }

    #[test]
    fn a_pause_is_seconds_or_a_date() {
        let date = ("date", "Sun, 22 Nov 2026 08:00:00 GMT");
        assert_eq!(asked(&[("retry-after", "90")]), Some(90));
        assert_eq!(asked(&[date, ("retry-after", "Sun, 22 Nov 2026 08:02:30 GMT")]), Some(150));
        // In the past, against no clock, and not a date.
        assert_eq!(asked(&[date, ("retry-after", "Sun, 22 Nov 2026 07:59:00 GMT")]), None);
        assert_eq!(asked(&[("retry-after", "Sun, 22 Nov 2026 08:02:30 GMT")]), None);
        assert_eq!(asked(&[date, ("retry-after", "tomorrow")]), None);
        assert_eq!(asked(&[("retry-after", "-5")]), None);
    }
}
