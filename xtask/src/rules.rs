//! Rules about dependencies that hold for the whole workspace: which crates may be there once only, which not at all, and which
//! way the arrows between our own crates point.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// Crates of which there is one version: types of two would not fit together, or two pools, stacks, routers would run.
const ONCE: &[&str] = &[
    "axum",
    "reqwest",
    "rustls",
    "sea-orm",
    "sqlx",
    "sqlx-core",
    "tokio",
    "tower-sessions",
    "twilight-gateway",
    "twilight-http",
    "twilight-model",
];

/// Crates that are not there: TLS is rustls with ring.
const NEVER: &[&str] = &["aws-lc-rs", "aws-lc-sys", "native-tls", "openssl", "openssl-sys"];

/// A crate of ours, and what it must not depend on, directly or through others. A name that ends in `*` stands for all that
/// begin so.
const ARROWS: &[(&str, &[&str])] = &[
    (
        "casey-privacy",
        &[
            "casey-core",
            "casey-management",
            "casey-data",
            "casey-discord",
            "casey-config",
            "casey-sim",
            "twilight-*",
            "sea-orm",
        ],
    ),
    (
        "casey-core",
        &[
            "casey-management",
            "casey-data",
            "casey-discord",
            "casey-sim",
            "twilight-gateway",
            "twilight-http",
            "sea-orm",
            "redis",
            "leptos",
        ],
    ),
    (
        "casey-management",
        &[
            "casey-data",
            "casey-discord",
            "casey-sim",
            "twilight-gateway",
            "twilight-http",
            "sea-orm",
            "redis",
            "leptos",
        ],
    ),
    ("casey-data", &["casey-discord", "casey-sim", "twilight-gateway", "twilight-http", "leptos"]),
    ("casey-discord", &["casey-management", "casey-data", "casey-sim", "sea-orm", "leptos"]),
    (
        "casey-sim",
        &["casey-core", "casey-management", "casey-data", "casey-discord", "casey-privacy", "casey-config"],
    ),
];

/// Everything in `metadata` (of `cargo metadata`) that breaks a rule, one sentence each.
pub(crate) fn broken(metadata: &Value) -> Vec<String> {
    let graph = Graph::read(metadata);
    let mut broken = Vec::new();
    if graph.packages.is_empty() {
        broken.push("cargo metadata named no package".to_owned());
    }
    for name in ONCE {
        let versions: BTreeSet<&str> = graph.versions(name).collect();
        if versions.len() > 1 {
            let versions: Vec<&str> = versions.into_iter().collect();
            broken.push(format!("{name} is there more than once: {}", versions.join(", ")));
        }
    }
    for name in NEVER {
        if graph.versions(name).next().is_some() {
            broken.push(format!("{name} must not be there"));
        }
    }
    for (name, forbidden) in ARROWS {
        for reached in graph.reached_by(name) {
            if forbidden.iter().any(|pattern| matches(pattern, reached)) {
                broken.push(format!("{name} must not depend on {reached}"));
            }
        }
    }
    broken
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => name.starts_with(beginning),
        None => pattern == name,
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The resolved packages: id → (name, version), and id → ids it needs outside its tests.
struct Graph<'a> {
    packages: BTreeMap<&'a str, (&'a str, &'a str)>,
    needs: BTreeMap<&'a str, Vec<&'a str>>,
}

impl<'a> Graph<'a> {
    fn read(metadata: &'a Value) -> Self {
        let needs: BTreeMap<&str, Vec<&str>> = list(&metadata["resolve"]["nodes"])
            .iter()
            .filter_map(|node| {
                let outside_tests = |dependency: &&Value| {
                    list(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"] != "dev")
                };
                let needs = list(&node["deps"]).iter().filter(outside_tests);
                Some((
                    node["id"].as_str()?,
                    needs.filter_map(|dependency| dependency["pkg"].as_str()).collect(),
                ))
            })
            .collect();
        let packages = list(&metadata["packages"])
            .iter()
            .filter_map(|package| {
                Some((package["id"].as_str()?, (package["name"].as_str()?, package["version"].as_str()?)))
            })
            .filter(|(id, _)| needs.contains_key(id))
            .collect();
        Self { packages, needs }
    }

    fn versions(&self, name: &str) -> impl Iterator<Item = &'a str> {
        self.packages.values().filter(move |(other, _)| *other == name).map(|(_, version)| *version)
    }

    /// Names of everything that `name` needs, directly or through others.
    fn reached_by(&self, name: &str) -> BTreeSet<&'a str> {
        let mut waiting: Vec<&str> =
            self.packages.iter().filter(|(_, (other, _))| *other == name).map(|(id, _)| *id).collect();
        let mut seen: BTreeSet<&str> = waiting.iter().copied().collect();
        let mut names = BTreeSet::new();
        while let Some(id) = waiting.pop() {
            for need in self.needs.get(id).into_iter().flatten() {
                if seen.insert(need) {
                    waiting.push(need);
                    names.extend(self.packages.get(need).map(|(name, _)| *name));
                }
            }
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::broken;

    /// `(id, name, version, [(needed id, kind)])`
    type Package<'a> = (&'a str, &'a str, &'a str, &'a [(&'a str, Option<&'a str>)]);

    fn metadata(packages: &[Package<'_>]) -> Value {
        let list: Vec<Value> = packages
            .iter()
            .map(|(id, name, version, _)| json!({ "id": id, "name": name, "version": version }))
            .collect();
        let nodes: Vec<Value> = packages
            .iter()
            .map(|(id, _, _, needs)| {
                let deps: Vec<Value> = needs
                    .iter()
                    .map(|(pkg, kind)| json!({ "pkg": pkg, "dep_kinds": [{ "kind": kind }] }))
                    .collect();
                json!({ "id": id, "deps": deps })
            })
            .collect();
        json!({ "packages": list, "resolve": { "nodes": nodes } })
    }

    #[test]
    fn a_second_rustls_is_found() {
        let found = broken(&metadata(&[("a", "rustls", "0.22.0", &[]), ("b", "rustls", "0.23.0", &[])]));
        assert_eq!(found, ["rustls is there more than once: 0.22.0, 0.23.0"]);
    }

    #[test]
    fn nothing_to_look_at_is_not_a_pass() {
        assert_eq!(broken(&Value::Null), ["cargo metadata named no package"]);
    }

    #[test]
    fn openssl_is_found() {
        assert_eq!(
            broken(&metadata(&[("a", "openssl-sys", "0.9.0", &[])])),
            ["openssl-sys must not be there"]
        );
    }

    #[test]
    fn an_arrow_outwards_is_found_through_others_but_not_in_tests() {
        let core = |kind| {
            metadata(&[
                ("core", "casey-core", "0.1.0", &[("util", None), ("sim", Some("dev"))]),
                ("util", "util", "1.0.0", &[("http", kind)]),
                ("http", "twilight-http", "0.18.0", &[]),
                ("sim", "casey-sim", "0.1.0", &[]),
            ])
        };
        assert_eq!(broken(&core(None)), ["casey-core must not depend on twilight-http"]);
        assert_eq!(broken(&core(Some("dev"))), Vec::<String>::new());
    }
}
