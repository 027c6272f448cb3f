//! The access key of a data directory: made once, private, the same for both doors.

use std::{fmt, fs, io, path::Path};

use serde::{Deserialize, Serialize};

use crate::presence::{random_bytes, write_private};

const FILE: &str = "doors.json";
/// What the key ids of AWS have.
const ID_LENGTH: usize = 20;
/// Begins a key id, so that nobody takes it for one of AWS.
const ID_START: &str = "CUELINE";
/// 40 characters of base64, as AWS has.
const SECRET_BYTES: usize = 30;

/// Key id and secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoorKeys {
    /// Said with every request.
    pub access_key_id: String,
    /// Never said.
    pub secret_access_key: String,
}

impl fmt::Debug for DoorKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DoorKeys").field("access_key_id", &self.access_key_id).finish_non_exhaustive()
    }
}

impl DoorKeys {
    /// Those of a data directory, made on first use.
    pub fn of(data: &Path) -> io::Result<Self> {
        match Self::find(data)? {
            Some(keys) => Ok(keys),
            None => {
                let keys = Self::random()?;
                write_private(&data.join(FILE), &serde_json::to_vec_pretty(&keys)?)?;
                Ok(keys)
            }
        }
    }

    /// Those of a data directory, if there are any.
    pub fn find(data: &Path) -> io::Result<Option<Self>> {
        match fs::read(data.join(FILE)) {
            Ok(text) => Ok(Some(serde_json::from_slice(&text)?)),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn random() -> io::Result<Self> {
        use base64::Engine;
        const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let mut access_key_id = ID_START.to_owned();
        for byte in random_bytes::<ID_LENGTH>()?.iter().take(ID_LENGTH - ID_START.len()) {
            access_key_id.push(char::from(LETTERS[usize::from(byte % 32)]));
        }
        let secret = random_bytes::<SECRET_BYTES>()?;
        Ok(Self { access_key_id, secret_access_key: base64::engine::general_purpose::STANDARD.encode(secret) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_made_once_and_only_their_owner_reads_them() {
        let data = tempfile::tempdir().unwrap();
        assert_eq!(DoorKeys::find(data.path()).unwrap(), None);
        let keys = DoorKeys::of(data.path()).unwrap();
        assert_eq!((keys.access_key_id.len(), keys.secret_access_key.len()), (20, 40));
        assert_eq!(DoorKeys::of(data.path()).unwrap(), keys);
        assert!(!format!("{keys:?}").contains(&keys.secret_access_key));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(data.path().join(FILE)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}
