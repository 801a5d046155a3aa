//! One client's socket: hands the parser whole, repaired request heads, and gives up on a client that stands still.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep};

use crate::Limits;
use crate::exchange::{Exchange, Step};
use crate::target;

const READ: usize = 4096;

/// A stream whose reader gets one request at a time: a head only when it is complete and repaired, then its body and
/// not a byte more until it is answered. Framing is the parser's: it says through the [`Exchange`] how long the body
/// is. After a chunked body, whose end only the parser knows, everything passes as it comes and later heads are not
/// repaired.
pub(crate) struct Socket {
    stream: TcpStream,
    exchange: Arc<Exchange>,
    times: Times,
    buffer: BytesMut,
    stage: Stage,
    read_wait: Pin<Box<Sleep>>,
    write_wait: Option<Pin<Box<Sleep>>>,
    is_closing: bool,
}

struct Times {
    head_bytes: usize,
    head: Duration,
    idle: Duration,
    write: Duration,
    linger: Duration,
}

enum Stage {
    /// Collecting a head, of which the first `seen` bytes hold no end; its clock runs once it has `begun`.
    Head { seen: usize, begun: bool },
    /// Handing over the first `left` bytes of the buffer.
    Deliver { left: usize },
    /// The parser and the handler have the request.
    Exchange,
    /// Everything passes.
    Unframed,
}

impl Socket {
    pub(crate) fn new(stream: TcpStream, exchange: Arc<Exchange>, limits: &Limits) -> Self {
        Self {
            stream,
            exchange,
            times: Times {
                head_bytes: limits.head_bytes,
                head: limits.head_time,
                idle: limits.idle_time,
                write: limits.write_stall,
                linger: limits.linger,
            },
            buffer: BytesMut::new(),
            stage: Stage::Head { seen: 0, begun: true },
            read_wait: Box::pin(sleep(limits.head_time)),
            write_wait: None,
            is_closing: false,
        }
    }

