//! `HEAD` is answered as `GET` is, without the body, wherever that is answered.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::Error;
use actix_web::body::{BodySize, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::web::Bytes;

/// A body that is not sent: its size is told, and what would make it goes at once, an endless stream as well.
#[derive(Debug)]
pub struct Unsent(BodySize);

impl MessageBody for Unsent {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        self.0
    }

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        Poll::Ready(None)
    }
}

/// Answers `HEAD` as `GET`, but for the body.
///
/// # Errors
/// What comes after it returns.
pub async fn bare<B: MessageBody>(mut request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<EitherBody<B, Unsent>>, Error> {
    if *request.method() != Method::HEAD {
        return Ok(next.call(request).await?.map_into_left_body());
    }
    request.head_mut().method = Method::GET;
    let response = next.call(request).await?;
    Ok(response.map_body(|_, body| EitherBody::right(Unsent(body.size()))))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use actix_web::http::header::ETAG;
    use actix_web::middleware::from_fn;
    use actix_web::test::{TestRequest, call_service, init_service, read_body};
    use actix_web::{App, HttpResponse, web};
    use futures_util::stream;

    use super::*;

    #[actix_web::test]
    async fn what_is_not_sent_is_not_waited_for() {
        let endless = async || HttpResponse::Ok().insert_header((ETAG, "\"a\"")).streaming(stream::pending::<Result<Bytes, Error>>());
        let app = init_service(App::new().wrap(from_fn(bare)).route("/", web::get().to(endless))).await;
        let answer = call_service(&app, TestRequest::default().method(Method::HEAD).to_request()).await;
        assert_eq!((answer.status().as_u16(), answer.headers().get(ETAG).unwrap().as_bytes()), (200, b"\"a\"".as_slice()));
        let body = tokio::time::timeout(Duration::from_secs(5), read_body(answer)).await;
        assert!(body.expect("it waits for a body that is not sent").is_empty());
    }
}
