//! The way to a server: encrypted and verified, or not at all.
#![allow(clippy::unwrap_used)]

use std::{
    fs,
    io::{Read, Write},
    net::TcpListener,
    path::{Path, PathBuf},
    sync::Arc,
    thread::JoinHandle,
};

use casey_core::testing::ManualClock;
use casey_data::{DataError, Database, TransportTrouble};
use rustls::{
    ServerConfig, ServerConnection,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use tempfile::TempDir;

use crate::support::server;

async fn refused(url: &str) -> (TransportTrouble, DataError) {
    let error = Database::open(url, Arc::new(ManualClock::default())).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
    match &error {
        DataError::Transport { trouble, .. } => (trouble.clone(), error),
        other => panic!("{other}"),
    }
}

/// The folder with certificates for tests.
fn certificates() -> Option<PathBuf> {
    let folder = std::env::var_os("TEST_POSTGRES_TLS_DIR").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("SKIPPED: no TEST_POSTGRES_TLS_DIR, so that no certificate is tested here");
    }
    folder
}

/// Answers the question for TLS (PostgreSQL, “Message Flow: SSL Session Encryption”) once, and then does what it is told. Returns everything that is
/// sent to it without encryption afterwards.
fn front(answer: &'static [u8], certificate: Option<(PathBuf, &'static str)>) -> (u16, JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let thread = std::thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        let mut question = [0; 8];
        client.read_exact(&mut question).unwrap();
        assert_eq!(question, [0, 0, 0, 8, 4, 210, 22, 47]);
        client.write_all(answer).unwrap();
        if let Some((folder, name)) = certificate {
            let mut tls = ServerConnection::new(Arc::new(config(&folder, name))).unwrap();
            // The client breaks off as soon as it has seen the certificate.
            assert!(tls.complete_io(&mut client).is_err() || tls.complete_io(&mut client).is_err());
            return Vec::new();
        }
        let mut said = Vec::new();
        let _ = client.read_to_end(&mut said);
        said
    });
    (port, thread)
}

fn config(folder: &Path, name: &str) -> ServerConfig {
    let certificate = CertificateDer::from_pem_file(folder.join(format!("{name}.crt"))).unwrap();
    let key = PrivateKeyDer::from_pem_file(folder.join(format!("{name}.key"))).unwrap();
    ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap()
}

#[tokio::test]
async fn a_weaker_mode_to_another_machine_is_refused_before_anything_is_sent() {
    for mode in ["disable", "allow", "prefer", "require", "verify-ca"] {
        let url = format!("postgres://casey:hunter2@db.example.org/casey?sslmode={mode}");
        let (trouble, error) = refused(&url).await;
        assert_eq!(trouble, TransportTrouble::Weak { mode: mode.to_owned() });
        assert!(error.is_configuration());
        assert_eq!(
            error.to_string(),
            format!(
                "the database casey at db.example.org:5432: its address says sslmode={mode}, with which \
                 somebody in between could read along; take sslmode out of the address, or write sslmode=verify-full"
            )
        );
    }
}

#[tokio::test]
async fn a_server_that_does_not_encrypt_is_sent_nothing() {
    let (port, said) = front(b"N", None);
    let url = format!("postgres://casey:hunter2@localhost:{port}/casey?sslmode=verify-full");
    let (trouble, error) = refused(&url).await;
    assert_eq!(trouble, TransportTrouble::Plaintext);
    assert!(error.to_string().contains("its server does not encrypt; set ssl = on there"), "{error}");
    assert_eq!(said.join().unwrap(), b"");
}

/// Another name of this machine's loopback than the one that is exempt.
fn another_name() -> Option<String> {
    let hosts = fs::read_to_string("/etc/hosts").unwrap_or_default();
    let names = hosts.lines().filter_map(|line| line.strip_prefix("127.0.0.1"));
    names.flat_map(str::split_whitespace).find(|name| *name != "localhost").map(str::to_owned)
}

#[tokio::test]
async fn a_name_is_what_counts_and_not_where_it_leads() {
    let Some(name) = another_name() else {
        eprintln!("SKIPPED: this machine has no other name for its loopback");
        return;
    };
    let (port, said) = front(b"N", None);
    let (trouble, _) = refused(&format!("postgres://casey:hunter2@{name}:{port}/casey")).await;
    assert_eq!(trouble, TransportTrouble::Plaintext);
    assert_eq!(said.join().unwrap(), b"");
}

#[tokio::test]
async fn a_missing_or_empty_file_of_issuers_is_refused() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("ca.pem");
    let url = format!("postgres://casey:hunter2@db.example.org/casey?sslrootcert={}", file.display());
    let (trouble, error) = refused(&url).await;
    assert!(matches!(trouble, TransportTrouble::NoIssuers { .. }), "{error}");
    assert!(error.is_configuration());
    assert!(error.to_string().contains("cannot be read (no such file or directory)"), "{error}");
    for text in ["", "no certificate", "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"] {
        fs::write(&file, text).unwrap();
        let (trouble, error) = refused(&url).await;
        assert!(matches!(trouble, TransportTrouble::EmptyIssuers { .. }), "{error}");
    }
}

#[tokio::test]
async fn certificates_that_prove_nothing_are_refused() {
    let Some(folder) = certificates() else { return };
    let issuer = folder.join("ca.crt");
    for (name, trouble) in
        [("wrong-host", TransportTrouble::OtherName), ("self-signed", TransportTrouble::UnknownIssuer)]
    {
        let (port, front) = front(b"S", Some((folder.clone(), name)));
        let (told, error) = refused(&format!(
            "postgres://casey:hunter2@localhost:{port}/casey?sslmode=verify-full&sslrootcert={}",
            issuer.display()
        ))
        .await;
        assert_eq!(told, trouble, "{error}");
        assert!(!error.is_configuration());
        front.join().unwrap();
    }
}

#[tokio::test]
async fn a_verified_server_is_used_and_an_unknown_one_is_not() {
    let (Some(server), Some(folder)) = (server(), certificates()) else { return };
    let more = if server.contains('?') { '&' } else { '?' };
    let url = format!("{server}{more}sslmode=verify-full");
    let (trouble, error) = refused(&url).await;
    assert_eq!(trouble, TransportTrouble::UnknownIssuer);
    assert!(error.to_string().contains("add sslrootcert=FILE to the address"), "{error}");

    let url = format!("{url}&sslrootcert={}", folder.join("ca.crt").display());
    let database = Database::open(&url, Arc::new(ManualClock::default())).await.unwrap();
    database.ping().await.unwrap();
    database.close().await.unwrap();
}
