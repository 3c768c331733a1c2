//! The web client: its files are inside the binary (read from disk in development builds). The
//! pages have short addresses; files under `/assets` carry a hash in their name and are kept
//! forever.

use crate::hexadecimal::hexadecimal;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use ring::digest::{Context, SHA256};
use rust_embed::{EmbeddedFile, RustEmbed};

/// The built web client. Missing while nobody has built it.
#[derive(RustEmbed)]
#[folder = "web-client/dist"]
#[allow_missing = true]
struct WebClient;

/// The addresses people type, and their files.
const PAGES: [(&str, &str); 6] = [
    ("", "index.html"),
    ("tablet", "tablet.html"),
    ("interpreter", "interpreter.html"),
    ("coordinator", "coordinator.html"),
    ("administrator", "administrator.html"),
    ("guest", "guest.html"),
];

const KEEP_FOREVER: &str = "public, max-age=31536000, immutable";
const ASK_EACH_TIME: &str = "no-cache";

/// Serves a page, or a file of the web client by its path.
pub(super) async fn handler(uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    let page = PAGES.iter().find(|(address, _)| *address == path);
    let name = page.map_or(path, |(_, file)| file);
    match (WebClient::get(name), page) {
        (Some(file), _) => answer(name, file, &headers),
        (None, Some(_)) => explained(StatusCode::SERVICE_UNAVAILABLE, NOT_BUILT),
        (None, None) => explained(StatusCode::NOT_FOUND, NOT_FOUND),
    }
}

/// Names the build: a client of another build reloads itself when idle. Made of the contents of the
/// web client, so that it changes exactly when there is something to reload.
pub fn build_id() -> String {
    let mut names: Vec<_> = WebClient::iter().collect();
    names.sort();
    let mut context = Context::new(&SHA256);
    for name in names {
        context.update(name.as_bytes());
        if let Some(file) = WebClient::get(&name) {
            context.update(&file.metadata.sha256_hash());
        }
    }
    let digest = context.finish();
    let short = hexadecimal(&digest.as_ref()[..6]);
    format!("{}+{short}", env!("CARGO_PKG_VERSION"))
}

fn answer(name: &str, file: EmbeddedFile, asked: &HeaderMap) -> Response {
    let hash = file.metadata.sha256_hash();
    // Weak, because compression changes the bytes.
    let tag = format!("W/\"{}\"", hexadecimal(&hash[..16]));
    let keep = if name.starts_with("assets/") {
        KEEP_FOREVER
    } else {
        ASK_EACH_TIME
    };
    let headers = [
        (header::ETAG, tag.clone()),
        (header::CACHE_CONTROL, keep.to_owned()),
        (header::CONTENT_TYPE, content_type(name).to_owned()),
    ];
    let known = asked.get(header::IF_NONE_MATCH).map(HeaderValue::as_bytes);
    if known == Some(tag.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (headers, Body::from(file.data)).into_response()
}

/// The kinds of file the web client's build makes; browsers are told not to guess.
fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "mp3" => "audio/mpeg",
        "ogg" => "audio/ogg",
        "txt" | "ftl" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

const NOT_BUILT: &str = "<h1>La page n'est pas construite</h1>\
    <p>Construisez le client web puis rechargez :</p>\
    <pre>npm --prefix web-client ci\nnpm --prefix web-client run build</pre>\
    <h2 lang=\"en\">The page is not built</h2>\
    <p lang=\"en\">Build the web client with the commands above, then reload.</p>";

const NOT_FOUND: &str = "<h1>Page inconnue</h1>\
    <p><a href=\"/\">Accueil</a> · <a href=\"/tablet\">Tablette</a> · \
    <a href=\"/interpreter\">Interprète</a> · <a href=\"/coordinator\">Coordination</a> · \
    <a href=\"/administrator\">Administration</a></p>\
    <p lang=\"en\">There is no such page: take one of the above.</p>";

fn explained(status: StatusCode, text: &str) -> Response {
    let page = format!(
        "<!doctype html><html lang=\"fr\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Passerelle</title></head>\
         <body>{text}</body></html>"
    );
    (status, axum::response::Html(page)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_unknown_path_is_a_page_that_leads_back() {
        let uri = Uri::from_static("/nowhere");
        let response = handler(uri, HeaderMap::new()).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
    }

    #[tokio::test]
    async fn no_path_leads_out_of_the_web_client() {
        for path in ["/../../Cargo.toml", "/..%2f..%2fCargo.toml", "//etc/passwd"] {
            let response = handler(path.parse().unwrap(), HeaderMap::new()).await;
            assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        }
    }

    #[tokio::test]
    async fn a_page_is_there_or_says_how_to_build_it() {
        let response = handler(Uri::from_static("/tablet"), HeaderMap::new()).await;
        let built = WebClient::get("tablet.html").is_some();
        let expected = if built {
            StatusCode::OK
        } else {
            StatusCode::SERVICE_UNAVAILABLE
        };
        assert_eq!(response.status(), expected);
    }

    #[test]
    fn the_build_is_named_the_same_twice() {
        assert_eq!(build_id(), build_id());
        assert!(build_id().starts_with(env!("CARGO_PKG_VERSION")));
    }
}
