//! A server that speaks enough of S3: PUT, GET with ranges, HEAD, DELETE and listing in pages, on loopback. It looks at every signature's
//! form (AWS Signature Version 4) and at its key, and answers with the service's own errors (Amazon S3 API Reference).
#![allow(clippy::unwrap_used)]

use std::{
    collections::BTreeMap,
    fmt::Write,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};

pub(crate) const KEY: &str = "AKIDCASEY";
pub(crate) const BUCKET: &str = "bucket";
/// Small, so that listing needs several pages.
const PAGE: usize = 2;
const WRITTEN: &str = "2026-11-22T10:00:00.000Z";

#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) objects: BTreeMap<String, Bytes>,
    /// Parts of objects that are not whole yet, by their number.
    pub(crate) parts: BTreeMap<usize, Bytes>,
    /// Headers that would open an object to others.
    pub(crate) opened: Vec<String>,
    /// Pages that were listed.
    pub(crate) pages: usize,
    /// What every request is answered with, if anything.
    pub(crate) failure: Option<StatusCode>,
}

#[derive(Clone)]
pub(crate) struct StandIn {
    pub(crate) addr: SocketAddr,
    pub(crate) seen: Arc<Mutex<Seen>>,
}

impl StandIn {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let it = Self { addr: listener.local_addr().unwrap(), seen: Arc::default() };
        let app =
            Router::new().fallback(answer).layer(DefaultBodyLimit::disable()).with_state(it.seen.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        it
    }
}

async fn answer(
    State(seen): State<Arc<Mutex<Seen>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut seen = seen.lock().unwrap();
    if let Some(failure) = seen.failure {
        return (failure, "").into_response();
    }
    let query = uri.query().unwrap_or_default().to_owned();
    if let Err(fault) = signed(&headers, &query) {
        return error(StatusCode::FORBIDDEN, fault);
    }
    seen.opened.extend(
        headers
            .keys()
            .map(ToString::to_string)
            .filter(|name| name.starts_with("x-amz-acl") || name.starts_with("x-amz-grant")),
    );
    let path = uri.path().trim_start_matches('/');
    let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
    if bucket != BUCKET {
        return error(StatusCode::NOT_FOUND, "NoSuchBucket");
    }
    if query.contains("uploadId=") || query.starts_with("uploads") {
        return upload(&mut seen, &method, key, &query, body);
    }
    match method {
        Method::GET if key.is_empty() => list(&mut seen, &query),
        Method::PUT => {
            seen.objects.insert(key.to_owned(), body);
            ([("etag", "\"1\"")], "").into_response()
        }
        Method::DELETE => {
            seen.objects.remove(key);
            StatusCode::NO_CONTENT.into_response()
        }
        Method::GET | Method::HEAD => match seen.objects.get(key) {
            Some(object) => read(object, &headers),
            None => error(StatusCode::NOT_FOUND, "NoSuchKey"),
        },
        _ => error(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed"),
    }
}

/// The form of the signature, in the header or in the address.
fn signed(headers: &HeaderMap, query: &str) -> Result<(), &'static str> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let authorization = header("authorization");
    let (credential, signature) = if authorization.is_empty() {
        let field = |name: &str| {
            query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')).unwrap_or_default()
        };
        let seconds: u64 = field("X-Amz-Expires").parse().map_err(|_| "AccessDenied")?;
        if seconds == 0 || seconds > 900 {
            return Err("AuthorizationQueryParametersError");
        }
        (field("X-Amz-Credential").replace("%2F", "/"), field("X-Amz-Signature").to_owned())
    } else {
        let rest = authorization.strip_prefix("AWS4-HMAC-SHA256 ").ok_or("InvalidRequest")?;
        let field = |name: &str| {
            rest.split(", ").find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')).unwrap_or_default()
        };
        let signed_headers = field("SignedHeaders");
        if !["host", "x-amz-content-sha256", "x-amz-date"]
            .iter()
            .all(|name| signed_headers.split(';').any(|h| h == *name))
            || header("x-amz-date").len() != 16
        {
            return Err("InvalidRequest");
        }
        (field("Credential").to_owned(), field("Signature").to_owned())
    };
    let scope: Vec<_> = credential.split('/').collect();
    if scope.first() != Some(&KEY) {
        return Err("InvalidAccessKeyId");
    }
    let scoped = scope.len() == 5 && scope[1].len() == 8 && scope[3] == "s3" && scope[4] == "aws4_request";
    let hex = signature.len() == 64 && signature.bytes().all(|byte| byte.is_ascii_hexdigit());
    if scoped && hex { Ok(()) } else { Err("SignatureDoesNotMatch") }
}

