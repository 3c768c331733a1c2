//! A provider of the tests (OpenID Connect), which says whatever a test wants: rightly signed, or
//! as somebody who attacks would. On loopback, over plain HTTP.

pub(crate) mod visitor;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum_server::Handle;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use openidconnect::url::{Url, form_urlencoded};
use ring::digest::{SHA256, digest};
use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

pub(crate) const CLIENT: &str = "passerelle";
pub(crate) const SECRET: &str = "geheimnis-of-the-client";

/// How something is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signing {
    /// By the provider's key.
    Rightly,
    /// By a key that is not the provider's, under its name.
    OtherKey,
    /// Not at all (`none`).
    Nothing,
    /// By the public key taken as a shared secret.
    PublicKey,
    /// By the client's secret.
    Secret,
}

/// How an endpoint answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answering {
    Rightly,
    Redirecting,
    Huge,
    Never,
}

impl Answering {
    /// What is answered in place of what is right.
    async fn other(self, base: &str) -> Option<Response> {
        match self {
            Self::Rightly => None,
            Self::Redirecting => {
                let to = [(header::LOCATION, format!("{base}/elsewhere"))];
                Some((StatusCode::TEMPORARY_REDIRECT, to).into_response())
            }
            Self::Huge => Some("x".repeat(1024 * 1024).into_response()),
            Self::Never => std::future::pending().await,
        }
    }
}

/// How it behaves. Everything may change while it runs.
#[derive(Clone)]
pub(crate) struct Mood {
    pub(crate) signing: Signing,
    pub(crate) answering: Answering,
    /// The same of what it says of somebody.
    pub(crate) saying: Answering,
    /// Over what the ID token says.
    pub(crate) token: Value,
    /// Over what it says of somebody.
    pub(crate) user: Value,
    /// It says so in a signed answer.
    pub(crate) is_signed: bool,
    /// How it answers what it is.
    pub(crate) telling: Answering,
    /// It takes the proof of RFC 7636.
    pub(crate) takes_proof: bool,
    /// What it knows the gateway by.
    pub(crate) secret: &'static str,
}

/// A running provider; it ends when this is dropped.
pub(crate) struct Provider {
    shared: Arc<Shared>,
    handle: Handle<SocketAddr>,
}

struct Shared {
    base: String,
    mood: Mutex<Mood>,
    key: Mutex<(String, Arc<EcdsaKeyPair>)>,
    /// Codes that are open, with what they were asked with.
    codes: Mutex<HashMap<String, HashMap<String, String>>>,
    /// What was asked of the token endpoint.
    exchanges: Mutex<usize>,
}

/// What the provider of the tests signs with is no secret of the gateway's.
#[expect(
    clippy::disallowed_methods,
    reason = "a key pair is made and used by `ring` alone"
)]
fn source() -> SystemRandom {
    SystemRandom::new()
}

/// The clock on the wall: tokens end by it.
#[expect(
    clippy::disallowed_methods,
    reason = "the provider of the tests is no gateway"
)]
fn now_secs() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.unwrap().as_secs()
}

fn new_key() -> Arc<EcdsaKeyPair> {
    let kind = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let random = source();
    let bytes = EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap();
    Arc::new(EcdsaKeyPair::from_pkcs8(kind, bytes.as_ref(), &random).unwrap())
}

pub(crate) fn random() -> String {
    passerelle::random::token().unwrap()
}

impl Provider {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let shared = Arc::new(Shared {
            base: format!("http://{}", listener.local_addr().unwrap()),
            mood: Mutex::new(Mood {
                signing: Signing::Rightly,
                answering: Answering::Rightly,
                saying: Answering::Rightly,
                telling: Answering::Rightly,
                token: json!({}),
                user: json!({}),
                is_signed: false,
                takes_proof: true,
                secret: SECRET,
            }),
            key: Mutex::new((random(), new_key())),
            codes: Mutex::default(),
            exchanges: Mutex::default(),
        });
        let handle = Handle::new();
        let app = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&shared));
        let server = axum_server::from_tcp(listener).unwrap();
        let server = server.handle(handle.clone()).serve(app.into_make_service());
        tokio::spawn(server);
        Self { shared, handle }
    }

    pub(crate) fn issuer(&self) -> &str {
        &self.shared.base
    }

    pub(crate) fn with_mood(&self, change: impl FnOnce(&mut Mood)) {
        change(&mut self.shared.mood.lock().unwrap());
    }

    /// It signs with another key from now on.
    pub(crate) fn change_key(&self) {
        *self.shared.key.lock().unwrap() = (random(), new_key());
    }

    pub(crate) fn exchanges(&self) -> usize {
        *self.shared.exchanges.lock().unwrap()
    }

    /// Somebody agrees at this address: what it was asked with, and the query that leads back.
    pub(crate) fn agree(&self, address: &str) -> (HashMap<String, String>, String) {
        let address = Url::parse(address).unwrap();
        assert!(
            address
                .as_str()
                .starts_with(&format!("{}/authorize?", self.shared.base))
        );
        let asked: HashMap<String, String> = address.query_pairs().into_owned().collect();
        let code = random();
        let mut codes = self.shared.codes.lock().unwrap();
        codes.insert(code.clone(), asked.clone());
        let back = format!(
            "state={}&code={code}&iss={}",
            asked["state"], self.shared.base
        );
        (asked, back)
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.handle.shutdown();
    }
}

fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

impl Shared {
    fn signed(&self, claims: &Value, signing: Signing) -> String {
        let (kid, key) = self.key.lock().unwrap().clone();
        let algorithm = match signing {
            Signing::Rightly | Signing::OtherKey => "ES256",
            Signing::Nothing => "none",
            Signing::PublicKey | Signing::Secret => "HS256",
        };
        let head = encoded(&json!({ "alg": algorithm, "kid": kid, "typ": "JWT" }));
        let text = format!("{head}.{}", encoded(claims));
        let by_key = |key: &EcdsaKeyPair| {
            let signature = key.sign(&source(), text.as_bytes()).unwrap();
            signature.as_ref().to_vec()
        };
        let by_secret = |secret: &[u8]| {
            let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
            hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
        };
        let signature = match signing {
            Signing::Rightly => by_key(&key),
            Signing::OtherKey => by_key(&new_key()),
            Signing::Nothing => Vec::new(),
            Signing::PublicKey => by_secret(key.public_key().as_ref()),
            Signing::Secret => by_secret(SECRET.as_bytes()),
        };
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn keys(&self) -> Value {
        let (kid, key) = self.key.lock().unwrap().clone();
        let point = key.public_key().as_ref();
        let part = |range: std::ops::Range<usize>| URL_SAFE_NO_PAD.encode(&point[range]);
        json!({ "keys": [{
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": kid,
            "x": part(1..33), "y": part(33..65),
        }] })
    }

    fn settings(&self, mood: &Mood) -> Value {
        let at = |path: &str| format!("{}{path}", self.base);
        let mut settings = json!({
            "issuer": self.base,
            "authorization_endpoint": at("/authorize"),
            "token_endpoint": at("/token"),
            "userinfo_endpoint": at("/userinfo"),
            "end_session_endpoint": at("/leave"),
            "jwks_uri": at("/keys"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "authorization_response_iss_parameter_supported": true,
        });
        if mood.takes_proof {
            settings["code_challenge_methods_supported"] = json!(["S256"]);
        }
        settings
    }

    /// The ID token for a code, once, to whoever has the secret and the proof.
    fn token(&self, headers: &HeaderMap, body: &[u8], mood: &Mood) -> Result<Value, &'static str> {
        let known = STANDARD.encode(format!("{CLIENT}:{}", mood.secret));
        let known = format!("Basic {known}");
        if headers.get(header::AUTHORIZATION).map(|it| it.as_bytes()) != Some(known.as_bytes()) {
            return Err("invalid_client");
        }
        let form: HashMap<_, _> = form_urlencoded::parse(body).into_owned().collect();
        let asked = self.codes.lock().unwrap().remove(&form["code"]);
        let asked = asked.ok_or("invalid_grant")?;
        let proof = form.get("code_verifier");
        let proof = proof.map(|it| URL_SAFE_NO_PAD.encode(digest(&SHA256, it.as_bytes())));
        if proof.as_ref() != asked.get("code_challenge")
            || form["redirect_uri"] != asked["redirect_uri"]
        {
            return Err("invalid_grant");
        }
        let now = now_secs();
        let mut claims = json!({
            "iss": self.base, "aud": CLIENT, "sub": "claire", "nonce": asked["nonce"],
            "iat": now, "exp": now + 60,
        });
        over(&mut claims, &mood.token);
        Ok(json!({
            "access_token": "zugang-of-claire", "token_type": "Bearer",
            "id_token": self.signed(&claims, mood.signing),
        }))
    }
}

fn over(claims: &mut Value, more: &Value) {
    let more = more.as_object().unwrap().clone();
    claims.as_object_mut().unwrap().extend(more);
}

async fn answer(
    State(shared): State<Arc<Shared>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mood = shared.mood.lock().unwrap().clone();
    match uri.path() {
        "/.well-known/openid-configuration" => match mood.telling.other(&shared.base).await {
            Some(other) => other,
            None => axum::Json(shared.settings(&mood)).into_response(),
        },
        "/keys" => axum::Json(shared.keys()).into_response(),
        "/token" => {
            *shared.exchanges.lock().unwrap() += 1;
            if let Some(other) = mood.answering.other(&shared.base).await {
                return other;
            }
            match shared.token(&headers, &body, &mood) {
                Ok(tokens) => axum::Json(tokens).into_response(),
                Err(error) => {
                    let said = json!({ "error": error, "error_description": "<b>geheim</b>" });
                    (StatusCode::BAD_REQUEST, axum::Json(said)).into_response()
                }
            }
        }
        "/userinfo" => {
            if let Some(other) = mood.saying.other(&shared.base).await {
                return other;
            }
            let mut claims = json!({
                "iss": shared.base, "aud": CLIENT, "sub": "claire",
                "name": "Claire Petit", "email": "claire@example.fr",
            });
            over(&mut claims, &mood.user);
            if mood.is_signed {
                let kind = [(header::CONTENT_TYPE, "application/jwt")];
                return (kind, shared.signed(&claims, Signing::Rightly)).into_response();
            }
            axum::Json(claims).into_response()
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}
