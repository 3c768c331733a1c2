//! The kind of browser a request comes from, in the few words of a person's own list of sessions.
//! What it says of itself is not kept: it would tell people apart.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;
use std::convert::Infallible;

/// Such as `Firefox · Linux`; empty where it says nothing we know.
pub(super) struct ClientBrowser(pub(super) &'static str);

impl<S: Sync> FromRequestParts<S> for ClientBrowser {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(kind(&parts.headers)))
    }
}

/// Browsers by what only they say, in the order in which it has to be asked: Edge says `Chrome`,
/// and Chrome says `Safari`.
const BROWSERS: [(&[&str], [&str; 6]); 4] = [
    (
        &["Firefox/", "FxiOS/"],
        [
            "Firefox · Android",
            "Firefox · iOS",
            "Firefox · Windows",
            "Firefox · macOS",
            "Firefox · Linux",
            "Firefox",
        ],
    ),
    (
        &["Edg/", "EdgA/", "EdgiOS/"],
        [
            "Edge · Android",
            "Edge · iOS",
            "Edge · Windows",
            "Edge · macOS",
            "Edge · Linux",
            "Edge",
        ],
    ),
    (
        &["Chrome/", "CriOS/", "Chromium/"],
        [
            "Chrome · Android",
            "Chrome · iOS",
            "Chrome · Windows",
            "Chrome · macOS",
            "Chrome · Linux",
            "Chrome",
        ],
    ),
    (
        &["Safari/"],
        [
            "Safari · Android",
            "Safari · iOS",
            "Safari · Windows",
            "Safari · macOS",
            "Safari · Linux",
            "Safari",
        ],
    ),
];

/// Systems by what only they say, in the order in which it has to be asked.
const SYSTEMS: [&[&str]; 5] = [
    &["Android"],
    &["iPhone", "iPad"],
    &["Windows"],
    &["Macintosh"],
    &["Linux", "X11"],
];

fn kind(headers: &HeaderMap) -> &'static str {
    let said = headers.get(USER_AGENT).and_then(|said| said.to_str().ok());
    let said = said.unwrap_or_default();
    let says = |words: &[&str]| words.iter().any(|word| said.contains(word));
    let system = SYSTEMS.iter().position(|words| says(words));
    let browser = BROWSERS.iter().find(|(words, _)| says(words));
    browser.map_or("", |(_, kinds)| kinds[system.unwrap_or(SYSTEMS.len())])
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn browsers_are_told_by_kind_and_system_and_no_further() {
        let cases = [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox · Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0",
                "Edge · Windows",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/138.0.0.0 Mobile Safari/537.36",
                "Chrome · Android",
            ),
            (
                "Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like \
                 Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari · iOS",
            ),
            ("curl/8.0", ""),
        ];
        for (said, expected) in cases {
            let headers = HeaderMap::from_iter([(USER_AGENT, HeaderValue::from_static(said))]);
            assert_eq!(kind(&headers), expected, "{said}");
        }
        assert_eq!(kind(&HeaderMap::new()), "");
    }
}
