//! The client that all requests go through.
//!
//! twilight-http builds the requests and its limiter keeps the buckets, but the sending is Casey's own: twilight's client learns of a bucket only
//! when Discord has refused something, and repeats what was refused for another reason than a bucket at once.

mod brake;
mod limits;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use casey_core::{DiscordError, DiscordErrorKind};
use reqwest::{
    StatusCode,
    header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, DATE, HeaderMap, HeaderValue},
};
use twilight_http::request::{Method, Request};
use twilight_http_ratelimiting::{Endpoint, Permit, RateLimiter};

pub(crate) use self::limits::Scope;
use self::{
    brake::Brake,
    limits::{Refusal, bucket},
};
use crate::{address::Address, error::Error, fault, gateway::Counts};

/// Directives that belong at the end of every log filter, in the syntax of tracing-subscriber's `EnvFilter`.
///
/// Below warnings, what sends requests tells their paths, and these hold ids and the tokens of interactions.
pub const LOG_DIRECTIVES: &str =
    "twilight_http=warn,twilight_http_ratelimiting=warn,reqwest=warn,hyper=warn,hyper_util=warn,h2=warn";

/// How long one attempt may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The longest that Discord may ask to wait. Longer than that, whoever wants something is told.
const LONGEST: Duration = Duration::from_mins(1);

/// Refusals in a row after which a request is given up.
const REFUSALS: u32 = 10;

/// As Discord wants it (Discord Docs/API Reference, User Agent).
const USER_AGENT: &str = concat!("DiscordBot (https://casey.best, ", env!("CARGO_PKG_VERSION"), ")");

/// Sends requests to Discord, within its limits.
pub(crate) struct Http {
    client: reqwest::Client,
    /// Up to and with the slash before a path.
    base: String,
    authorization: HeaderValue,
    /// Discord refused the token: nothing that needs it is sent any more.
    refused: AtomicBool,
    limiter: RateLimiter,
    brake: Brake,
    counts: Arc<Counts>,
}

/// What Discord answered to a request that it carried out.
pub(crate) struct Answer {
    pub(crate) body: Vec<u8>,
    /// The `Date` header: Discord's clock, to the second.
    pub(crate) date: Option<String>,
}

/// What became of one attempt.
enum Attempt {
    Done(Answer),
    Refused(Refusal),
}

