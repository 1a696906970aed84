//! A PostgreSQL of the tests' own, with TLS.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use super::certificates::Certificates;
use super::{Services, done, free_port};
use crate::need::is_root;

/// The user that PostgreSQL's packages make, and that a server must not be started without when root starts it.
const USER: &str = "postgres";

/// What makes it quick: its data need not survive anything.
const QUICK: &[&str] = &[
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "shared_buffers=64MB",
    "max_connections=300",
    "autovacuum=off",
];

/// Makes a cluster in `folder` and starts a server on it; `initdb` lies beside `postgres`.
pub(super) fn start(
    services: &mut Services,
    initdb: &Path,
    folder: &Path,
    certificates: &Certificates,
) -> Result<(), String> {
    let who = if is_root() { Some(ids()?) } else { None };
    let told = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    let own = |path: &Path, mode: u32| {
        fs::set_permissions(path, Permissions::from_mode(mode)).map_err(|error| told(path, error))?;
        let Some((user, group)) = who else { return Ok(()) };
        chown(path, Some(user), Some(group)).map_err(|error| told(path, error))
    };
    fs::create_dir_all(folder).map_err(|error| told(folder, error))?;
    own(folder, 0o700)?;
    // A server accepts its key only if nobody else may read it.
    let key = folder.join("server.key");
    fs::copy(certificates.file("server.key"), &key).map_err(|error| told(&key, error))?;
    own(&key, 0o600)?;

    let as_user = |program: &Path| {
        let mut command = Command::new(program);
        command.current_dir(folder);
        if let Some((user, group)) = who {
            command.uid(user).gid(group);
        }
        command
    };
    let data = folder.join("data");
    done(
        "initdb",
        as_user(initdb)
            .args(["--username=casey", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"])
            .arg("-D")
            .arg(&data),
    )?;
    let port = free_port()?;
    let mut server = as_user(&initdb.with_file_name("postgres"));
    server.arg("-D").arg(&data).arg("-p").arg(port.to_string());
    let settings = [
        "listen_addresses=127.0.0.1".to_owned(),
        // Names of sockets may be no longer than 107 bytes, and folders for temporary files are sometimes.
        "unix_socket_directories=".to_owned(),
        "ssl=on".to_owned(),
        format!("ssl_cert_file={}", certificates.file("server.crt").display()),
        format!("ssl_key_file={}", key.display()),
    ];
    for setting in settings.iter().map(String::as_str).chain(QUICK.iter().copied()) {
        server.args(["-c", setting]);
    }
    // The state of the server, as pg_ctl reads it too.
    let state = data.join("postmaster.pid");
    services.run("PostgreSQL", &mut server, &folder.with_extension("log"), || {
        fs::read_to_string(&state)
            .is_ok_and(|text| text.lines().nth(7).is_some_and(|line| line.trim() == "ready"))
    })?;
    services.tell("TEST_POSTGRES_URL", format!("postgres://casey@127.0.0.1:{port}/postgres"));
    services.tell("TEST_POSTGRES_TLS_DIR", certificates.folder.display().to_string());
    Ok(())
}

/// User and group of [`USER`].
fn ids() -> Result<(u32, u32), String> {
    let ask = |what: &str| {
        let output = Command::new("id").args([what, USER]).output().ok()?;
        String::from_utf8(output.stdout).ok()?.trim().parse().ok()
    };
    let (Some(user), Some(group)) = (ask("-u"), ask("-g")) else {
        return Err(format!("PostgreSQL does not run as root, and there is no user {USER} to run it as"));
    };
    Ok((user, group))
}
