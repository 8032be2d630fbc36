//! Accepting connections, within limits that keep a few slow or greedy clients from taking the server.
//!
//! What a limit does to whoever meets it is in `docs/limits.md`.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::Sleep;

/// How long nobody is accepted after the system had no room for one more.
const OUT_OF_ROOM: Duration = Duration::from_millis(200);

/// What one client, and all of them together, may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at once. More wait until one ends.
    pub connections: usize,
    /// Headers of a request.
    pub headers: usize,
    /// Bytes of a request's first line and headers.
    pub header_bytes: usize,
    /// How long a connection may take to send a request's headers, from its beginning or from the
    /// answer before.
    pub header_time: Duration,
    /// How long a client may take for each [`Limits::taken`] bytes of an answer that it keeps waiting.
    pub answer_time: Duration,
    /// The bytes that it must have taken by then, unless they were the last.
    pub taken: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 4096,
            headers: 100,
            header_bytes: 32 * 1024,
            header_time: Duration::from_secs(30),
            answer_time: Duration::from_secs(30),
            taken: 64 * 1024,
        }
    }
}

/// Serves until `stop` has come, and then until every answer that was begun is sent.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, stop: impl Future<Output = ()>) {
    let (places, graceful) = (Arc::new(Semaphore::new(limits.connections)), GracefulShutdown::new());
    let mut stop = pin!(stop);
    loop {
        let next = async {
            // The semaphore is never closed, so there is always a place in the end.
            let place = Arc::clone(&places).acquire_owned().await.ok();
            (place, accept(&listener).await)
        };
        let (place, (stream, peer)) = tokio::select! {
            next = next => next,
            () = &mut stop => break,
        };
        let (router, watcher) = (router.clone(), graceful.watcher());
        tokio::spawn(async move {
            connection(stream, peer, router, limits, watcher).await;
            drop(place);
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            // One that was gone before it was accepted says nothing about the next.
            Err(e) if matches!(e.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset) => {}
            Err(error) => {
                tracing::error!(%error, "a connection could not be accepted");
                tokio::time::sleep(OUT_OF_ROOM).await;
            }
        }
    }
}

async fn connection(stream: TcpStream, peer: SocketAddr, router: Router, limits: Limits, watcher: Watcher) {
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.call(request)
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .max_headers(limits.headers)
        .max_header_size(limits.header_bytes)
        .header_read_timeout(limits.header_time)
        .serve_connection(TokioIo::new(Patient { stream, limits, taken: 0, waits: None }), service);
    // Whoever broke off, or was too slow, has no more to hear.
    if let Err(error) = watcher.watch(served).await {
        tracing::debug!(%peer, %error, "a connection ended");
    }
}

/// A connection that waits for a slow reader only so long.
struct Patient {
    stream: TcpStream,
    limits: Limits,
    /// Bytes of the answer that were taken since it began to wait.
    taken: usize,
    /// Until when it waits, while it does.
    waits: Option<Pin<Box<Sleep>>>,
}

impl AsyncRead for Patient {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl Patient {
    /// Counts what was taken, or looks how long it waits already.
    fn after(&mut self, written: Poll<io::Result<usize>>, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(Ok(bytes)) => {
                self.taken += bytes;
                if self.taken >= self.limits.taken {
                    self.waits = None;
                }
                written
            }
            Poll::Ready(Err(_)) => written,
            Poll::Pending => {
                if self.waits.is_none() {
                    self.taken = 0;
                }
                let time = self.limits.answer_time;
                let waits = self.waits.get_or_insert_with(|| Box::pin(tokio::time::sleep(time)));
                ready!(waits.as_mut().poll(cx));
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
        }
    }
}

impl AsyncWrite for Patient {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.after(written, cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.after(written, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Asked for when the whole answer was taken.
        self.waits = None;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
