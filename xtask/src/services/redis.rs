//! A Redis of the tests' own, on a plain port and on one with TLS.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::certificates::Certificates;
use super::{Services, free_port};

/// Starts a server that keeps nothing on disk.
pub(super) fn start(
    services: &mut Services,
    program: &Path,
    folder: &Path,
    certificates: &Certificates,
) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let (plain, tls) = (free_port()?, free_port()?);
    let issuer = certificates.file("ca.crt");
    let mut server = Command::new(program);
    server
        .current_dir(folder)
        .args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
        .args(["--port", &plain.to_string(), "--tls-port", &tls.to_string()])
        .arg("--tls-cert-file")
        .arg(certificates.file("server.crt"))
        .arg("--tls-key-file")
        .arg(certificates.file("server.key"))
        .arg("--tls-ca-cert-file")
        .arg(&issuer)
        .args(["--tls-auth-clients", "no"]);
    services.run("Redis", &mut server, &folder.with_extension("log"), || answers(plain))?;
    services.tell("TEST_REDIS_URL", format!("redis://127.0.0.1:{plain}"));
    services.tell("TEST_REDIS_TLS_URL", format!("rediss://localhost:{tls}"));
    services.tell("TEST_REDIS_CA", issuer.display().to_string());
    Ok(())
}

fn answers(port: u16) -> bool {
    let mut answer = [0; 5];
    TcpStream::connect(("127.0.0.1", port)).is_ok_and(|mut server| {
        server.set_read_timeout(Some(Duration::from_secs(1))).is_ok()
            && server.write_all(b"PING\r\n").is_ok()
            && server.read_exact(&mut answer).is_ok()
            && &answer == b"+PONG"
    })
}
