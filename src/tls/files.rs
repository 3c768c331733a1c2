//! Certificate files of one's own, which whoever renews them writes anew while the gateway runs.

use super::served::{Certificate, Served};
use super::{TlsError, certificates_in, private_key_in, read};
use passerelle_signaling::time::Timestamp;
use ring::digest::{SHA256, digest};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

const CERTIFICATE: &str = "tls.certificate";
const KEY: &str = "tls.key";

/// The files, and which contents of theirs are in force. Clones share it.
#[derive(Clone)]
pub struct OwnFiles(Arc<Inner>);

struct Inner {
    certificate: PathBuf,
    key: PathBuf,
    served: Arc<Served>,
    /// Of the contents in force. Held while the files are read, so that the newest look counts.
    seen: Mutex<Fingerprint>,
}

/// SHA-256 of both files.
type Fingerprint = [[u8; 32]; 2];

/// What a look at the files has found.
#[derive(Debug)]
pub enum Look {
    /// What is in force already.
    Same,
    /// Others, in force from now on.
    Replaced,
    /// Nothing that could be served: what was in force stays so.
    Unusable(TlsError),
}

/// Both files as they are.
struct Contents {
    certificate: Vec<u8>,
    key: Vec<u8>,
}

impl OwnFiles {
    /// Puts these files in force.
    ///
    /// # Errors
    /// When one cannot be read, or they do not belong together.
    pub(super) fn open(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let contents = Contents::read(certificate, key)?;
        let seen = contents.fingerprint();
        let served = Served::new(contents.parse(certificate, key)?);
        Ok(Self(Arc::new(Inner {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
            served,
            seen: Mutex::new(seen),
        })))
    }

    /// What handshakes ask.
    pub(super) fn served(&self) -> Arc<Served> {
        Arc::clone(&self.0.served)
    }

    /// Reads the files again, and puts them in force when they have changed and can be served.
    /// Blocks as long as the disk does.
    pub fn look(&self) -> Look {
        self.look_again().unwrap_or_else(Look::Unusable)
    }

    fn look_again(&self) -> Result<Look, TlsError> {
        let Inner {
            certificate,
            key,
            served,
            seen,
        } = &*self.0;
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        let contents = Contents::read(certificate, key)?;
        let found = contents.fingerprint();
        if found == *seen {
            return Ok(Look::Same);
        }
        served.replace(contents.parse(certificate, key)?);
        *seen = found;
        Ok(Look::Replaced)
    }

    /// Where the certificate is.
    pub fn path(&self) -> &Path {
        &self.0.certificate
    }

    /// When the certificate in force ends; `None` when it does not say so in a way that is read.
    pub fn ends_at(&self) -> Option<Timestamp> {
        self.0.served.validity().map(|validity| validity.ends_at)
    }
}

impl Contents {
    fn read(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        Ok(Self {
            certificate: read(CERTIFICATE, certificate)?,
            key: read(KEY, key)?,
        })
    }

    fn fingerprint(&self) -> Fingerprint {
        [&self.certificate, &self.key].map(|bytes| {
            let mut fingerprint = [0; 32];
            fingerprint.copy_from_slice(digest(&SHA256, bytes).as_ref());
            fingerprint
        })
    }

    fn parse(&self, certificate: &Path, key: &Path) -> Result<Certificate, TlsError> {
        let chain = certificates_in(&self.certificate, CERTIFICATE, certificate)?;
        Certificate::new(chain, private_key_in(&self.key, KEY, key)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertificateParams, KeyPair};

    /// A certificate that ends on the first of this year, and its key.
    fn pair(year: i32) -> (String, String) {
        let mut params = CertificateParams::new(vec![String::from("localhost")]).unwrap();
        params.not_after = rcgen::date_time_ymd(year, 1, 1);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        (certificate.pem(), key.serialize_pem())
    }

    fn ends_in(files: &OwnFiles) -> Option<u64> {
        files.ends_at().map(|end| 1970 + end.0 / 31_556_952_000)
    }

    #[test]
    fn a_new_pair_is_put_in_force_and_a_bad_one_changes_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let certificate = directory.path().join("chain.pem");
        let key = directory.path().join("key.pem");
        let write = |(chain, own): &(String, String)| {
            std::fs::write(&certificate, chain).unwrap();
            std::fs::write(&key, own).unwrap();
        };
        let (first, second) = (pair(2040), pair(2050));
        write(&first);
        let files = OwnFiles::open(&certificate, &key).unwrap();
        assert!(matches!(files.look(), Look::Same));
        assert_eq!(ends_in(&files), Some(2040));

        // Half of a renewal, a file cut short, another format, a file gone.
        let bad = [
            (second.0.clone(), first.1.clone()),
            (second.0[..second.0.len() / 2].to_owned(), second.1.clone()),
            (second.0.clone(), String::from("DER")),
            (String::new(), second.1.clone()),
        ];
        for pair in bad {
            write(&pair);
            assert!(matches!(files.look(), Look::Unusable(_)), "{pair:?}");
            assert_eq!(ends_in(&files), Some(2040));
        }
        std::fs::remove_file(&certificate).unwrap();
        let Look::Unusable(error) = files.look() else {
            panic!("a file that is gone");
        };
        assert!(error.to_string().contains("chain.pem"), "{error}");

        write(&second);
        assert!(matches!(files.look(), Look::Replaced));
        assert!(matches!(files.look(), Look::Same));
        assert_eq!(ends_in(&files), Some(2050));
        write(&first);
        assert!(matches!(files.look(), Look::Replaced), "and back");
        assert_eq!(ends_in(&files), Some(2040));
    }
}
