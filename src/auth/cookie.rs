//! Session cookies: one per role, so that the three pages can be open in one browser. Over TLS they
//! carry the `__Host-` prefix, which ties them to this host (RFC 6265bis §4.1.3.2).

use super::Role;
use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use passerelle_signaling::time::Millis;

/// The longest token looked up: ours have 64 characters, anything longer is not ours.
const TOKEN_CHARS_MAX: usize = 64;

/// A `Set-Cookie` header.
#[derive(Clone, Debug)]
pub struct SetCookie(pub HeaderValue);

/// Names and attributes of the cookies.
#[derive(Clone, Copy, Debug)]
pub struct CookieNames {
    /// Served over TLS.
    pub secure: bool,
}

impl CookieNames {
    /// The cookie's name for this role.
    pub fn name(self, role: Role) -> String {
        format!("{}passerelle-{role}", self.prefix())
    }

    /// The token this request carries for the role.
    pub(super) fn find(self, role: Role, headers: &HeaderMap) -> Option<&str> {
        find(&self.name(role), headers)
    }

    /// Keeps this token for a time.
    pub(super) fn set(self, role: Role, token: &str, lasts: Millis) -> SetCookie {
        self.header(&self.name(role), token, lasts.0 / 1000, "Strict")
    }

    /// Removes the token.
    pub(super) fn remove(self, role: Role) -> SetCookie {
        self.header(&self.name(role), "", 0, "Strict")
    }

    /// The name of the cookie by which a browser is known in which somebody has signed in.
    fn browser_name(self) -> String {
        format!("{}passerelle-browser", self.prefix())
    }

    /// The browser's token.
    pub(super) fn find_browser(self, headers: &HeaderMap) -> Option<&str> {
        find(&self.browser_name(), headers)
    }

    /// Keeps the browser's token for a time.
    pub(super) fn set_browser(self, token: &str, lasts: Millis) -> SetCookie {
        self.header(&self.browser_name(), token, lasts.0 / 1000, "Strict")
    }

    /// The name of the cookie that ties the way to a provider and back to one browser.
    fn way_name(self) -> String {
        format!("{}passerelle-oidc", self.prefix())
    }

    /// The token of that way.
    pub(super) fn find_way(self, headers: &HeaderMap) -> Option<&str> {
        find(&self.way_name(), headers)
    }

    /// Keeps the token of that way. `Lax`, because the provider's page leads back: a `Strict`
    /// cookie would not come along.
    pub(super) fn set_way(self, token: &str, lasts: Millis) -> SetCookie {
        self.header(&self.way_name(), token, lasts.0 / 1000, "Lax")
    }

    const fn prefix(self) -> &'static str {
        if self.secure { "__Host-" } else { "" }
    }

    fn header(self, name: &str, token: &str, max_age_secs: u64, same_site: &str) -> SetCookie {
        let secure = if self.secure { "; Secure" } else { "" };
        let text = format!(
            "{name}={token}; Path=/; Max-Age={max_age_secs}; HttpOnly; \
             SameSite={same_site}{secure}"
        );
        // Names are constants and tokens hexadecimal: visible ASCII, which every header may hold.
        SetCookie(HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("")))
    }
}

/// The token that a request carries under this name.
fn find<'a>(name: &str, headers: &'a HeaderMap) -> Option<&'a str> {
    let lines = headers.get_all(COOKIE).iter();
    let pairs = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'));
    let mut found = pairs.filter_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name).then_some(value)
    });
    found.next().filter(|token| token.len() <= TOKEN_CHARS_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn carrying(line: &str) -> HeaderMap {
        HeaderMap::from_iter([(COOKIE, HeaderValue::from_str(line).unwrap())])
    }

    #[test]
    fn each_role_finds_its_own_cookie_among_others() {
        let names = CookieNames { secure: false };
        let headers = carrying("a=b; passerelle-tablet=11; passerelle-interpreter=22");
        assert_eq!(names.find(Role::Tablet, &headers), Some("11"));
        assert_eq!(names.find(Role::Interpreter, &headers), Some("22"));
        assert_eq!(names.find(Role::Coordinator, &headers), None);
    }

    #[test]
    fn over_tls_only_the_prefixed_cookie_counts() {
        let names = CookieNames { secure: true };
        let headers = carrying("passerelle-tablet=11; __Host-passerelle-tablet=33");
        assert_eq!(names.find(Role::Tablet, &headers), Some("33"));
        let set = names.set(Role::Tablet, "44", Millis::from_secs(60)).0;
        let expected = "__Host-passerelle-tablet=44; Path=/; Max-Age=60; HttpOnly; \
                        SameSite=Strict; Secure";
        assert_eq!(set, expected);
    }

    #[test]
    fn an_overlong_token_is_not_even_looked_up() {
        let headers = carrying(&format!("passerelle-tablet={}", "1".repeat(65)));
        assert_eq!(
            CookieNames { secure: false }.find(Role::Tablet, &headers),
            None
        );
    }
}
