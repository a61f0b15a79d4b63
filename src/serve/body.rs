//! The body of a response: bytes at once, or events as they come.

use super::shared::Closed;
use hyper::body::{Body as HttpBody, Bytes, Frame, SizeHint};
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::mpsc;

/// What is sent.
pub(crate) enum Body {
    /// All of it.
    Whole(Option<Bytes>),
    /// Whatever comes out of the channel, until its other end is gone.
    Events {
        /// The channel.
        events: mpsc::Receiver<Bytes>,
        /// Goes when the stream ends.
        _open: Closed,
    },
}

impl Body {
    pub(crate) fn whole(bytes: Vec<u8>) -> Body {
        Body::Whole(Some(Bytes::from(bytes)).filter(|bytes| !bytes.is_empty()))
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match &mut *self {
            Body::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Body::Events { events, .. } => {
                events.poll_recv(context).map(|event| event.map(|bytes| Ok(Frame::data(bytes))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Body::Whole(None))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Body::Whole(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64)),
            Body::Events { .. } => SizeHint::default(),
        }
    }
}
