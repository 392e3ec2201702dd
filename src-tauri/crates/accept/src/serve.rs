//! The listener: one that a slow or greedy sender cannot hold up.

use crate::gate::Connection;
use crate::limits::{seconds, Bucket, Limits, Rates};
use axum::body::Body;
use axum::Router;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{watch, Semaphore};
use tower::ServiceExt;

/// How long requests under way may take once the listener stops.
const LEAVE: Duration = Duration::from_secs(5);
/// A pause when the system has no room for another connection.
const FULL: Duration = Duration::from_millis(50);
/// hyper's own least buffer.
const LEAST_HEAD_BYTES: usize = 8192;

/// Serves until `stop` is ready, then lets requests under way finish.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, stop: impl Future<Output = ()> + Send) {
    let room = Arc::new(Semaphore::new(limits.connections.clamp(1, Semaphore::MAX_PERMITS)));
    let all = room.available_permits();
    let (leaving, leave) = watch::channel(false);
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        // A sender that says it will send no more still hears its answer.
        .half_close(true)
        .header_read_timeout(seconds(limits.head_read_seconds))
        .max_buf_size(limits.head_bytes.max(LEAST_HEAD_BYTES))
        .max_headers(limits.headers);
    tokio::pin!(stop);
    loop {
        let accepted = tokio::select! {
            _ = &mut stop => break,
            accepted = next(&listener, &room) => accepted,
        };
        match accepted {
            Ok((stream, place)) => {
                let connection = talk(builder.clone(), stream, router.clone(), leave.clone());
                tokio::spawn(async move {
                    connection.await;
                    drop(place);
                });
            }
            Err(_) => tokio::time::sleep(FULL).await,
        }
    }
    drop(listener);
    let _ = leaving.send(true);
    let _ = tokio::time::timeout(LEAVE, room.acquire_many(all as u32)).await;
}

/// The next connection, once there is room for it.
async fn next(listener: &TcpListener, room: &Arc<Semaphore>) -> std::io::Result<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let place = room.clone().acquire_owned().await.map_err(std::io::Error::other)?;
    let (stream, _) = listener.accept().await?;
    Ok((stream, place))
}

async fn talk(builder: http1::Builder, stream: TcpStream, router: Router, mut leave: watch::Receiver<bool>) {
    let _ = stream.set_nodelay(true);
    let rate = Connection(Arc::new(Mutex::new(Bucket::new(Rates::default().per_connection_per_second, Instant::now()))));
    let service = hyper::service::service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(rate.clone());
        let router = router.clone();
        async move { Ok::<_, Infallible>(router.oneshot(request.map(Body::new)).await.unwrap_or_else(|never| match never {})) }
    });
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    tokio::select! {
        _ = &mut connection => return,
        _ = leave.wait_for(|l| *l) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = tokio::time::timeout(LEAVE, connection).await;
}
