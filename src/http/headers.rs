//! Security headers of every response. The pages are ours alone: no script, style or font comes
//! from elsewhere, nobody may frame them, and only they may use camera and microphone.

use axum::http::{HeaderValue, header};
use axum::response::Response;

/// `blob:` for media made in the page, `data:` for the pictograms in style sheets.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; connect-src 'self'; \
    img-src 'self' data:; media-src 'self' blob:; font-src 'none'; object-src 'none'; \
    base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const PERMISSIONS_POLICY: &str = "camera=(self), microphone=(self), screen-wake-lock=(self)";

/// Half a year: long enough to protect, short enough to go back to another address.
const STRICT_TRANSPORT_SECURITY: &str = "max-age=15552000";

/// Adds the security headers. `strict_transport` only with a real certificate: a browser would
/// otherwise refuse the development one without letting the person decide.
pub(super) async fn secure(mut response: Response, strict_transport: bool) -> Response {
    let always = [
        (
            header::CONTENT_SECURITY_POLICY.as_str(),
            CONTENT_SECURITY_POLICY,
        ),
        ("permissions-policy", PERMISSIONS_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS.as_str(), "nosniff"),
        (header::REFERRER_POLICY.as_str(), "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ];
    let headers = response.headers_mut();
    for (name, value) in always {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if strict_transport {
        let value = HeaderValue::from_static(STRICT_TRANSPORT_SECURITY);
        headers.insert(header::STRICT_TRANSPORT_SECURITY, value);
    }
    response
}

/// Answers about sessions are for this moment only.
pub async fn never_stored(mut response: Response) -> Response {
    let value = HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, value);
    response
}
