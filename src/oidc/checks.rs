//! Every check of what comes back from a provider (OpenID Connect Core §3.1.3, §5.3; RFC 9207), in
//! its order. The first that fails is the refusal's reason.

use super::claims::Claims;
use super::flows::Flow;
use super::provider::{Provider, Said};
use super::signed::{self, ALGORITHMS, Unsigned};
use super::{Answer, Person, Refusal, RefusalKind};
use crate::config::UserInfo;
use crate::oidc::asking::AskError;
use openidconnect::core::{
    CoreErrorResponseType, CoreGenderClaim, CoreIdTokenVerifier, CoreJsonWebKeySet,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm,
};
use openidconnect::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use openidconnect::http::{HeaderValue, Request, StatusCode};
use openidconnect::{
    AccessToken, AuthorizationCode, ClaimsVerificationError, ClientSecret, HttpResponse, IdToken,
    IdTokenClaims, Nonce, OAuth2TokenResponse, RequestTokenError, SignatureVerificationError,
    StandardErrorResponse, TokenResponse,
};
use passerelle_signaling::time::Timestamp;
use serde_json::{Map, Value};

type Token =
    IdToken<Said, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
type TokenClaims = IdTokenClaims<Said, CoreGenderClaim>;
type TokenError = RequestTokenError<AskError, StandardErrorResponse<CoreErrorResponseType>>;

/// Whom the provider of this way answers for.
pub(super) async fn person(
    flow: Flow,
    answer: &Answer<'_>,
    now: Timestamp,
) -> Result<Person, Refusal> {
    let provider = &*flow.provider;
    if !provider.is_named_by(answer.issuer) {
        return Err(Refusal::gone("answer_issuer"));
    }
    if let Some(error) = answer.error {
        return Err(Refusal::of_error(error));
    }
    let code = answer.code.ok_or(Refusal::gone("no_code"))?;
    let client = provider.client(Some(secret(provider)?));
    let code = AuthorizationCode::new(code.to_owned());
    let request = client.exchange_code(code);
    let mut request = request.map_err(|_| Refusal::invalid("no_token_endpoint"))?;
    if let Some(verifier) = flow.verifier {
        request = request.set_pkce_verifier(verifier);
    }
    let tokens = request.request_async(provider.asking()).await;
    let tokens = tokens.map_err(|error| of_token_endpoint(&error))?;
    let id_token = tokens.id_token().ok_or(Refusal::invalid("no_id_token"))?;
    let claims = id_token_claims(provider, id_token, &flow.nonce, now).await?;
    check_level(provider, &claims)?;
    let subject = claims.subject().as_str().to_owned();
    let user_info = user_info(provider, tokens.access_token(), &subject, now).await?;
    Ok(Person {
        section: provider.section().clone(),
        subject: subject.into(),
        claims: Claims::new(object(&claims), user_info),
        id_token: id_token.to_string().into(),
    })
}

/// Read when it is wanted: one that was corrected in its file holds at once.
fn secret(provider: &Provider) -> Result<ClientSecret, Refusal> {
    let secret = provider.section().secret().map_err(|error| {
        tracing::error!(%error, "`oidc.client_secret_file` cannot be read");
        Refusal::FAILED
    })?;
    Ok(ClientSecret::new(secret.reveal().clone()))
}

fn object(claims: &TokenClaims) -> Map<String, Value> {
    match serde_json::to_value(claims) {
        Ok(Value::Object(said)) => said,
        // Claims that were read can be written.
        _ => Map::new(),
    }
}

fn of_token_endpoint(error: &TokenError) -> Refusal {
    match error {
        RequestTokenError::Request(AskError::TooLarge) => Refusal::invalid("token_too_large"),
        RequestTokenError::Request(AskError::Late) => Refusal::away("token_late"),
        RequestTokenError::Request(AskError::Unreachable(_)) => Refusal::away("token_unreachable"),
        RequestTokenError::ServerResponse(said) => match said.error() {
            CoreErrorResponseType::InvalidGrant => {
                Refusal::of(RefusalKind::Refused, "code_refused")
            }
            // Keycloak says the second of a wrong secret.
            CoreErrorResponseType::InvalidClient | CoreErrorResponseType::UnauthorizedClient => {
                tracing::warn!(
                    "the provider of `oidc` refuses this gateway: compare `oidc.client_id` and \
                     `oidc.client_secret` with what it has handed out; nobody signs in by it now"
                );
                Refusal::of(RefusalKind::Refused, "client_refused")
            }
            _ => Refusal::of(RefusalKind::Refused, "token_refused"),
        },
        _ => Refusal::invalid("token_answer"),
    }
}

/// The claims of an ID token, once with the keys there are, and with new ones if it needs them.
async fn id_token_claims(
    provider: &Provider,
    token: &Token,
    nonce: &Nonce,
    now: Timestamp,
) -> Result<TokenClaims, Refusal> {
    use ClaimsVerificationError::SignatureVerification;
    let check = |keys: &CoreJsonWebKeySet| {
        let issuer = provider.metadata().issuer().clone();
        // With no secret, so that nothing signed with a shared one is ever taken. The library reads
        // the system's clock.
        let verifier =
            CoreIdTokenVerifier::new_public_client(provider.client_id(), issuer, keys.clone());
        let verifier = verifier.set_allowed_algs(ALGORITHMS);
        token.claims(&verifier, nonce).cloned()
    };
    let checked = match check(&provider.keys()) {
        // The second: some providers call another key by the same name.
        Err(SignatureVerification(
            SignatureVerificationError::NoMatchingKey | SignatureVerificationError::CryptoError(_),
        )) => {
            let keys = provider.renewed_keys(now).await;
            check(&*keys.ok_or(Refusal::invalid("id_token_key"))?)
        }
        checked => checked,
    };
    checked.map_err(|error| Refusal::invalid(reason_of(&error)))
}

