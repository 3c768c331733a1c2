//! The authority's resources (RFC 8555 §7): each request is checked before it is answered, and a
//! client that does not keep to the protocol gets a refusal that a test fails of.

use super::jws::{Jws, Protected, decoded, thumbprint};
use super::look::look;
use super::state::{Account, Authorization, Order, Stage, Status};
use super::{DAY, Shared};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use rcgen::{CertificateParams, PKCS_ECDSA_P256_SHA256, PublicKeyData, SignatureAlgorithm};
use ring::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use x509_parser::certification_request::X509CertificationRequest;
use x509_parser::extensions::{GeneralName, ParsedExtension};
use x509_parser::prelude::FromDer;

/// Certificates are good for so long.
const LIFETIME: Duration = DAY.saturating_mul(90);

/// A refusal: status, kind (§6.7), words.
type Refused = (StatusCode, &'static str, String);

/// What is answered, beside the nonce.
struct Answer {
    status: StatusCode,
    location: Option<String>,
    content_type: &'static str,
    body: String,
}

impl Answer {
    fn json(status: StatusCode, body: &Value) -> Self {
        Self {
            status,
            location: None,
            content_type: "application/json",
            body: body.to_string(),
        }
    }

    fn at(mut self, location: String) -> Self {
        self.location = Some(location);
        self
    }
}

pub(super) fn problem_document(kind: &str, detail: &str) -> Value {
    json!({ "type": format!("urn:ietf:params:acme:error:{kind}"), "detail": detail })
}

fn refused<T>(status: u16, kind: &'static str, detail: impl Into<String>) -> Result<T, Refused> {
    Err((StatusCode::from_u16(status).unwrap(), kind, detail.into()))
}

/// Every request.
pub(super) async fn answer(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mood = shared.mood();
    if mood.is_away {
        return (
            StatusCode::SERVICE_UNAVAILABLE,
            "<h1>Down for maintenance</h1>",
        )
            .into_response();
    }
    let path = uri.path();
    let answered = match (method, path) {
        (Method::GET, "/directory") => Ok(directory(&shared)),
        (Method::HEAD, "/new-nonce") => Ok(Answer::json(StatusCode::OK, &Value::Null)),
        (Method::GET, path) if path.starts_with("/renewal-info/") => Ok(renewal_info(&shared)),
        (Method::POST, path) => signed(&shared, path, &headers, &body),
        _ => refused(405, "malformed", "no such resource"),
    };
    let (answer, wait) = match answered {
        Ok(answer) => {
            let wait = path.starts_with("/renewal-info/").then_some(21_600);
            (answer, wait)
        }
        Err((status, kind, detail)) => {
            let wait = mood.limited_s.filter(|_| kind == "rateLimited");
            let mut answer = Answer::json(status, &problem_document(kind, &detail));
            answer.content_type = "application/problem+json";
            (answer, wait)
        }
    };
    let mut response = (answer.status, answer.body).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, answer.content_type.parse().unwrap());
    headers.insert("replay-nonce", shared.state().nonce().parse().unwrap());
    if let Some(location) = answer.location {
        headers.insert(LOCATION, location.parse().unwrap());
    }
    if let Some(wait) = wait {
        headers.insert(RETRY_AFTER, wait.into());
    }
    response
}

fn directory(shared: &Shared) -> Answer {
    let base = &shared.base;
    let body = json!({
        "newNonce": format!("{base}/new-nonce"),
        "newAccount": format!("{base}/new-account"),
        "newOrder": format!("{base}/new-order"),
        "revokeCert": format!("{base}/revoke"),
        "keyChange": format!("{base}/key-change"),
        "renewalInfo": format!("{base}/renewal-info"),
        "meta": { "externalAccountRequired": shared.mood().external.is_some() },
    });
    Answer::json(StatusCode::OK, &body)
}

/// Wished for the day before yesterday, or for far away.
fn renewal_info(shared: &Shared) -> Answer {
    let (start, end) = if shared.mood().wishes_renewal {
        ("2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z")
    } else {
        ("2090-01-01T00:00:00Z", "2090-01-02T00:00:00Z")
    };
    let window = json!({ "suggestedWindow": { "start": start, "end": end } });
    Answer::json(StatusCode::OK, &window)
}

