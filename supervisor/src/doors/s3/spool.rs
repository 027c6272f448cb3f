//! Bodies go to the disk as they come: nothing but a piece of one is ever in memory.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use futures::{Stream, StreamExt};
use s3s::{S3ErrorCode, S3Result, StdError, TrailingHeaders, dto::Checksum};
use tokio::{
    fs::File,
    io::{AsyncWriteExt, BufWriter},
};

use super::{
    problem::{disk, problem},
    sums::Sums,
};
use crate::presence::random_name;

/// Largest body of one request, as on S3.
pub(super) const LARGEST: u64 = 5 << 30;
/// What is written at once.
const PIECE: usize = 256 * 1024;

/// A folder of bodies that belong to nobody yet.
pub(super) struct Spool(PathBuf);

/// A body on the disk; gone when dropped, unless it was taken away.
pub(super) struct Spooled {
    pub(super) path: PathBuf,
    pub(super) size: u64,
    /// Hexadecimal.
    pub(super) md5: String,
    pub(super) sums: Checksum,
}

impl Drop for Spooled {
    fn drop(&mut self) {
        // Whoever made an object of it has moved it.
        let _ = fs::remove_file(&self.path);
    }
}

impl Spool {
    /// Empties the folder: what is in it was cut.
    pub(super) fn open(folder: PathBuf) -> io::Result<Self> {
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }

    /// A place for a body.
    pub(super) fn place(&self) -> S3Result<PathBuf> {
        Ok(self.0.join(random_name("body").map_err(disk)?))
    }

    /// Takes a body in, whose length must be `length` if that was said.
    pub(super) async fn take<E: Into<StdError>>(
        &self,
        body: impl Stream<Item = Result<Bytes, E>>,
        length: Option<u64>,
        mut sums: Sums,
        trailers: Option<&TrailingHeaders>,
    ) -> S3Result<Spooled> {
        if length.is_some_and(|length| length > LARGEST) {
            return Err(too_large());
        }
        let mut spooled = Spooled { path: self.place()?, size: 0, md5: String::new(), sums: Checksum::default() };
        let mut file = BufWriter::with_capacity(PIECE, create(&spooled.path).await?);
        let mut body = std::pin::pin!(body);
        while let Some(piece) = body.next().await {
            // The signature of a piece, the length or the hash of the whole did not fit, or the client went away.
            let piece = piece.map_err(|error| {
                let error: StdError = error.into();
                problem(S3ErrorCode::IncompleteBody, format!("the body is not what was announced: {error}"))
            })?;
            spooled.size += piece.len() as u64;
            if spooled.size > LARGEST {
                return Err(too_large());
            }
            sums.update(&piece);
            file.write_all(&piece).await.map_err(disk)?;
        }
        file.flush().await.map_err(disk)?;
        if let Some(length) = length.filter(|length| *length != spooled.size) {
            let message = format!("the body has {} bytes, {length} were announced", spooled.size);
            return Err(problem(S3ErrorCode::IncompleteBody, message));
        }
        (spooled.sums, spooled.md5) = sums.finish(trailers)?;
        Ok(spooled)
    }
}

async fn create(path: &Path) -> S3Result<File> {
    File::options().write(true).create_new(true).open(path).await.map_err(disk)
}

fn too_large() -> s3s::S3Error {
    problem(S3ErrorCode::EntityTooLarge, "one request carries at most 5 GiB; upload in parts")
}

#[cfg(test)]
mod tests {
    use futures::stream;

    use super::*;

    #[tokio::test]
    async fn a_body_is_whole_or_nothing_is_left_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::open(folder.path().join("spool")).unwrap();
        let pieces = || stream::iter([Ok::<_, io::Error>(Bytes::from_static(b"123")), Ok(Bytes::from_static(b"456"))]);
        let taken = spool.take(pieces(), Some(6), Sums::unasked(None), None).await.unwrap();
        assert_eq!((fs::read(&taken.path).unwrap().as_slice(), taken.size), (b"123456".as_slice(), 6));
        let path = taken.path.clone();
        drop(taken);
        assert!(!path.exists());
        let code = |taken: S3Result<Spooled>| taken.err().map(|error| error.code().clone());
        let short = spool.take(pieces(), Some(7), Sums::unasked(None), None).await;
        assert_eq!(code(short), Some(S3ErrorCode::IncompleteBody));
        let broken = stream::iter([Ok(Bytes::from_static(b"123")), Err(io::Error::other("gone"))]);
        let broken = spool.take(broken, None, Sums::unasked(None), None).await;
        assert_eq!(code(broken), Some(S3ErrorCode::IncompleteBody));
        let large = spool.take(pieces(), Some(LARGEST + 1), Sums::unasked(None), None).await;
        assert_eq!(code(large), Some(S3ErrorCode::EntityTooLarge));
        assert_eq!(fs::read_dir(folder.path().join("spool")).unwrap().count(), 0);
    }
}
