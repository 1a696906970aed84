//! Which store an address leads to, and the rules every connection to it follows.

use std::{
    net::IpAddr,
    path::{Path as FilePath, PathBuf},
    str::FromStr,
    sync::Arc,
    time::Duration,
};

use object_store::{
    ClientOptions, ObjectStore, RetryConfig, aws::AmazonS3Builder, azure::MicrosoftAzureBuilder,
    gcp::GoogleCloudStorageBuilder, local::LocalFileSystem, memory::InMemory, path::Path, signer::Signer,
};

use super::{
    error::{FilesCause, FilesError},
    private::make_folder,
};

const CONNECT: Duration = Duration::from_secs(5);
const REQUEST: Duration = Duration::from_mins(1);
const RETRIES: usize = 3;
const RETRY_FOR: Duration = Duration::from_secs(20);

/// A store and where in it Casey's files begin.
pub(super) struct Backend {
    pub(super) store: Arc<dyn ObjectStore>,
    /// Where the store can give out addresses that work for a while.
    pub(super) signer: Option<Arc<dyn Signer>>,
    /// The folder, if it is one of this machine.
    pub(super) folder: Option<PathBuf>,
    /// What every key begins with.
    pub(super) root: Path,
    /// What may be shown.
    pub(super) place: String,
    /// Whether failures can have another cause than missing credentials.
    pub(super) has_credentials: bool,
}

pub(super) fn memory() -> Backend {
    Backend {
        store: Arc::new(InMemory::new()),
        signer: None,
        folder: None,
        root: Path::ROOT,
        place: "memory".to_owned(),
        has_credentials: true,
    }
}

pub(super) fn open(
    url: &str,
    options: impl IntoIterator<Item = (String, String)>,
) -> Result<Backend, FilesError> {
    let (scheme, rest) = url.split_once("://").unwrap_or((url.split(':').next().unwrap_or_default(), ""));
    if !matches!(scheme, "file" | "s3" | "gs" | "az") {
        // Without the sign the whole may be a secret pasted by mistake.
        let scheme =
            if url.contains("://") { format!("{scheme}://") } else { "an address without ://".to_owned() };
        return Err(FilesError::Scheme { scheme });
    }
    let unreadable = || FilesError::Address { scheme: scheme.to_owned() };
    if rest.contains(['@', '?', '#']) || rest.chars().any(char::is_control) {
        return Err(unreadable());
    }
    if scheme == "file" {
        return if rest.starts_with('/') { folder(FilePath::new(rest)) } else { Err(unreadable()) };
    }
    let (bucket, inside) = rest.split_once('/').unwrap_or((rest, ""));
    if bucket.is_empty() {
        return Err(unreadable());
    }
    let root = Path::parse(inside.trim_end_matches('/')).map_err(|_| unreadable())?;
    let options: Vec<_> = options.into_iter().map(|(key, value)| (key.to_ascii_lowercase(), value)).collect();
    let plain = check(&options)?;
    ready_for_tls();
    let place = url.trim_end_matches('/').to_owned();
    match scheme {
        "s3" => s3(bucket, &options, plain, root, place),
        "gs" => gs(bucket, &options, plain, root, place),
        _ => az(bucket, &options, plain, root, place),
    }
}

fn folder(folder: &FilePath) -> Result<Backend, FilesError> {
    let place = format!("file://{}", folder.display());
    let refused =
        |cause| FilesError::Refused { doing: "opening the folder for files", place: place.clone(), cause };
    make_folder(folder).map_err(|error| refused(FilesCause::of_io(&error)))?;
    let store = LocalFileSystem::new_with_prefix(folder)
        .map_err(|error| refused(FilesCause::of(&error, true)))?
        .with_fsync(true);
    Ok(Backend {
        store: Arc::new(store),
        signer: None,
        folder: Some(folder.to_owned()),
        root: Path::ROOT,
        place,
        has_credentials: true,
    })
}