fn signed(
    shared: &Arc<Shared>,
    path: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Answer, Refused> {
    if headers
        .get(CONTENT_TYPE)
        .is_none_or(|it| it != "application/jose+json")
    {
        return refused(415, "malformed", "not application/jose+json");
    }
    let jws: Jws = serde_json::from_slice(body).unwrap();
    let protected = jws.protected();
    if protected.alg != "ES256" || protected.url != format!("{}{path}", shared.base) {
        return refused(400, "unauthorized", "another algorithm or address");
    }
    let jwk = key_of(shared, path, &protected)?;
    if !jws.is_signed_with(&jwk) {
        return refused(403, "unauthorized", "the signature is not the account's");
    }
    let nonce = protected.nonce.as_deref().unwrap_or_default();
    if !shared.state().takes_nonce(nonce) || takes_offence(shared) {
        return refused(400, "badNonce", "nonce");
    }
    let (resource, rest) = path[1..].split_once('/').unwrap_or((&path[1..], ""));
    let number: usize = rest.parse().unwrap_or_default();
    match (resource, jws.payload()) {
        ("new-account", Some(new)) => new_account(shared, &new, &jwk),
        ("account", Some(change)) => change_account(shared, number, &change),
        ("new-order", Some(new)) => new_order(shared, &new),
        ("order", None) => Ok(order(shared, number)),
        ("authorization", None) => {
            let authorization = shared.state().authorization(&shared.base, number);
            Ok(Answer::json(StatusCode::OK, &authorization))
        }
        ("challenge", Some(payload)) if payload == json!({}) => {
            let proof = thumbprint(&jwk);
            Ok(challenge(shared, number, &proof))
        }
        ("finalize", Some(payload)) => finalize(shared, number, &payload),
        ("certificate", None) => certificate(shared, number),
        _ => refused(404, "malformed", format!("no such resource: {path}")),
    }
}

/// The key that must have signed: a new account's own, else the account's.
fn key_of(shared: &Shared, path: &str, protected: &Protected) -> Result<Value, Refused> {
    match (&protected.jwk, &protected.kid) {
        (Some(jwk), None) if path == "/new-account" => Ok(jwk.clone()),
        (None, Some(kid)) if path != "/new-account" => {
            let state = shared.state();
            let account = state.accounts.iter().find(|it| it.kid == *kid);
            match account {
                Some(account) => Ok(account.jwk.clone()),
                None => refused(400, "accountDoesNotExist", "no such account"),
            }
        }
        _ => refused(400, "malformed", "either jwk or kid, each in its place"),
    }
}

fn takes_offence(shared: &Shared) -> bool {
    let mut mood = shared.mood.lock().unwrap();
    let takes = mood.bad_nonces > 0;
    mood.bad_nonces = mood.bad_nonces.saturating_sub(1);
    takes
}

fn new_account(shared: &Shared, new: &Value, jwk: &Value) -> Result<Answer, Refused> {
    if new["termsOfServiceAgreed"] != json!(true) {
        return refused(403, "userActionRequired", "the terms were not accepted");
    }
    if let Some((kid, secret)) = &shared.mood().external {
        let binding = new.get("externalAccountBinding").cloned();
        let Ok(binding) = serde_json::from_value::<Jws>(binding.unwrap_or_default()) else {
            return refused(403, "externalAccountRequired", "no external account");
        };
        let protected = binding.protected();
        let is_bound = protected.alg == "HS256"
            && protected.kid.as_ref() == Some(kid)
            && protected.nonce.is_none()
            && protected.url == format!("{}/new-account", shared.base)
            && binding.payload().as_ref() == Some(jwk)
            && binding.is_signed_with_secret(secret);
        if !is_bound {
            return refused(403, "unauthorized", "not an account that is known");
        }
    }
    let mut state = shared.state();
    let kid = format!("{}/account/{}", shared.base, state.counts.accounts);
    state.counts.accounts += 1;
    let account = Account {
        kid: kid.clone(),
        jwk: jwk.clone(),
        contacts: texts(&new["contact"]),
    };
    state.accounts.push(account);
    Ok(Answer::json(StatusCode::CREATED, &json!({ "status": "valid" })).at(kid))
}

fn change_account(shared: &Shared, number: usize, change: &Value) -> Result<Answer, Refused> {
    let mut state = shared.state();
    let kid = format!("{}/account/{number}", shared.base);
    let account = state.accounts.iter_mut().find(|it| it.kid == kid);
    account.unwrap().contacts = texts(&change["contact"]);
    Ok(Answer::json(StatusCode::OK, &json!({ "status": "valid" })))
}

fn texts(list: &Value) -> Vec<String> {
    serde_json::from_value(list.clone()).unwrap()
}

fn new_order(shared: &Shared, new: &Value) -> Result<Answer, Refused> {
    let mood = shared.mood();
    let mut state = shared.state();
    state.counts.orders += 1;
    if mood.limited_s.is_some() {
        return refused(429, "rateLimited", "too many certificates for these names");
    }
    if state.counts.issued >= mood.issues_max {
        return refused(403, "rejectedIdentifier", "no more for these names");
    }
    let identifiers = new["identifiers"].as_array().unwrap().iter();
    let names: Vec<String> = identifiers
        .map(|it| {
            assert_eq!(it["type"], "dns");
            it["value"].as_str().unwrap().to_owned()
        })
        .collect();
    let first = state.authorizations.len();
    for name in &names {
        let token = format!("token-of-at-least-128-bits-{}", state.authorizations.len());
        state.authorizations.push(Authorization {
            name: name.clone(),
            token,
            status: Status::Pending,
            problem: None,
        });
    }
    let authorizations = (first..state.authorizations.len()).collect();
    let order = Order {
        names,
        authorizations,
        stage: Stage::Asked,
    };
    state.orders.push(order);
    let number = state.orders.len() - 1;
    let body = state.order(&shared.base, number);
    Ok(Answer::json(StatusCode::CREATED, &body).at(format!("{}/order/{number}", shared.base)))
}

fn order(shared: &Shared, number: usize) -> Answer {
    let mut state = shared.state();
    let body = state.order(&shared.base, number);
    let stage = &mut state.orders[number].stage;
    if let Stage::Processing(chain) = stage {
        *stage = Stage::Issued(std::mem::take(chain));
    }
    Answer::json(StatusCode::OK, &body)
}

/// Looks for the gateway, once it is known where that is.
fn challenge(shared: &Arc<Shared>, number: usize, thumbprint: &str) -> Answer {
    let mut state = shared.state();
    let authorization = &mut state.authorizations[number];
    authorization.status = Status::Processing;
    let (name, proof) = (
        authorization.name.clone(),
        format!("{}.{thumbprint}", authorization.token),
    );
    let body = state.challenge(&shared.base, number);
    drop(state);
    let shared = Arc::clone(shared);
    tokio::spawn(async move {
        let mut gateway = shared.gateway.subscribe();
        let gateway = gateway.wait_for(Option::is_some).await.unwrap().unwrap();
        let looked = look(gateway, &name, &proof).await;
        let authorization = &mut shared.state().authorizations[number];
        authorization.problem = looked.err();
        authorization.status = match authorization.problem {
            None => Status::Valid,
            Some(_) => Status::Invalid,
        };
    });
    Answer::json(StatusCode::OK, &body)
}

/// The key of a request for a certificate.
struct Requested(Vec<u8>);

impl PublicKeyData for Requested {
    fn der_bytes(&self) -> &[u8] {
        &self.0
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_ECDSA_P256_SHA256
    }
}

fn finalize(shared: &Shared, number: usize, payload: &Value) -> Result<Answer, Refused> {
    let csr = decoded(payload["csr"].as_str().unwrap());
    let (_, request) = X509CertificationRequest::from_der(&csr).unwrap();
    let info = &request.certification_request_info;
    let key = info.subject_pki.subject_public_key.data.to_vec();
    let verifier = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, key.clone());
    let signature = &request.signature_value.data;
    if verifier.verify(info.raw, signature).is_err() {
        return refused(400, "badCSR", "not signed with its own key");
    }
    let extensions = request.requested_extensions().unwrap();
    let mut names: Vec<String> = extensions
        .filter_map(|extension| match extension {
            ParsedExtension::SubjectAlternativeName(names) => Some(&names.general_names),
            _ => None,
        })
        .flatten()
        .map(|name| match name {
            GeneralName::DNSName(name) => (*name).to_owned(),
            other => panic!("{other:?} was not ordered"),
        })
        .collect();
    let mut state = shared.state();
    if state.order(&shared.base, number)["status"] != "ready" {
        return refused(403, "orderNotReady", "not every name was looked for");
    }
    let mut ordered = state.orders[number].names.clone();
    names.sort();
    ordered.sort();
    if names != ordered {
        return refused(400, "badCSR", "for other names than were ordered");
    }
    let chain = issue(shared, names, &Requested(key));
    state.orders[number].stage = Stage::Processing(chain);
    state.counts.issued += 1;
    Ok(Answer::json(
        StatusCode::OK,
        &state.order(&shared.base, number),
    ))
}

fn issue(shared: &Shared, names: Vec<String>, key: &Requested) -> String {
    let mut params = CertificateParams::new(names).unwrap();
    let now = Duration::from_millis(shared.clock.now().0);
    let begins = now - shared.mood().age;
    let epoch = rcgen::date_time_ymd(1970, 1, 1);
    params.not_before = epoch + begins;
    params.not_after = epoch + begins + LIFETIME;
    params.use_authority_key_identifier_extension = true;
    let certificate = params.signed_by(key, &shared.issuer).unwrap();
    format!("{}{}", certificate.pem(), shared.root_pem)
}

fn certificate(shared: &Shared, number: usize) -> Result<Answer, Refused> {
    match &shared.state().orders[number].stage {
        Stage::Issued(chain) => Ok(Answer {
            status: StatusCode::OK,
            location: None,
            content_type: "application/pem-certificate-chain",
            body: chain.clone(),
        }),
        _ => refused(403, "orderNotReady", "not issued"),
    }
}
