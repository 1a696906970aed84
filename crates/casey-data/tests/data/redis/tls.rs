//! Encrypted connections, and those that are refused.
#![allow(clippy::unwrap_used)]

use casey_data::{Redis, RedisCause, RedisError};

use super::{
    proxy::Proxy,
    server::{system, variable},
};

struct Encrypted {
    /// User and password with the sign after them, or nothing.
    account: String,
    /// Host and port.
    authority: String,
    /// The certificate authority's file.
    ca: String,
}

fn encrypted() -> Option<Encrypted> {
    let (url, ca) = (variable("TEST_REDIS_TLS_URL")?, variable("TEST_REDIS_CA")?);
    let rest = url.strip_prefix("rediss://").unwrap().split(['/', '?']).next().unwrap();
    let (account, authority) = rest.rsplit_once('@').map_or(("", rest), |(a, b)| (a, b));
    let sign = if account.is_empty() { "" } else { "@" };
    Some(Encrypted { account: format!("{account}{sign}"), authority: authority.to_owned(), ca })
}

async fn refusal(url: &str) -> (RedisCause, String) {
    let redis = Redis::open(url, system()).unwrap();
    let error = redis.check().await.unwrap_err();
    (error.cause().unwrap(), format!("{error} {error:?} {redis:?}"))
}

#[tokio::test]
async fn a_certificate_of_a_named_authority_is_accepted() {
    let Some(Encrypted { account, authority, ca }) = encrypted() else { return };
    let redis = Redis::open(&format!("rediss://{account}{authority}?ca={ca}"), system()).unwrap();
    redis.check().await.unwrap();
    assert_eq!(redis.place(), format!("rediss://{authority}"));
}

#[tokio::test]
async fn a_certificate_of_nobody_in_particular_is_refused() {
    let Some(Encrypted { account, authority, .. }) = encrypted() else { return };
    let (cause, told) = refusal(&format!("rediss://{account}{authority}")).await;
    assert_eq!(cause, RedisCause::UntrustedCertificate, "{told}");
    assert!(told.contains("?ca=FILE"), "{told}");
    let password = account.trim_matches([':', '@']);
    assert!(password.is_empty() || !told.contains(password), "the password is told");
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused() {
    let Some(Encrypted { account, authority, ca }) = encrypted() else { return };
    // The whole network 127.0.0.0/8 is this machine, and certificates for tests are not for this address.
    let proxy = Proxy::start("127.0.0.2:0", authority).await;
    let (cause, told) = refusal(&format!("rediss://{account}{}?ca={ca}", proxy.addr)).await;
    assert_eq!(cause, RedisCause::WrongName, "{told}");
}

#[tokio::test]
async fn a_wrong_password_is_told_as_such_and_not_repeated() {
    let Some(Encrypted { account, authority, ca }) = encrypted() else { return };
    if account.is_empty() {
        return;
    }
    let (cause, told) = refusal(&format!("rediss://:canary-password@{authority}?ca={ca}")).await;
    assert_eq!(cause, RedisCause::Password, "{told}");
    assert!(!told.contains("canary"), "{told}");
    let (cause, _) = refusal(&format!("rediss://{authority}?ca={ca}")).await;
    assert_eq!(cause, RedisCause::Password);
}

#[tokio::test]
async fn a_server_without_encryption_is_refused_where_it_was_asked_for() {
    let Some(url) = variable("TEST_REDIS_URL") else { return };
    let authority = url.strip_prefix("redis://").unwrap().split('/').next().unwrap();
    let (cause, told) = refusal(&format!("rediss://{authority}")).await;
    // Redis takes the beginning of TLS for half a command, and waits for the rest.
    let expected = [RedisCause::NoEncryption, RedisCause::Unreachable, RedisCause::TimedOut];
    assert!(expected.contains(&cause), "{told}");
}

#[test]
fn there_is_no_way_around_the_rules() {
    for url in ["redis://cache.example", "rediss://cache.example#insecure", "redis://10.0.0.1:6379/0"] {
        let error = Redis::open(url, system()).unwrap_err();
        assert!(matches!(error, RedisError::Plaintext { .. } | RedisError::Insecure), "{url}");
    }
}