/// Refuses options that would make connections unsafe; tells whether one leads to this machine, in the clear.
fn check(options: &[(String, String)]) -> Result<bool, FilesError> {
    let mut plain = false;
    for (option, value) in options {
        let ours = ["aws_", "google_", "azure_"].iter().any(|prefix| option.starts_with(prefix));
        if !ours {
            continue;
        }
        let unsafe_option = option.ends_with("allow_http")
            || option.ends_with("allow_invalid_certificates")
            || option.ends_with("skip_signature")
            // It sends in the clear, to wherever another variable says.
            || option.ends_with("use_emulator");
        if unsafe_option && !matches!(value.as_str(), "" | "0" | "false") {
            return Err(FilesError::UnsafeOption { option: option.to_ascii_uppercase() });
        }
        if option.contains("endpoint")
            && let Some(rest) = value.strip_prefix("http://")
        {
            let host = host_of(rest);
            if !is_loopback(host) {
                return Err(FilesError::Plaintext { host: host.to_owned() });
            }
            plain = true;
        }
    }
    Ok(plain)
}

fn host_of(rest: &str) -> &str {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((v6, _)) => v6,
        None => authority.rsplit_once(':').map_or(authority, |(host, _)| host),
    }
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// The client for HTTPS wants one provider chosen for the whole process. Whoever chose one before keeps it.
fn ready_for_tls() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // An error says that another thread was quicker.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
}

fn client(plain: bool) -> ClientOptions {
    ClientOptions::new().with_connect_timeout(CONNECT).with_timeout(REQUEST).with_allow_http(plain)
}

fn retry() -> RetryConfig {
    RetryConfig { max_retries: RETRIES, retry_timeout: RETRY_FOR, ..RetryConfig::default() }
}

/// The options a builder knows.
fn known<K: FromStr>(options: &[(String, String)], prefix: &str) -> impl Iterator<Item = (K, String)> {
    options
        .iter()
        .filter(move |(key, _)| key.starts_with(prefix))
        .filter_map(|(key, value)| Some((key.parse().ok()?, value.clone())))
}

fn any(options: &[(String, String)], keys: &[&str]) -> bool {
    options.iter().any(|(key, value)| keys.contains(&key.as_str()) && !value.is_empty())
}

fn s3(
    bucket: &str,
    options: &[(String, String)],
    plain: bool,
    root: Path,
    place: String,
) -> Result<Backend, FilesError> {
    let needed =
        "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION, for other services AWS_ENDPOINT as well";
    let builder = AmazonS3Builder::new().with_client_options(client(plain)).with_retry(retry());
    let builder =
        known(options, "aws_").fold(builder, |builder, (key, value)| builder.with_config(key, value));
    // Not every service that speaks S3 knows how to delete many at once.
    let store = builder.with_bucket_name(bucket).with_disable_bulk_delete(true).build();
    let store = Arc::new(store.map_err(|_| FilesError::Options { scheme: "s3", needed })?);
    let has_credentials = any(
        options,
        &[
            "aws_access_key_id",
            "aws_web_identity_token_file",
            "aws_container_credentials_relative_uri",
            "aws_container_credentials_full_uri",
        ],
    );
    Ok(Backend { store: store.clone(), signer: Some(store), folder: None, root, place, has_credentials })
}

fn gs(
    bucket: &str,
    options: &[(String, String)],
    plain: bool,
    root: Path,
    place: String,
) -> Result<Backend, FilesError> {
    let needed = "GOOGLE_SERVICE_ACCOUNT to the file of a service account's key";
    let builder = GoogleCloudStorageBuilder::new().with_client_options(client(plain)).with_retry(retry());
    let builder =
        known(options, "google_").fold(builder, |builder, (key, value)| builder.with_config(key, value));
    let store = builder.with_bucket_name(bucket).build();
    let store = Arc::new(store.map_err(|_| FilesError::Options { scheme: "gs", needed })?);
    let has_credentials = options.iter().any(|(key, value)| key.starts_with("google_") && !value.is_empty());
    Ok(Backend { store: store.clone(), signer: Some(store), folder: None, root, place, has_credentials })
}

