//! A small HTTP client that keeps its connection: enough to load a server without costing more than the server.

use anyhow::{Context as _, Result, bail};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// One connection.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    token: Option<String>,
}

impl Connection {
    /// Opens a connection to `127.0.0.1:port`.
    pub async fn open(port: u16) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(16 * 1024), token: None })
    }

    /// Sends a token with every request.
    pub fn with_token(self, token: &str) -> Self {
        Self { token: Some(format!("authorization: Bearer {token}\r\n")), ..self }
    }

    /// Sends a cookie with every request, as a browser that is signed in.
    pub fn with_cookie(self, cookie: &str) -> Self {
        Self { token: Some(format!("cookie: {cookie}\r\n")), ..self }
    }

    /// Posts a JSON body; gives the status and the answer.
    pub async fn post(&mut self, path: &str, body: &str) -> Result<(u16, String)> {
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n{}content-length: {}\r\n\r\n{body}",
            self.token.as_deref().unwrap_or_default(),
            body.len()
        );
        self.stream.write_all(request.as_bytes()).await?;
        self.answer().await
    }

    /// Gets what is at a path; gives the status and the answer.
    pub async fn get(&mut self, path: &str) -> Result<(u16, String)> {
        let token = self.token.as_deref().unwrap_or_default();
        let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n{token}\r\n");
        self.stream.write_all(request.as_bytes()).await?;
        self.answer().await
    }

    async fn answer(&mut self) -> Result<(u16, String)> {
        self.buffer.clear();
        let head = loop {
            if let Some(end) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                break end;
            }
            self.fill().await?;
        };
        let text = String::from_utf8_lossy(&self.buffer[..head]).to_ascii_lowercase();
        let status = text.split(' ').nth(1).context("no status")?.parse()?;
        let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")).context("no length")?;
        let end = head + 4 + length.trim().parse::<usize>()?;
        while self.buffer.len() < end {
            self.fill().await?;
        }
        Ok((status, String::from_utf8_lossy(&self.buffer[head + 4..end]).into_owned()))
    }

    async fn fill(&mut self) -> Result<()> {
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            bail!("the server closed the connection");
        }
        Ok(())
    }
}
