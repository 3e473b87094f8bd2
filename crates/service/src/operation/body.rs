//! Bodies must come at a minimum rate: the framework's time limit ends with the head.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::middleware::Next;
use actix_web::web::{Bytes, Data};
use actix_web::{Error, HttpMessage};
use futures_util::Stream;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::state::State;

/// Bytes of a body with a deadline that moves with what has come.
struct Paced {
    inner: Payload,
    /// Bytes a second.
    rate: u64,
    grace: Duration,
    begun: Instant,
    came: u64,
    deadline: Pin<Box<Sleep>>,
    over: bool,
}

impl Paced {
    fn new(inner: Payload, rate: u64, grace: Duration) -> Self {
        let begun = Instant::now();
        Self { inner, rate: rate.max(1), grace, begun, came: 0, deadline: Box::pin(sleep_until(begun + grace)), over: false }
    }

    /// The grace, and the time that what came may have taken; never longer than the grace from now.
    fn next_deadline(&self) -> Instant {
        let earned = Duration::from_secs_f64(self.came as f64 / self.rate as f64);
        (self.begun + self.grace + earned).min(Instant::now() + self.grace)
    }
}

impl Stream for Paced {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if this.over {
            return Poll::Ready(None);
        }
        match Pin::new(&mut this.inner).poll_next(context) {
            Poll::Ready(Some(Ok(bytes))) => {
                this.came += bytes.len() as u64;
                let next = this.next_deadline();
                this.deadline.as_mut().reset(next);
                Poll::Ready(Some(Ok(bytes)))
            }
            Poll::Ready(other) => Poll::Ready(other),
            Poll::Pending => match this.deadline.as_mut().poll(context) {
                Poll::Ready(()) => {
                    this.over = true;
                    let detail =
                        format!("the body comes at less than {} bytes a second, or not at all for {} s", this.rate, this.grace.as_secs());
                    Poll::Ready(Some(Err(PayloadError::Io(io::Error::new(io::ErrorKind::TimedOut, detail)))))
                }
                Poll::Pending => Poll::Pending,
            },
        }
    }
}

/// Gives every body its deadline.
///
/// # Errors
/// What comes after it returns.
pub async fn paced(mut request: ServiceRequest, next: Next<impl MessageBody>) -> Result<ServiceResponse<impl MessageBody>, Error> {
    if let Some(state) = request.app_data::<Data<State>>() {
        let (rate, grace) = (state.limits().body_rate, Duration::from_secs(state.limits().body_grace.max(1)));
        let payload = request.take_payload();
        if matches!(payload, Payload::None) {
            request.set_payload(payload);
        } else {
            request.set_payload(Payload::Stream { payload: Box::pin(Paced::new(payload, rate, grace)) });
        }
    }
    next.call(request).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::{StreamExt, stream};

    #[actix_web::test]
    async fn slow_bodies_end_and_others_do_not() {
        tokio::time::pause();
        let drip = |every: u64| {
            stream::unfold(0u32, move |k| async move {
                tokio::time::sleep(Duration::from_millis(every)).await;
                (k < 100).then(|| (Ok::<_, PayloadError>(Bytes::from_static(&[0; 100])), k + 1))
            })
        };
        let paced = |every: u64| {
            let stream: Pin<Box<dyn Stream<Item = Result<Bytes, PayloadError>>>> = Box::pin(drip(every));
            Paced::new(Payload::Stream { payload: stream }, 1_000, Duration::from_secs(2)).collect::<Vec<_>>()
        };
        // 2,000 bytes a second
        assert!(paced(50).await.iter().all(Result::is_ok));
        // 200 bytes a second
        let slow = paced(500).await;
        assert!(matches!(slow.iter().find(|r| r.is_err()), Some(Err(PayloadError::Io(e))) if e.kind() == io::ErrorKind::TimedOut));
        // nothing comes at all
        assert!(paced(60_000).await[0].is_err());
    }
}