impl Http {
    /// A client that keeps to `limit` requests per second, 0 for as many as can be counted.
    pub(crate) fn new(
        token: &str,
        api_url: Option<&str>,
        limit: u16,
        counts: Arc<Counts>,
    ) -> Result<Self, Error> {
        // An error only says that a provider has been chosen before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let bearer = token.strip_prefix("Bot ").unwrap_or(token);
        let mut authorization = HeaderValue::from_str(&format!("Bot {bearer}")).map_err(|_| Error::Token)?;
        authorization.set_sensitive(true);
        let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let tls = rustls::ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .user_agent(USER_AGENT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(TIMEOUT)
            .build()
            .map_err(|error| Error::request("preparing requests", fault::unsent(error)))?;
        let address = api_url.map_or_else(|| Ok(Address::discord()), Address::parse)?;
        Ok(Self {
            client,
            base: address.below("api/v10/"),
            authorization,
            refused: AtomicBool::new(false),
            // The brake keeps the global limit, in every second and not in those of a grid.
            limiter: RateLimiter::new(u16::MAX),
            brake: Brake::new(Instant::now(), limit),
            counts,
        })
    }

    /// Sends a request, as often as Discord asks to wait for a while; gives up if it asks for more than a minute.
    pub(crate) async fn request(&self, request: &Request) -> Result<Answer, DiscordError> {
        for _ in 0..REFUSALS {
            match self.attempt(request).await? {
                Attempt::Done(answer) => return Ok(answer),
                Attempt::Refused(refusal) if refusal.wait > LONGEST => {
                    return Err(fault::limited(refusal.wait));
                }
                Attempt::Refused(_) => {}
            }
        }
        Err(fault::limited(LONGEST))
    }

    async fn attempt(&self, request: &Request) -> Result<Attempt, DiscordError> {
        let endpoint = endpoint(request);
        // The address of a first answer is good for one request: it has no bucket, and people wait for it.
        let first = endpoint.path.starts_with("interactions/");
        let answers = first || endpoint.path.starts_with("webhooks/");
        let permit = if first { None } else { Some(self.limiter.acquire(endpoint).await) };
        if request.use_authorization_token() && self.refused.load(Ordering::Relaxed) {
            return Err(DiscordError::new(DiscordErrorKind::Unauthorized, None));
        }
        self.hold(answers).await?;
        let sent = self.build(request).send().await.map_err(fault::unsent)?;
        let (status, headers) = (sent.status(), sent.headers().clone());
        if status == StatusCode::TOO_MANY_REQUESTS {
            let body = sent.bytes().await.unwrap_or_default();
            return Ok(Attempt::Refused(self.wait(permit, Refusal::read(&headers, &body)).await));
        }
        if let Some(permit) = permit {
            permit.complete(bucket(&headers, Instant::now()));
        }
        self.judge(status, request);
        let body = sent.bytes().await.map_err(fault::unsent)?.to_vec();
        if !status.is_success() {
            return Err(fault::refused(status.as_u16(), &body));
        }
        let date = headers.get(DATE).and_then(|date| date.to_str().ok()).map(ToOwned::to_owned);
        Ok(Attempt::Done(Answer { body, date }))
    }

    /// Waits until something may be sent.
    async fn hold(&self, answers: bool) -> Result<(), DiscordError> {
        while let Err(wait) = self.brake.admit(Instant::now(), answers) {
            if wait > LONGEST {
                return Err(fault::limited(wait));
            }
            tokio::time::sleep(wait).await;
        }
        Ok(())
    }

    /// Takes a refusal for too many requests to heart.
    async fn wait(&self, permit: Option<Permit>, refusal: Refusal) -> Refusal {
        self.counts.limited(refusal.scope);
        let now = Instant::now();
        if refusal.scope != Scope::Shared {
            self.count_invalid(now);
        }
        if refusal.scope == Scope::Global {
            self.brake.pause(now + refusal.wait);
        }
        let exhausted = refusal.exhausted(now).filter(|_| refusal.scope != Scope::Global);
        match permit {
            Some(permit) if exhausted.is_some() => permit.complete(exhausted),
            Some(permit) if refusal.scope == Scope::Global => permit.complete(None),
            // Whose limit it was is not said: what goes to the same place waits behind this.
            permit => {
                tokio::time::sleep(refusal.wait.min(LONGEST)).await;
                if let Some(permit) = permit {
                    permit.complete(None);
                }
            }
        }
        refusal
    }

    /// Counts what Discord counts against this address (Discord Docs/Rate Limits, Invalid Request Limit).
    fn judge(&self, status: StatusCode, request: &Request) {
        if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
            self.count_invalid(Instant::now());
        }
        if status == StatusCode::UNAUTHORIZED && request.use_authorization_token() {
            self.refused.store(true, Ordering::Relaxed);
        }
    }

    fn count_invalid(&self, now: Instant) {
        self.counts.invalid();
        if self.brake.invalid(now) {
            tracing::error!(
                "Discord refused so many requests in ten minutes that it would soon refuse all of them; those that can wait are held back"
            );
        }
    }

    fn build(&self, request: &Request) -> reqwest::RequestBuilder {
        // Every name of a method is one, so that the default never counts.
        let method = reqwest::Method::from_bytes(request.method().name().as_bytes()).unwrap_or_default();
        let writes = !matches!(request.method(), Method::Get | Method::Delete);
        let mut headers = HeaderMap::new();
        if request.use_authorization_token() {
            headers.insert(AUTHORIZATION, self.authorization.clone());
        }
        let body = if let Some(form) = request.form() {
            if let Ok(kind) = HeaderValue::from_bytes(&form.content_type()) {
                headers.insert(CONTENT_TYPE, kind);
            }
            Some(form.clone().build())
        } else if let Some(json) = request.body() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            Some(json.to_vec())
        } else {
            if writes {
                headers.insert(CONTENT_LENGTH, HeaderValue::from(0));
            }
            None
        };
        // What the request itself says, such as the reason for the audit log.
        headers.extend(request.headers().cloned().unwrap_or_default());
        let builder =
            self.client.request(method, format!("{}{}", self.base, request.path())).headers(headers);
        match body {
            Some(body) => builder.body(body),
            None => builder,
        }
    }
}

fn endpoint(request: &Request) -> Endpoint {
    let path = request.path().split('?').next().unwrap_or_default().to_owned();
    Endpoint { method: request.method(), path }
}
