//! The vendors over real loopback HTTP: one port each, and a line that can really be cut.

use crate::config::Bases;
use crate::exchange::Ask;
use crate::fault::FaultState;
use crate::sandbox::{Outcome, Sandbox};
use axum::body::Body;
use axum::extract::connect_info::Connected;
use axum::extract::{ConnectInfo, Request, State};
use axum::response::Response;
use axum::serve::{IncomingStream, Listener};
use axum::Router;
use decide::outbox::Vendor;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Vendors that are listening; they stop when this is dropped or stopped.
pub struct Served {
    bases: Bases,
    stop: watch::Sender<bool>,
    doors: Vec<JoinHandle<()>>,
}

impl Served {
    /// Where each listens.
    pub fn bases(&self) -> &Bases {
        &self.bases
    }

    /// Closes every port.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        for door in self.doors.drain(..) {
            let _ = door.await;
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

impl Sandbox {
    /// One vendor as a router, for any host. Cutting the line works where [`Sandbox::serve`] hosts it;
    /// elsewhere a cut line is a 502.
    pub fn router(self: &Arc<Self>, vendor: Vendor) -> Router {
        Router::new().fallback(answer).with_state((self.clone(), vendor))
    }

    /// Serves every vendor on loopback: any free ports when the port of `at` is 0, else that port and the five after it
    /// (the last is the EHR's MLLP port).
    pub async fn serve(self: &Arc<Self>, at: SocketAddr) -> io::Result<Served> {
        let (stop, stopped) = watch::channel(false);
        let mut bases = Bases::in_process();
        let mut doors = Vec::new();
        for (offset, vendor) in (0u16..).zip(Vendor::ALL) {
            let wanted = SocketAddr::new(at.ip(), if at.port() == 0 { 0 } else { at.port() + offset });
            let listener = TcpListener::bind(wanted).await?;
            let address = listener.local_addr()?;
            let base = format!("http://{address}");
            match vendor {
                Vendor::Cerner => bases.cerner = base,
                Vendor::Twilio => bases.twilio = base,
                Vendor::PagerDuty => bases.pagerduty = base,
                Vendor::Slack => bases.slack = base,
                Vendor::Ehr => bases.ehr = base,
            }
            doors.push(tokio::spawn(door(self.clone(), vendor, listener, address, stopped.clone())));
        }
        let wanted = SocketAddr::new(at.ip(), if at.port() == 0 { 0 } else { at.port() + Vendor::ALL.len() as u16 });
        let mllp = TcpListener::bind(wanted).await?;
        bases.ehr_mllp = mllp.local_addr()?.to_string();
        doors.push(tokio::spawn(crate::mllp::listen(self.clone(), mllp, stopped)));
        Ok(Served { bases, stop, doors })
    }
}

/// Keeps one vendor's port: closed while the vendor is unreachable, so that connections are refused.
async fn door(sandbox: Arc<Sandbox>, vendor: Vendor, first: TcpListener, address: SocketAddr, stopped: watch::Receiver<bool>) {
    let mut listener = Some(first);
    while !*stopped.borrow() {
        let closing = until(&sandbox, vendor, stopped.clone(), true);
        let bound = match listener.take() {
            Some(bound) => bound,
            None => match TcpListener::bind(address).await {
                Ok(bound) => bound,
                Err(error) => {
                    tracing::warn!(vendor = vendor.name(), %error, "the port is not free yet");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        let service = sandbox.router(vendor).into_make_service_with_connect_info::<Cut>();
        if let Err(error) = axum::serve(Doorstep(bound), service).with_graceful_shutdown(closing).await {
            tracing::warn!(vendor = vendor.name(), %error, "a built-in vendor stopped listening");
        }
        until(&sandbox, vendor, stopped.clone(), false).await;
    }
}

/// Waits until the vendor is unreachable (or no longer so), or all is stopped.
/// A counted refusal keeps the port open: only then can the refused attempts be counted.
fn until(
    sandbox: &Arc<Sandbox>,
    vendor: Vendor,
    mut stopped: watch::Receiver<bool>,
    unreachable: bool,
) -> impl std::future::Future<Output = ()> + Send + 'static {
    let sandbox = sandbox.clone();
    let mut changes = sandbox.changes();
    async move {
        loop {
            let fault = sandbox.fault(vendor);
            let refused = fault.state == FaultState::Unreachable && fault.count.is_none();
            if refused == unreachable || *stopped.borrow() {
                return;
            }
            tokio::select! {
                changed = changes.changed() => if changed.is_err() { return },
                changed = stopped.changed() => if changed.is_err() { return },
            }
        }
    }
}

async fn answer(State((sandbox, vendor)): State<(Arc<Sandbox>, Vendor)>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let cut = parts.extensions.get::<ConnectInfo<Cut>>().map(|c| c.0.clone());
    let Ok(body) = axum::body::to_bytes(body, BODY_BYTES_MAX).await else {
        return plain(413);
    };
    let headers: Vec<(String, String)> =
        parts.headers.iter().map(|(n, v)| (n.as_str().to_string(), String::from_utf8_lossy(v.as_bytes()).into_owned())).collect();
    let host = headers.iter().find(|(n, _)| n == "host").map_or("localhost", |(_, v)| v.as_str());
    let ask = Ask {
        method: parts.method,
        origin: format!("http://{host}"),
        path: parts.uri.path().to_string(),
        query: parts.uri.query().unwrap_or("").to_string(),
        headers,
        body: body.to_vec(),
    };
    match sandbox.exchange(vendor, &ask, None).0 {
        Outcome::Refused | Outcome::Cut => {
            if let Some(cut) = cut {
                cut.0.store(true, Ordering::Release);
            }
            plain(502)
        }
        Outcome::Answered { answer, delay } => {
            if !delay.is_zero() {
                tokio::time::sleep(delay).await;
            }
            let mut builder = Response::builder().status(answer.status);
            for (name, value) in &answer.headers {
                builder = builder.header(name, value);
            }
            builder.body(Body::from(answer.body)).unwrap_or_else(|_| plain(500))
        }
    }
}

fn plain(status: u16) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    response
}

/// Set to cut a line: nothing more is written to it.
#[derive(Clone, Default)]
struct Cut(Arc<AtomicBool>);

impl Connected<IncomingStream<'_, Doorstep>> for Cut {
    fn connect_info(stream: IncomingStream<'_, Doorstep>) -> Self {
        stream.io().cut.clone()
    }
}

struct Doorstep(TcpListener);

impl Listener for Doorstep {
    type Io = Line;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Line, SocketAddr) {
        let (stream, peer) = Listener::accept(&mut self.0).await;
        (Line { stream, cut: Cut::default() }, peer)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

struct Line {
    stream: TcpStream,
    cut: Cut,
}

impl Line {
    fn is_cut(&self) -> bool {
        self.cut.0.load(Ordering::Acquire)
    }
}

impl AsyncRead for Line {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Line {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.is_cut() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