fn az(
    container: &str,
    options: &[(String, String)],
    plain: bool,
    root: Path,
    place: String,
) -> Result<Backend, FilesError> {
    let needed = "AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY";
    let builder = MicrosoftAzureBuilder::new().with_client_options(client(plain)).with_retry(retry());
    let builder =
        known(options, "azure_").fold(builder, |builder, (key, value)| builder.with_config(key, value));
    let store = builder.with_container_name(container).build();
    let store = Arc::new(store.map_err(|_| FilesError::Options { scheme: "az", needed })?);
    let has_credentials = options.iter().any(|(key, value)| {
        key.starts_with("azure_")
            && !value.is_empty()
            && !key.contains("account_name")
            && !key.contains("endpoint")
    });
    Ok(Backend { store: store.clone(), signer: Some(store), folder: None, root, place, has_credentials })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn told(url: &str, options: &[(&str, &str)]) -> String {
        let options = options.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        open(url, options).map_or_else(|error| error.to_string(), |backend| backend.place)
    }

    const AWS: (&str, &str) = ("AWS_ACCESS_KEY_ID", "canary");
    const SECRET: (&str, &str) = ("AWS_SECRET_ACCESS_KEY", "canary");

    #[tokio::test]
    async fn addresses_lead_to_stores() {
        assert_eq!(told("s3://bucket/casey/", &[AWS, SECRET]), "s3://bucket/casey");
        assert_eq!(told("gs://bucket", &[]), "gs://bucket");
        let account = ("AZURE_STORAGE_ACCOUNT_NAME", "casey");
        let key = ("AZURE_STORAGE_ACCOUNT_KEY", "Y2FuYXJ5");
        assert_eq!(told("az://container/a/b", &[account, key]), "az://container/a/b");
        let local = [AWS, SECRET, ("AWS_ENDPOINT", "http://127.0.0.1:9000")];
        assert_eq!(told("s3://bucket", &local), "s3://bucket");
    }

    #[tokio::test]
    async fn every_refusal_says_how_to_mend_it_and_shows_no_secret() {
        for (url, options, remedy) in [
            ("ftp://canary@host", &[][..], "not at ftp://"),
            ("canary", &[], "file:///FOLDER"),
            ("s3://", &[], "s3://NAME/FOLDER"),
            ("s3:///x", &[], "s3://NAME/FOLDER"),
            ("s3://key:canary@bucket", &[], "without user"),
            ("s3://bucket?key=canary", &[], "without user"),
            ("file://folder", &[], "file:///FOLDER"),
            ("s3://bucket", &[AWS], "AWS_SECRET_ACCESS_KEY"),
            ("az://container", &[], "AZURE_STORAGE_ACCOUNT_NAME"),
            ("s3://bucket", &[("AWS_ALLOW_HTTP", "true")], "AWS_ALLOW_HTTP"),
            ("s3://bucket", &[("AWS_ALLOW_INVALID_CERTIFICATES", "1")], "AWS_ALLOW_INVALID_CERTIFICATES"),
            ("s3://bucket", &[("AWS_SKIP_SIGNATURE", "true")], "AWS_SKIP_SIGNATURE"),
            ("s3://bucket", &[("AWS_ENDPOINT", "http://minio:9000")], "sent to minio in the clear"),
            (
                "s3://bucket",
                &[("aws_endpoint_url", "http://127.0.0.1@minio/x")],
                "sent to minio in the clear",
            ),
            (
                "az://container",
                &[("AZURE_STORAGE_ENDPOINT", "http://[2001:db8::1]:1")],
                "sent to 2001:db8::1",
            ),
        ] {
            let told = told(url, options);
            assert!(told.contains(remedy), "{url}: {told}");
            assert!(!told.contains("canary"), "{told}");
        }
    }
}
