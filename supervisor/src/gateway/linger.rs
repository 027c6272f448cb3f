//! A connection whose client may still be speaking when it is answered for the last time.
//!
//! Who is refused before all of its body was read is still sending. Were the connection closed at once, what arrives then would have
//! the system tell the client that it is gone, and many a client would never look at the answer. So what still comes is read for a
//! while and dropped. A client that says nothing more costs nothing.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Sleep, sleep},
};

/// How long a client is heard that was answered already.
const PATIENCE: Duration = Duration::from_secs(5);

/// A connection that hears its client out.
pub(super) struct Linger {
    socket: TcpStream,
    is_shut: bool,
    /// When it hears no more; there is something to hear.
    until: Option<Pin<Box<Sleep>>>,
}

impl Linger {
    pub(super) fn new(socket: TcpStream) -> Self {
        Self { socket, is_shut: false, until: None }
    }

    /// Reads until there is nothing, or for as long as it has patience.
    fn poll_heard_out(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let mut buffer = [0; 8 << 10];
        loop {
            if let Some(until) = &mut self.until
                && until.as_mut().poll(context).is_ready()
            {
                return Poll::Ready(());
            }
            let mut heard = ReadBuf::new(&mut buffer);
            match Pin::new(&mut self.socket).poll_read(context, &mut heard) {
                Poll::Ready(Ok(())) if !heard.filled().is_empty() => {
                    self.until.get_or_insert_with(|| Box::pin(sleep(PATIENCE)));
                }
                Poll::Ready(_) => return Poll::Ready(()),
                Poll::Pending if self.until.is_none() => return Poll::Ready(()),
                Poll::Pending => return Poll::Pending,
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
        if !self.is_shut {
            ready!(Pin::new(&mut self.socket).poll_shutdown(context))?;
            self.is_shut = true;
        }
        self.poll_heard_out(context).map(Ok)
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

    #[tokio::test]
    async fn who_is_still_speaking_hears_the_answer() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let mut server = Linger::new(listener.accept().await.unwrap().0);
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
}
