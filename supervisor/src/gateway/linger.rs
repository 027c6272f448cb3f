//! A connection whose client may still be speaking when it is answered for the last time.
//!
//! Who is refused before all of its body was read is still sending. Were the connection closed at once, what arrives then would have
//! the system tell the client that it is gone, and many a client would never look at the answer. So what still comes is read for a
//! while and dropped.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Instant, Sleep, sleep},
};

/// How long a client is heard that was answered already.
const PATIENCE: Duration = Duration::from_secs(5);
/// Silence after which it has nothing more to say.
const SILENCE: Duration = Duration::from_secs(1);

/// A connection that hears its client out.
pub(super) struct Linger {
    socket: TcpStream,
    /// The last answer may have come before all was said.
    is_refused: Arc<AtomicBool>,
    /// All of the answer was sent; it is heard out until then.
    shut: Option<Shut>,
}

struct Shut {
    end: Instant,
    silent: Pin<Box<Sleep>>,
}

impl Linger {
    pub(super) fn new(socket: TcpStream, is_refused: Arc<AtomicBool>) -> Self {
        Self { socket, is_refused, shut: None }
    }

    /// Reads until the client has hung up or fallen silent, or for as long as there is patience.
    fn poll_heard_out(socket: &mut TcpStream, shut: &mut Shut, context: &mut Context<'_>) -> Poll<()> {
        let mut buffer = [0; 8 << 10];
        loop {
            if shut.silent.as_mut().poll(context).is_ready() {
                return Poll::Ready(());
            }
            let mut heard = ReadBuf::new(&mut buffer);
            match ready!(Pin::new(&mut *socket).poll_read(context, &mut heard)) {
                Ok(()) if !heard.filled().is_empty() => {
                    shut.silent.as_mut().reset(shut.end.min(Instant::now() + SILENCE));
                }
                _ => return Poll::Ready(()),
            }
        }
    }
}

impl AsyncRead for Linger {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_read(context, buffer)
    }
}

impl AsyncWrite for Linger {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write(context, buffer)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Self { socket, is_refused, shut } = &mut *self;
        if shut.is_none() {
            ready!(Pin::new(&mut *socket).poll_shutdown(context))?;
            if !is_refused.load(Ordering::Acquire) {
                return Poll::Ready(Ok(()));
            }
        }
        let shut =
            shut.get_or_insert_with(|| Shut { end: Instant::now() + PATIENCE, silent: Box::pin(sleep(SILENCE)) });
        Self::poll_heard_out(socket, shut, context).map(Ok)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write_vectored(context, buffers)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;

    async fn connected(is_refused: bool) -> (TcpStream, Linger) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (socket, _) = listener.accept().await.unwrap();
        (client, Linger::new(socket, Arc::new(AtomicBool::new(is_refused))))
    }

    #[tokio::test]
    async fn who_is_still_speaking_hears_the_answer() {
        let (mut client, mut server) = connected(true).await;
        // More than the system keeps for whoever does not read.
        let speaking = async {
            let (mut hearing, mut speaking) = client.split();
            for _ in 0..256 {
                speaking.write_all(&[0; 64 << 10]).await.unwrap();
            }
            speaking.shutdown().await.unwrap();
            let mut heard = Vec::new();
            hearing.read_to_end(&mut heard).await.unwrap();
            heard
        };
        let answering = async {
            server.socket.readable().await.unwrap();
            server.write_all(b"no").await.unwrap();
            server.shutdown().await.unwrap();
            drop(server);
        };
        let (heard, ()) = tokio::join!(speaking, answering);
        assert_eq!(heard, b"no");
    }

    #[tokio::test]
    async fn who_was_not_refused_is_not_waited_for() {
        let (_client, mut server) = connected(false).await;
        let begun = Instant::now();
        server.shutdown().await.unwrap();
        assert!(begun.elapsed() < SILENCE);
    }
}
