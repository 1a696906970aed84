//! Certificates made on the spot: an issuer, a server's, and two that prove nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::done;

/// Names of this machine.
const HERE: &str = "DNS:localhost,IP:127.0.0.1,IP:::1";

/// A folder with `ca.crt`; `server` signed by it; `wrong-host` signed by it for another machine; `self-signed` signed by itself. Each of the three is a
/// `.crt` and a `.key`.
pub(super) struct Certificates {
    pub(super) folder: PathBuf,
}

impl Certificates {
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

pub(super) fn make(openssl: &Path, folder: &Path) -> Result<Certificates, String> {
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let run = |arguments: &[&str]| done("openssl", Command::new(openssl).args(arguments).current_dir(folder));
    let signed_by_itself = |name: &str, subject: &str, extensions: &[&str]| {
        let (key, certificate) = (format!("{name}.key"), format!("{name}.crt"));
        let mut arguments = vec!["req", "-x509", "-days", "2", "-subj", subject, "-nodes"];
        arguments.extend(["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]);
        arguments.extend(["-keyout", &key, "-out", &certificate]);
        arguments.extend(extensions.iter().flat_map(|extension| ["-addext", extension]));
        run(&arguments)
    };
    signed_by_itself(
        "ca",
        "/CN=Casey tests",
        &["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign"],
    )?;
    signed_by_itself(
        "self-signed",
        "/CN=localhost",
        &["basicConstraints=critical,CA:FALSE", &format!("subjectAltName={HERE}")],
    )?;
    for (name, names) in [("server", HERE), ("wrong-host", "DNS:db.example.org")] {
        let (key, request) = (format!("{name}.key"), format!("{name}.csr"));
        let (certificate, extensions) = (format!("{name}.crt"), format!("{name}.ext"));
        let text =
            format!("subjectAltName={names}\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n");
        fs::write(folder.join(&extensions), text).map_err(|error| format!("{extensions}: {error}"))?;
        run(&[
            "req",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            &key,
            "-out",
            &request,
            "-subj",
            "/CN=server",
        ])?;
        run(&[
            "x509",
            "-req",
            "-in",
            &request,
            "-CA",
            "ca.crt",
            "-CAkey",
            "ca.key",
            "-CAcreateserial",
            "-days",
            "2",
            "-extfile",
            &extensions,
            "-out",
            &certificate,
        ])?;
    }
    Ok(Certificates { folder: folder.to_owned() })
}
