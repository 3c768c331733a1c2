//! Whether a request comes from one of our own pages. Browsers say so in headers that scripts
//! cannot change; a request that says nothing is refused where it would change something.

use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};

/// True when the browser states that the request was made by a page of this very host: by
/// `Sec-Fetch-Site` where it is sent, and by an `Origin` equal to `Host`. At least one must be
/// there.
pub fn is_own_page(headers: &HeaderMap) -> bool {
    let text = |name| {
        headers
            .get(name)
            .map(|value: &axum::http::HeaderValue| value.to_str())
    };
    let site = headers.get("sec-fetch-site").map(|value| value.as_bytes());
    if site.is_some_and(|site| site != b"same-origin") {
        return false;
    }
    match (text(ORIGIN), text(HOST)) {
        (Some(Ok(origin)), Some(Ok(host))) => {
            let rest = origin
                .strip_prefix("https://")
                .or(origin.strip_prefix("http://"));
            rest.is_some_and(|rest| rest.eq_ignore_ascii_case(host))
        }
        (Some(_), _) => false,
        (None, _) => site.is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    fn judged(pairs: &[(&'static str, &'static str)]) -> bool {
        let header = |(name, value): &(&'static str, &'static str)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        };
        is_own_page(&pairs.iter().map(header).collect())
    }

    #[test]
    fn only_pages_of_this_host_pass() {
        assert!(judged(&[
            ("origin", "https://a.fr:8443"),
            ("host", "a.fr:8443")
        ]));
        assert!(judged(&[
            ("sec-fetch-site", "same-origin"),
            ("host", "a.fr")
        ]));
        assert!(!judged(&[("origin", "https://b.fr"), ("host", "a.fr")]));
        assert!(!judged(&[
            ("origin", "https://a.fr:1"),
            ("host", "a.fr:8443")
        ]));
        assert!(!judged(&[("origin", "null"), ("host", "a.fr")]));
        let same_site = ("sec-fetch-site", "same-site");
        assert!(!judged(&[
            ("origin", "https://a.fr"),
            ("host", "a.fr"),
            same_site
        ]));
    }

    #[test]
    fn a_request_that_says_nothing_is_refused() {
        assert!(!judged(&[("host", "a.fr")]));
        assert!(!judged(&[("origin", "https://a.fr")]));
    }
}