    /// Reads until the buffer holds a head; `false` when the client closed before that.
    fn poll_head(&mut self, cx: &mut Context<'_>, mut seen: usize, mut begun: bool) -> Poll<io::Result<bool>> {
        loop {
            let blank = self.buffer.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            self.buffer.advance(blank);
            if let Some(end) = target::head_end(&self.buffer, seen) {
                self.stage = Stage::Deliver { left: self.repair(end) };
                return Poll::Ready(Ok(true));
            }
            if self.buffer.len() >= self.times.head_bytes {
                // The parser's own bound is the same, so it answers 431.
                self.stage = Stage::Unframed;
                return Poll::Ready(Ok(true));
            }
            seen = self.buffer.len();
            self.stage = Stage::Head { seen, begun };
            self.buffer.reserve(READ);
            let read = loop {
                ready!(self.poll_while_waiting(cx, |stream, cx| stream.poll_read_ready(cx)))?;
                match self.stream.try_read_buf(&mut self.buffer) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    other => break other?,
                }
            };
            if read == 0 {
                return Poll::Ready(Ok(false));
            }
            if !begun {
                begun = true;
                self.wait_at_most(self.times.head);
            }
        }
    }

    /// Repairs the head of `end` bytes at the front of the buffer; its new length.
    fn repair(&mut self, end: usize) -> usize {
        let Some(repaired) = self.buffer.get(..end).and_then(target::repair_head) else { return end };
        let rest = self.buffer.split_off(end);
        self.buffer = BytesMut::from(repaired.as_slice());
        self.buffer.extend_from_slice(&rest);
        repaired.len()
    }

    /// Polls the stream, and fails when the client has been waited for long enough.
    fn poll_while_waiting<T>(
        &mut self,
        cx: &mut Context<'_>,
        poll: impl FnOnce(&mut TcpStream, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if let Poll::Ready(done) = poll(&mut self.stream, cx) {
            return Poll::Ready(done);
        }
        ready!(self.read_wait.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    fn wait_at_most(&mut self, time: Duration) {
        self.read_wait.as_mut().reset(Instant::now() + time);
    }

    /// Hands over at most `limit` bytes, first of what is buffered; how many.
    fn poll_pass(&mut self, cx: &mut Context<'_>, out: &mut ReadBuf<'_>, limit: usize) -> Poll<io::Result<usize>> {
        if !self.buffer.is_empty() {
            let bytes = limit.min(self.buffer.len()).min(out.remaining());
            out.put_slice(&self.buffer.split_to(bytes));
            self.drop_empty_buffer();
            return Poll::Ready(Ok(bytes));
        }
        let bytes = limit.min(out.remaining());
        let mut part = ReadBuf::new(out.initialize_unfilled_to(bytes));
        ready!(Pin::new(&mut self.stream).poll_read(cx, &mut part))?;
        let filled = part.filled().len();
        out.advance(filled);
        Poll::Ready(Ok(filled))
    }

    /// Ten thousand idle connections shall not each keep a buffer.
    fn drop_empty_buffer(&mut self) {
        if self.buffer.is_empty() {
            self.buffer = BytesMut::new();
        }
    }

    /// Follows the request that the parser has; ready once bytes were handed over or the next head begins.
    fn poll_exchange(&mut self, cx: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<io::Result<bool>> {
        match self.exchange.step(cx) {
            Step::AwaitParser => {
                // Only if the parser did not find the end of the head where we did.
                ready!(self.read_wait.as_mut().poll(cx));
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            Step::AwaitAnswer => return Poll::Pending,
            Step::Body(left) => {
                let limit = usize::try_from(left).unwrap_or(usize::MAX);
                let passed = ready!(self.poll_pass(cx, out, limit))?;
                self.exchange.passed(passed as u64);
                return Poll::Ready(Ok(true));
            }
            Step::Unframed => self.stage = Stage::Unframed,
            Step::NextHead => {
                let begun = !self.buffer.is_empty();
                self.stage = Stage::Head { seen: 0, begun };
                self.wait_at_most(if begun { self.times.head } else { self.times.idle });
            }
        }
        Poll::Ready(Ok(false))
    }

    /// Fails a write that the client has not taken a byte of for too long.
    fn watch_write<T>(&mut self, cx: &mut Context<'_>, write: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if write.is_ready() {
            self.write_wait = None;
            return write;
        }
        let time = self.times.write;
        ready!(self.write_wait.get_or_insert_with(|| Box::pin(sleep(time))).as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    fn may_have_unread(&self) -> bool {
        match self.stage {
            Stage::Head { .. } => false,
            Stage::Exchange => !self.exchange.is_taken_in(),
            Stage::Deliver { .. } | Stage::Unframed => true,
        }
    }
}

impl AsyncRead for Socket {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            match this.stage {
                Stage::Head { seen, begun } => {
                    if !ready!(this.poll_head(cx, seen, begun))? {
                        return Poll::Ready(Ok(()));
                    }
                }
                Stage::Deliver { left } => {
                    let passed = ready!(this.poll_pass(cx, out, left))?;
                    this.stage = if passed < left { Stage::Deliver { left: left - passed } } else { Stage::Exchange };
                    return Poll::Ready(Ok(()));
                }
                Stage::Exchange => {
                    if ready!(this.poll_exchange(cx, out))? {
                        return Poll::Ready(Ok(()));
                    }
                }
                Stage::Unframed => return this.poll_pass(cx, out, usize::MAX).map_ok(drop),
            }
        }
    }
}

impl AsyncWrite for Socket {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let write = Pin::new(&mut this.stream).poll_write(cx, bytes);
        this.watch_write(cx, write)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let write = Pin::new(&mut this.stream).poll_write_vectored(cx, slices);
        this.watch_write(cx, write)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    /// Says that nothing more comes, then throws away what the client still sends: closing a socket with unread bytes
    /// resets the connection, and the client would lose the answer (a 413, say) that explains why.
    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if !this.is_closing {
            ready!(Pin::new(&mut this.stream).poll_shutdown(cx))?;
            if !this.may_have_unread() {
                return Poll::Ready(Ok(()));
            }
            this.is_closing = true;
            this.wait_at_most(this.times.linger);
        }
        let mut waste = [0; READ];
        for _ in 0..64 {
            let mut part = ReadBuf::new(&mut waste);
            let read = this.poll_while_waiting(cx, |stream, cx| Pin::new(stream).poll_read(cx, &mut part));
            // However it ends, the answer was sent and there is nobody left to tell.
            if ready!(read).is_err() || part.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
        if this.read_wait.is_elapsed() {
            return Poll::Ready(Ok(()));
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}