const fn reason_of(error: &ClaimsVerificationError) -> &'static str {
    use SignatureVerificationError as Signature;
    match error {
        ClaimsVerificationError::Expired(_) => "id_token_expired",
        ClaimsVerificationError::InvalidAudience(_) => "id_token_audience",
        ClaimsVerificationError::InvalidIssuer(_) => "id_token_issuer",
        ClaimsVerificationError::InvalidNonce(_) => "id_token_nonce",
        ClaimsVerificationError::SignatureVerification(
            Signature::NoSignature | Signature::DisallowedAlg(_) | Signature::UnsupportedAlg(_),
        ) => "id_token_algorithm",
        ClaimsVerificationError::SignatureVerification(Signature::NoMatchingKey) => "id_token_key",
        ClaimsVerificationError::SignatureVerification(_) => "id_token_signature",
        _ => "id_token",
    }
}

/// Whether the level of assurance is one that is asked for.
fn check_level(provider: &Provider, claims: &TokenClaims) -> Result<(), Refusal> {
    let wanted = &provider.section().acr_values;
    let level = claims.auth_context_ref().map(|level| level.as_str());
    let is_met = level.is_some_and(|level| wanted.iter().any(|wanted| wanted == level));
    if wanted.is_empty() || is_met {
        Ok(())
    } else {
        Err(Refusal::invalid("id_token_level"))
    }
}

/// What the provider says of somebody when it is asked; nothing, where it need not be.
async fn user_info(
    provider: &Provider,
    access: &AccessToken,
    subject: &str,
    now: Timestamp,
) -> Result<Map<String, Value>, Refusal> {
    let form = provider.section().userinfo;
    let Some(address) = provider.metadata().userinfo_endpoint() else {
        return match form {
            UserInfo::Auto => Ok(Map::new()),
            _ => Err(Refusal::invalid("no_userinfo_endpoint")),
        };
    };
    let accept = match form {
        UserInfo::Auto => "application/json, application/jwt",
        UserInfo::Json => "application/json",
        UserInfo::Jwt => "application/jwt",
    };
    let bearer = HeaderValue::from_str(&format!("Bearer {}", access.secret()));
    let mut bearer = bearer.map_err(|_| Refusal::invalid("token_answer"))?;
    bearer.set_sensitive(true);
    let request = Request::get(address.as_str())
        .header(ACCEPT, accept)
        .header(AUTHORIZATION, bearer)
        .body(Vec::new());
    let request = request.map_err(|_| Refusal::invalid("userinfo_answer"))?;
    let answer = provider.asking().ask(request).await;
    let answer = answer.map_err(|error| match error {
        AskError::TooLarge => Refusal::invalid("userinfo_too_large"),
        AskError::Late => Refusal::away("userinfo_late"),
        AskError::Unreachable(_) => Refusal::away("userinfo_unreachable"),
    })?;
    if answer.status() != StatusCode::OK {
        return Err(Refusal::invalid("userinfo_status"));
    }
    let said = match (form, is_signed(&answer)) {
        (UserInfo::Json, true) | (UserInfo::Jwt, false) => {
            return Err(Refusal::invalid("userinfo_form"));
        }
        (_, true) => signed_user_info(provider, answer.body(), now).await?,
        (_, false) => serde_json::from_slice(answer.body())
            .map_err(|_| Refusal::invalid("userinfo_answer"))?,
    };
    if said.get("sub").and_then(Value::as_str) != Some(subject) {
        return Err(Refusal::invalid("userinfo_subject"));
    }
    Ok(said)
}

fn is_signed(answer: &HttpResponse) -> bool {
    let kind = answer.headers().get(CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/jwt")
}

/// What is signed, by the provider and for us.
async fn signed_user_info(
    provider: &Provider,
    body: &[u8],
    now: Timestamp,
) -> Result<Map<String, Value>, Refusal> {
    let text = std::str::from_utf8(body).map_err(|_| Refusal::invalid("userinfo_answer"))?;
    let said = match signed::claims(text, &provider.keys()) {
        Err(Unsigned::NoKey | Unsigned::Signature) => {
            let keys = provider.renewed_keys(now).await;
            signed::claims(text, &*keys.ok_or(Refusal::invalid("userinfo_key"))?)
        }
        said => said,
    };
    let said = said.map_err(|error| {
        Refusal::invalid(match error {
            Unsigned::Unreadable => "userinfo_answer",
            Unsigned::Algorithm => "userinfo_algorithm",
            Unsigned::NoKey => "userinfo_key",
            Unsigned::Signature => "userinfo_signature",
        })
    })?;
    if said.get("iss").and_then(Value::as_str) != Some(&provider.section().issuer) {
        return Err(Refusal::invalid("userinfo_issuer"));
    }
    let us = &provider.section().client_id;
    let is_for_us = match said.get("aud") {
        Some(Value::String(one)) => one == us,
        Some(Value::Array(list)) => list.iter().any(|one| one.as_str() == Some(us)),
        _ => false,
    };
    if !is_for_us {
        return Err(Refusal::invalid("userinfo_audience"));
    }
    let until_secs = said.get("exp").and_then(Value::as_u64);
    if until_secs.is_some_and(|secs| now >= Timestamp(secs.saturating_mul(1000))) {
        return Err(Refusal::invalid("userinfo_expired"));
    }
    Ok(said)
}
