//! Files in a bucket.
#![allow(clippy::unwrap_used)]

use std::time::Duration;

use axum::http::StatusCode;
use bytes::Bytes;
use casey_data::{Files, FilesCause};

use crate::{
    contract::{ALL, export, holds},
    stand_in::{BUCKET, KEY, StandIn},
};

fn open(stand_in: &StandIn, url: &str, key: &str) -> Files {
    let options = [
        ("AWS_ENDPOINT", format!("http://{}", stand_in.addr)),
        ("AWS_ACCESS_KEY_ID", key.to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "canary-secret".to_owned()),
        ("AWS_REGION", "eu-central-1".to_owned()),
        ("PATH", "/bin".to_owned()),
    ];
    Files::open(url, options.map(|(key, value)| (key.to_owned(), value)), ALL).unwrap()
}

#[tokio::test]
async fn a_bucket_holds_the_contract() {
    let stand_in = StandIn::start().await;
    holds(open(&stand_in, &format!("s3://{BUCKET}"), KEY)).await;
    let seen = stand_in.seen.lock().unwrap();
    assert!(seen.pages > 10, "nothing was listed in pages");
    assert_eq!(seen.opened, [""; 0], "an object was opened to others");
    assert!(seen.objects.is_empty());
}

#[tokio::test]
async fn a_folder_of_a_bucket_holds_the_contract_and_sees_nothing_else() {
    let stand_in = StandIn::start().await;
    stand_in.seen.lock().unwrap().objects.insert("other/x".to_owned(), Bytes::from_static(b"x"));
    stand_in.seen.lock().unwrap().objects.insert("casey-not/x".to_owned(), Bytes::from_static(b"x"));
    holds(open(&stand_in, &format!("s3://{BUCKET}/casey/files/"), KEY)).await;
    assert_eq!(stand_in.seen.lock().unwrap().objects.len(), 2);
    let files = open(&stand_in, &format!("s3://{BUCKET}/casey/files"), KEY);
    files.put(&export(), Bytes::from_static(b"x")).await.unwrap();
    assert!(stand_in.seen.lock().unwrap().objects.keys().any(|key| key.starts_with("casey/files/exports/")));
}

#[tokio::test]
async fn an_address_works_for_a_quarter_of_an_hour_at_most() {
    let stand_in = StandIn::start().await;
    let files = open(&stand_in, &format!("s3://{BUCKET}"), KEY);
    let key = export();
    files.put(&key, Bytes::from_static(b"content")).await.unwrap();
    for (asked, given) in [(Duration::from_mins(2), 120), (Duration::from_hours(24), 900)] {
        let url = files.signed_url(&key, asked).await.unwrap().unwrap();
        assert!(url.contains(&format!("X-Amz-Expires={given}")), "{url}");
        assert!(!url.contains("canary"));
        let read = reqwest::get(&url).await.unwrap();
        assert_eq!(read.status(), 200);
        assert_eq!(read.bytes().await.unwrap(), "content");
    }
    let unsigned = format!("http://{}/{BUCKET}/{}", stand_in.addr, key.as_str());
    assert_eq!(reqwest::get(unsigned).await.unwrap().status(), 403);
}

#[tokio::test]
async fn troubles_are_told_plainly_without_the_services_words() {
    let stand_in = StandIn::start().await;
    let good = format!("s3://{BUCKET}");
    let mut told = Vec::new();
    for (url, key, cause) in [
        (good.as_str(), "AKIDWRONG", FilesCause::NotPermitted),
        ("s3://elsewhere", KEY, FilesCause::NotThere),
    ] {
        let files = open(&stand_in, url, key);
        let error = files.check().await.unwrap_err();
        assert_eq!(error.cause(), Some(cause), "{error}");
        told.push(format!("{error} {error:?} {files:?}"));
    }
    let files = open(&stand_in, &good, KEY);
    for (status, cause) in [
        (StatusCode::UNAUTHORIZED, FilesCause::WrongCredentials),
        (StatusCode::NOT_IMPLEMENTED, FilesCause::Unreachable),
    ] {
        stand_in.seen.lock().unwrap().failure = Some(status);
        let error = files.check().await.unwrap_err();
        assert_eq!(error.cause(), Some(cause), "{error}");
        told.push(error.to_string());
    }
    for told in told {
        assert!(!told.contains("canary") && !told.contains("AKID"), "{told}");
    }
}