/// An object in parts, one object at a time.
fn upload(seen: &mut Seen, method: &Method, key: &str, query: &str, body: Bytes) -> Response {
    if query.starts_with("uploads") {
        let xml = format!(
            "<InitiateMultipartUploadResult><Bucket>{BUCKET}</Bucket><Key>{key}</Key><UploadId>1</UploadId></InitiateMultipartUploadResult>"
        );
        return xml.into_response();
    }
    match *method {
        Method::PUT => {
            let number = query.split('&').find_map(|pair| pair.strip_prefix("partNumber=")).unwrap();
            seen.parts.insert(number.parse().unwrap(), body);
            ([("etag", format!("\"{number}\""))], "").into_response()
        }
        Method::POST => {
            let whole: Vec<u8> = std::mem::take(&mut seen.parts).into_values().flatten().collect();
            seen.objects.insert(key.to_owned(), whole.into());
            let xml = "<CompleteMultipartUploadResult><ETag>1</ETag></CompleteMultipartUploadResult>";
            xml.into_response()
        }
        _ => {
            seen.parts.clear();
            StatusCode::NO_CONTENT.into_response()
        }
    }
}

fn read(object: &Bytes, headers: &HeaderMap) -> Response {
    let written = [("last-modified", "Sun, 22 Nov 2026 10:00:00 GMT"), ("etag", "\"1\"")];
    let range = headers.get("range").and_then(|value| value.to_str().ok()?.strip_prefix("bytes="));
    let Some((first, last)) = range.and_then(|range| range.split_once('-')) else {
        return (written, object.clone()).into_response();
    };
    let (first, last): (usize, usize) = (first.parse().unwrap(), last.parse().unwrap());
    if first >= object.len() {
        return error(StatusCode::RANGE_NOT_SATISFIABLE, "InvalidRange");
    }
    let end = (last + 1).min(object.len());
    let told = format!("bytes {first}-{}/{}", end - 1, object.len());
    (StatusCode::PARTIAL_CONTENT, written, [("content-range", told)], object.slice(first..end))
        .into_response()
}

fn list(seen: &mut Seen, query: &str) -> Response {
    let field = |name: &str| {
        let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        value.unwrap_or_default().replace("%2F", "/")
    };
    if field("list-type") != "2" {
        return error(StatusCode::BAD_REQUEST, "InvalidArgument");
    }
    seen.pages += 1;
    let (prefix, after) = (field("prefix"), field("continuation-token"));
    let mut found = seen.objects.iter().filter(|(key, _)| key.starts_with(&prefix) && **key > after);
    let mut xml = String::from("<ListBucketResult>");
    let mut last = String::new();
    for (key, object) in found.by_ref().take(PAGE) {
        write!(
            xml,
            "<Contents><Key>{key}</Key><LastModified>{WRITTEN}</LastModified><Size>{}</Size><ETag>1</ETag></Contents>",
            object.len()
        )
        .unwrap();
        last.clone_from(key);
    }
    if found.next().is_some() {
        write!(xml, "<IsTruncated>true</IsTruncated><NextContinuationToken>{last}</NextContinuationToken>")
            .unwrap();
    }
    xml += "</ListBucketResult>";
    ([("content-type", "application/xml")], xml).into_response()
}

fn error(status: StatusCode, code: &str) -> Response {
    (status, format!("<Error><Code>{code}</Code><Message>canary words of the service</Message></Error>"))
        .into_response()
}
