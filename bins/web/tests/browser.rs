//! The page in a real browser: it loads under its own policy, and fits a narrow screen.

#![allow(clippy::unwrap_used)]
#![allow(clippy::disallowed_methods, reason = "a browser is waited for in real time")]

use std::env;
use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Path as UrlPath;
use axum::http::Request;
use axum::response::Html;
use axum::routing::get;
use casey_core::SystemClock;
use casey_web::{CommandLine, Health, Part, Probe, Site, bind, serve};
use tower::ServiceExt;

struct Fixed(Health);

#[async_trait]
impl Probe for Fixed {
    async fn check(&self) -> Health {
        self.0.clone()
    }
}

fn site() -> Router {
    let bot = Health::up("connected to a simulated Discord").figure("servers", 1);
    Site::new(Arc::new(SystemClock), "http://127.0.0.1:3000")
        .part(
            Part::new("bot", "The bot")
                .about("Reads commands and answers them.")
                .place("in this process")
                .probe(Arc::new(Fixed(bot))),
        )
        .part(
            Part::new("discord", "Simulated Discord")
                .about("Servers and people to try Casey with.")
                .place("only this machine can reach it")
                .address("http://127.0.0.1:4800"),
        )
        .part(
            Part::new("database", "Database")
                .about("Keeps prefixes and settings.")
                .place("one SQLite file on this machine")
                .probe(Arc::new(Fixed(Health::down("the file cannot be written")))),
        )
        .commands([
            CommandLine::new("ping", "Tells whether Casey is there, and how quickly it answers", "ping"),
            CommandLine::new(
                "prefix set",
                "Sets the prefix of this server",
                "prefix set <prefix with a long name>",
            ),
        ])
        .router()
}

/// The site, and at `/frame/{width}` the same page in a frame of that width, whose measures a script writes into the
/// document. The site's own policy would stop both frame and script, so `/framed` is the page without it.
fn measured() -> Router {
    let site = site();
    let page = site.clone();
    let framed = get(move || async move {
        let answer = page.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();
        Html(String::from_utf8(to_bytes(answer.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap())
    });
    let frame = get(|UrlPath(width): UrlPath<u32>| async move {
        Html(format!(
            "<!DOCTYPE html><meta name='color-scheme' content='light dark'><body style='margin:0'>\
             <iframe width='{width}' height='900' frameborder='0' src='/framed'></iframe>\
             <script>addEventListener('load', () => {{ const d = frames[0].document; document.body.dataset.measures = \
             `${{frames[0].innerWidth}} ${{d.documentElement.scrollWidth}} ${{getComputedStyle(d.body).backgroundColor}}` }})</script>"
        ))
    });
    site.route("/framed", framed).route("/frame/{width}", frame)
}

enum Browser {
    Found(PathBuf),
    Left,
}

fn browser() -> Browser {
    if env::var_os("CASEY_SKIP_BROWSER").is_some_and(|value| value == "1") {
        return Browser::Left;
    }
    let folders = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&folders)
        .chain([PathBuf::from("/usr/bin")])
        .flat_map(|folder| ["chromium", "chromium-browser", "google-chrome"].map(|name| folder.join(name)))
        .find(|path| path.is_file());
    match found {
        Some(path) => Browser::Found(path),
        None => panic!(
            "no chromium or google-chrome in PATH: install one, or set CASEY_SKIP_BROWSER=1 to leave this out"
        ),
    }
}

/// Runs the browser once, in a profile of its own; what it printed, and what it complained about.
fn run(browser: &Path, folder: &Path, arguments: &[&str]) -> (String, String) {
    let [printed, complaints] = ["printed", "complaints"].map(|name| folder.join(name));
    let mut child = Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-sync",
        ])
        .args(["--disable-background-networking", "--disable-component-update", "--hide-scrollbars"])
        .arg("--enable-logging=stderr")
        .arg(format!("--user-data-dir={}", folder.join("profile").display()))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(File::create(&printed).unwrap())
        .stderr(File::create(&complaints).unwrap())
        .spawn()
        .unwrap();
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break Some(status);
        }
        if start.elapsed() > Duration::from_secs(90) {
            child.kill().unwrap();
            child.wait().unwrap();
            break None;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let [printed, complaints] =
        [printed, complaints].map(|path| String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned());
    assert!(status.is_some_and(|status| status.success()), "the browser ended with {status:?}: {complaints}");
    (printed, complaints)
}

/// Width and height of a PNG file.
fn size(png: &[u8]) -> (u32, u32) {
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"));
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

async fn start() -> SocketAddr {
    let listener = bind(([127, 0, 0, 1], 0).into()).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(listener, measured(), std::future::pending()));
    address
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_in_chromium() {
    let Browser::Found(browser) = browser() else {
        eprintln!("SKIPPED: the page in Chromium, because CASEY_SKIP_BROWSER=1");
        return;
    };
    let address = start().await;
    let folder = tempfile::tempdir().unwrap();
    let (dom, complaints) = run(&browser, folder.path(), &["--dump-dom", &format!("http://{address}/")]);
    assert!(dom.contains("<h1>Casey needs a hand.</h1>") && dom.contains("</footer>"), "{dom}");
    assert!(
        !complaints.contains("Content Security Policy") && !complaints.contains("Refused"),
        "{complaints}"
    );

    for (width, dark, paper) in [(360, false, "rgb(243, 245, 239)"), (1280, true, "rgb(14, 21, 18)")] {
        let frame = format!("http://{address}/frame/{width}");
        let mut arguments = vec!["--window-size=1400,1000", "--dump-dom", &frame];
        if dark {
            arguments.insert(0, "--blink-settings=preferredColorScheme=0");
        }
        let (dom, _) = run(&browser, folder.path(), &arguments);
        assert!(dom.contains(&format!("data-measures=\"{width} {width} {paper}\"")), "{width} px: {dom}");
    }
    let shot = folder.path().join("page.png");
    let to = format!("--screenshot={}", shot.display());
    run(&browser, folder.path(), &["--window-size=1280,900", &to, &format!("http://{address}/")]);
    let png = fs::read(&shot).unwrap();
    assert_eq!(size(&png), (1280, 900));
    assert!(png.len() > 5_000, "an empty page: {} bytes", png.len());
}
