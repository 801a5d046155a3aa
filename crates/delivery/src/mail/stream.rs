//! A connection that is encrypted from its first byte, in the form that the SMTP client takes.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use lettre::transport::smtp::client::AsyncTokioStream;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::MailAccount;
use crate::net::{Fault, Net, words};

/// Speaks TLS on a connection; the server's certificate must be for the host of the account.
pub(super) async fn encrypt(
    net: &Net,
    account: &MailAccount,
    stream: TcpStream,
) -> Result<Box<dyn AsyncTokioStream>, Fault> {
    let config = match &account.ca {
        None => net.tls(),
        Some(ca) => config(ca).map_err(Fault::Failed)?,
    };
    let name = ServerName::try_from(account.host.clone()).map_err(|error| Fault::Failed(error.to_string()))?;
    let stream = TlsConnector::from(config).connect(name, stream).await;
    stream.map(|stream| Box::new(Encrypted(stream)) as _).map_err(|error| {
        let place = words::place(&account.host, account.port);
        let said = words::encrypting(&error, &place);
        Fault::Failed(said.unwrap_or_else(|| format!("Không lập được kết nối TLS với {place} ({error})")))
    })
}

/// The certificates of a PEM text.
pub(super) fn roots(pem: &str) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        let added = certificate
            .map_err(|error| error.to_string())
            .and_then(|it| roots.add(it).map_err(|error| error.to_string()));
        added.map_err(|error| format!("Chứng chỉ CA không đọc được: {error}"))?;
    }
    if roots.is_empty() { Err("Không có chứng chỉ CA nào ở dạng PEM".to_owned()) } else { Ok(roots) }
}

fn config(ca: &str) -> Result<Arc<ClientConfig>, String> {
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    Ok(Arc::new(config.with_root_certificates(roots(ca)?).with_no_client_auth()))
}

/// The client's trait cannot be given to somebody else's type.
#[derive(Debug)]
struct Encrypted(TlsStream<TcpStream>);

impl AsyncTokioStream for Encrypted {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.get_ref().0.peer_addr()
    }
}

impl AsyncRead for Encrypted {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl AsyncWrite for Encrypted {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
