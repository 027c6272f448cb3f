//! How a command finds the process that runs on a data directory: the API token and the address, in two private files.
//!
//! `token` is made once and stays, so that scripts keep working; `admin.json` is there while a process runs.

use std::{
    fs,
    io::{self, Write},
    net::SocketAddr,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

/// Bytes of randomness in a token.
const TOKEN_BYTES: usize = 32;

/// What a command needs to talk to the process.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Presence {
    /// Where the admin interface listens.
    pub address: SocketAddr,
    /// What must be shown there.
    pub token: String,
    /// The process.
    pub pid: u32,
}

impl Presence {
    /// Tells commands where we are.
    pub fn announce(&self, data: &Path) -> io::Result<()> {
        let text = serde_json::to_vec_pretty(self)?;
        write_private(&file(data), &text)
    }

    /// The process that announced itself on this directory, if any. It may be gone: only an answer proves it.
    pub fn find(data: &Path) -> io::Result<Option<Self>> {
        match fs::read(file(data)) {
            Ok(text) => Ok(Some(serde_json::from_slice(&text)?)),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// We are going.
    pub fn withdraw(data: &Path) {
        let _ = fs::remove_file(file(data));
    }
}

/// The token of a data directory, made on first use.
pub fn token(data: &Path) -> io::Result<String> {
    let path = data.join("token");
    match fs::read_to_string(&path) {
        Ok(token) if !token.trim().is_empty() => {
            make_private(&path)?;
            return Ok(token.trim().to_owned());
        }
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let token = random_token()?;
    write_private(&path, token.as_bytes())?;
    Ok(token)
}

/// Keeps a token that was given from outside, for commands on this data directory.
pub fn keep_token(data: &Path, token: &str) -> io::Result<()> {
    write_private(&data.join("token"), token.as_bytes())
}

fn file(data: &Path) -> PathBuf {
    data.join("admin.json")
}

/// A name that nobody else makes.
pub(crate) fn random_name(prefix: &str) -> io::Result<String> {
    let digits: String = random_bytes::<10>()?.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("{prefix}-{digits}"))
}

pub(crate) fn random_bytes<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0_u8; N];
    io::Read::read_exact(&mut fs::File::open("/dev/urandom")?, &mut bytes)?;
    Ok(bytes)
}

/// A token that nobody can guess.
pub(crate) fn random_token() -> io::Result<String> {
    use base64::Engine;
    let bytes = random_bytes::<TOKEN_BYTES>()?;
    Ok(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes))
}

/// Never readable by others, not even for a moment: the file is made private, then filled, then put in place.
pub(crate) fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let unfinished = path.with_extension("new");
    match fs::remove_file(&unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&unfinished)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&unfinished, path)
}

fn make_private(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    fn mode(path: &Path) -> u32 {
        std::os::unix::fs::PermissionsExt::mode(&fs::metadata(path).unwrap().permissions()) & 0o777
    }

    #[test]
    fn a_token_is_made_once_and_only_its_owner_reads_it() {
        let data = tempfile::tempdir().unwrap();
        let first = token(data.path()).unwrap();
        assert!(first.len() >= 43);
        assert_eq!(token(data.path()).unwrap(), first);
        #[cfg(unix)]
        {
            let path = data.path().join("token");
            assert_eq!(mode(&path), 0o600);
            fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
            assert_eq!(token(data.path()).unwrap(), first);
            assert_eq!(mode(&path), 0o600);
        }
    }

    #[test]
    fn a_process_is_found_until_it_withdraws() {
        let data = tempfile::tempdir().unwrap();
        assert!(Presence::find(data.path()).unwrap().is_none());
        assert!(Presence::find(&data.path().join("missing")).unwrap().is_none());
        let presence = Presence { address: "127.0.0.1:7717".parse().unwrap(), token: "t".into(), pid: 7 };
        presence.announce(data.path()).unwrap();
        #[cfg(unix)]
        assert_eq!(mode(&file(data.path())), 0o600);
        let found = Presence::find(data.path()).unwrap().unwrap();
        assert_eq!((found.address, found.token.as_str(), found.pid), (presence.address, "t", 7));
        Presence::withdraw(data.path());
        assert!(Presence::find(data.path()).unwrap().is_none());
    }
}
