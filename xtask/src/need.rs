//! What the tests need from the system: found, installed, or named.

use std::path::PathBuf;
use std::process::Command;

use crate::program;

/// A program the tests use, with the package that brings it, by package manager.
pub(crate) struct Need {
    pub(crate) name: &'static str,
    programs: &'static [&'static str],
    /// Where it may be beside `PATH`; `*` stands for a version.
    folders: &'static [&'static str],
    packages: &'static [(&'static str, &'static str)],
}

/// What the tests need.
pub(crate) const NEEDS: &[Need] = &[
    COMPILER,
    Need {
        name: "Chromium",
        programs: &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
        folders: &[],
        packages: &[
            ("apt-get", "chromium"),
            ("dnf", "chromium"),
            ("apk", "chromium"),
            ("pacman", "chromium"),
            ("zypper", "chromium"),
        ],
    },
    Need {
        name: POSTGRES,
        programs: &["initdb"],
        // Its packages keep it out of PATH, so that several versions can be there.
        folders: &[
            "/usr/lib/postgresql/*/bin",
            "/usr/lib/postgresql*/bin",
            "/usr/pgsql-*/bin",
            "/usr/local/pgsql/bin",
            "/opt/homebrew/opt/postgresql@*/bin",
        ],
        packages: &[
            ("apt-get", "postgresql"),
            ("dnf", "postgresql-server"),
            ("apk", "postgresql"),
            ("pacman", "postgresql"),
            ("zypper", "postgresql-server"),
        ],
    },
    Need {
        name: REDIS,
        programs: &["redis-server", "valkey-server"],
        folders: &["/usr/sbin"],
        packages: &[
            ("apt-get", "redis-server"),
            ("dnf", "redis"),
            ("apk", "redis"),
            ("pacman", "redis"),
            ("zypper", "redis"),
        ],
    },
    Need {
        name: OPENSSL,
        programs: &["openssl"],
        folders: &[],
        packages: &[
            ("apt-get", "openssl"),
            ("dnf", "openssl"),
            ("apk", "openssl"),
            ("pacman", "openssl"),
            ("zypper", "openssl"),
        ],
    },
];

/// What builds the fuzzer.
pub(crate) const COMPILER: Need = Need {
    name: "a C++ compiler",
    programs: &["c++", "g++", "clang++"],
    folders: &[],
    packages: &[
        ("apt-get", "g++"),
        ("dnf", "gcc-c++"),
        ("apk", "g++"),
        ("pacman", "gcc"),
        ("zypper", "gcc-c++"),
    ],
};

/// Names of needs, by which their programs are found among those that were provided.
pub(crate) const POSTGRES: &str = "PostgreSQL";
pub(crate) const REDIS: &str = "Redis";
pub(crate) const OPENSSL: &str = "OpenSSL";

/// A package manager: its program, what refreshes its lists, what installs.
struct Manager {
    program: &'static str,
    refresh: &'static [&'static str],
    install: &'static [&'static str],
}

const MANAGERS: &[Manager] = &[
    Manager {
        program: "apt-get",
        refresh: &["update", "-q"],
        install: &["install", "-y", "-q", "--no-install-recommends"],
    },
    Manager { program: "dnf", refresh: &[], install: &["install", "-y"] },
    Manager { program: "apk", refresh: &["update"], install: &["add"] },
    Manager { program: "pacman", refresh: &[], install: &["-Sy", "--noconfirm", "--needed"] },
    Manager { program: "zypper", refresh: &[], install: &["--non-interactive", "install"] },
];

impl Need {
    /// Where it is.
    pub(crate) fn find(&self) -> Option<PathBuf> {
        program::find(self.programs, self.folders)
    }

    fn package(&self, manager: &str) -> &'static str {
        let own = self.packages.iter().find(|(name, _)| *name == manager).or_else(|| self.packages.first());
        own.map_or("", |(_, package)| package)
    }
}

/// Finds every need, installing what is missing when this runs as root.
///
/// The error names the packages that are missing.
pub(crate) fn provide(needs: &[Need]) -> Result<Vec<(&'static str, PathBuf)>, String> {
    let manager = MANAGERS.iter().find(|manager| program::find(&[manager.program], &[]).is_some());
    let missing: Vec<&Need> = needs.iter().filter(|need| need.find().is_none()).collect();
    if let (Some(manager), false, true) = (manager, missing.is_empty(), is_root()) {
        let packages: Vec<&str> = missing.iter().map(|need| need.package(manager.program)).collect();
        println!("installing {} with {}", packages.join(", "), manager.program);
        install(manager, &packages);
    }
    let still: Vec<String> = missing
        .iter()
        .filter(|need| need.find().is_none())
        .map(|need| {
            format!("{} (package {})", need.name, need.package(manager.map_or("", |manager| manager.program)))
        })
        .collect();
    if !still.is_empty() {
        return Err(format!(
            "the tests need {}: install it, or run `cargo xtask test --quick` to leave services and browser out",
            still.join(", ")
        ));
    }
    Ok(needs.iter().filter_map(|need| Some((need.name, need.find()?))).collect())
}

/// Runs the package manager. Whether it helped is seen by looking for the programs again.
fn install(manager: &Manager, packages: &[&str]) {
    let run = |arguments: &mut dyn Iterator<Item = &&str>| {
        let status =
            Command::new(manager.program).env("DEBIAN_FRONTEND", "noninteractive").args(arguments).status();
        if !status.is_ok_and(|status| status.success()) {
            println!("{} did not succeed", manager.program);
        }
    };
    if !manager.refresh.is_empty() {
        run(&mut manager.refresh.iter());
    }
    run(&mut manager.install.iter().chain(packages));
}

/// Whether this is root's.
pub(crate) fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

#[cfg(test)]
mod tests {
    use super::{MANAGERS, NEEDS, Need, provide};

    #[test]
    fn every_manager_has_a_package_for_every_need() {
        for need in NEEDS {
            for manager in MANAGERS {
                assert!(
                    need.packages.iter().any(|(name, _)| *name == manager.program),
                    "{} {}",
                    need.name,
                    manager.program
                );
            }
        }
    }

    #[test]
    fn what_is_there_is_found() {
        let shell = Need {
            name: "a shell",
            programs: &["no-such-shell", "sh"],
            folders: &[],
            packages: &[("apt-get", "dash")],
        };
        let found = provide(std::slice::from_ref(&shell)).unwrap_or_default();
        assert_eq!(found.len(), 1);
        assert!(found[0].1.ends_with("sh"));
    }
}
