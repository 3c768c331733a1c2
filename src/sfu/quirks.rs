//! What browsers and devices say they can and cannot, in one table: a row says whom it is about,
//! what they are spared, and where that is known from. It acts on the answer to their offer, so
//! that no page has to know of it. Pure.
//!
//! All there is to tell them apart is the user agent of their connection. Chromium on Android names
//! no device any more, and an iPad calls itself a Macintosh: a row about one device is about all
//! that cannot be told from it.

use super::codec::{Codec, Codecs};

/// What a client is spared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quirks {
    /// It decodes these, and is to send them only if it has no other.
    pub(super) avoids: Codecs,
    /// It neither sends nor is sent these.
    pub(super) lacks: Codecs,
    /// It is to send its picture in one size only, whatever it offers.
    pub(super) one_size: bool,
}

impl Quirks {
    const NONE: Self = Self {
        avoids: Codecs::NONE,
        lacks: Codecs::NONE,
        one_size: false,
    };

    const fn avoids(codec: Codec) -> Self {
        Self {
            avoids: Codecs::only(codec),
            ..Self::NONE
        }
    }

    const fn lacks(codec: Codec) -> Self {
        Self {
            lacks: Codecs::only(codec),
            ..Self::NONE
        }
    }

    /// Of a browser that names itself so (RFC 9110 §10.1.5): what all rows about it say.
    pub fn of(user_agent: &str) -> Self {
        let client = Client::read(user_agent);
        let rows = ROWS.iter().filter(|row| row.is_about(client));
        rows.fold(Self::NONE, |all, row| Self {
            avoids: all.avoids.and(row.quirks.avoids),
            lacks: all.lacks.and(row.quirks.lacks),
            one_size: all.one_size || row.quirks.one_size,
        })
    }
}

/// A browser's engine; everything on an iPhone is Safari's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Browser {
    Chromium,
    Firefox,
    Safari,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum System {
    Android,
    Linux,
    Other,
}

/// Major and minor.
type Version = (u16, u16);

/// One row of the table.
struct Row {
    browser: Browser,
    /// All, where none is named.
    systems: &'static [System],
    from: Version,
    before: Version,
    quirks: Quirks,
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "for whoever reads the table, and its tests")
    )]
    source: &'static str,
}

const FIRST: Version = (0, 0);
const NEVER: Version = (u16::MAX, 0);

const ROWS: &[Row] = &[
    Row {
        browser: Browser::Safari,
        systems: &[],
        from: (18, 4),
        before: NEVER,
        quirks: Quirks::avoids(Codec::Vp9),
        source: "livekit/livekit#3631: what it encodes as VP9 is broken from 18.4 on",
    },
    Row {
        browser: Browser::Safari,
        systems: &[],
        from: FIRST,
        before: (16, 0),
        quirks: Quirks::lacks(Codec::Vp9),
        source: "livekit/client-sdk-js#950: VP9 of Safari 15 is incomplete",
    },
    Row {
        browser: Browser::Safari,
        systems: &[],
        from: (15, 0),
        before: (16, 0),
        quirks: Quirks::avoids(Codec::H264),
        source: "WebKit 232006, twilio/twilio-video.js#1611, aws/amazon-chime-sdk-js#2329: the \
                 page crashes, or its picture is black",
    },
    Row {
        browser: Browser::Safari,
        systems: &[],
        from: FIRST,
        before: NEVER,
        quirks: Quirks::lacks(Codec::Av1),
        source: "livekit/livekit#3266, #3284: AV1 is black on an iPhone 15 and an M3",
    },
    Row {
        browser: Browser::Safari,
        systems: &[],
        from: FIRST,
        before: NEVER,
        quirks: Quirks::lacks(Codec::Red),
        source: "livekit/livekit pkg/rtc/clientinfo.go: no redundant audio for Safari",
    },
    Row {
        browser: Browser::Safari,
        systems: &[],
        from: FIRST,
        before: NEVER,
        quirks: Quirks {
            one_size: true,
            ..Quirks::NONE
        },
        source: "jitsi/jitsi-meet#7636: nothing is sent when only the smallest is wanted",
    },
    Row {
        browser: Browser::Chromium,
        systems: &[System::Android],
        from: FIRST,
        before: NEVER,
        quirks: Quirks::avoids(Codec::H264),
        source: "livekit/livekit pkg/clientconfiguration/conf.go: the hardware encoder of a Xiaomi",
    },
    Row {
        browser: Browser::Firefox,
        systems: &[System::Android, System::Linux],
        from: FIRST,
        before: NEVER,
        quirks: Quirks::avoids(Codec::H264),
        source: "livekit/livekit pkg/clientconfiguration/conf.go: H.264 of Firefox there",
    },
];

impl Row {
    fn is_about(&self, client: Client) -> bool {
        client.browser == Some(self.browser)
            && (self.systems.is_empty() || self.systems.contains(&client.system))
            && (self.from..self.before).contains(&client.version)
    }
}

/// What a user agent says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Client {
    browser: Option<Browser>,
    system: System,
    version: Version,
}

impl Client {
    fn read(user_agent: &str) -> Self {
        let says = |word| user_agent.contains(word);
        let system = match () {
            () if says("Android") => System::Android,
            () if says("Linux") => System::Linux,
            () => System::Other,
        };
        let is_ios = says("iPhone") || says("iPad") || says("iPod");
        let (browser, names): (_, &[&str]) = match () {
            () if is_ios => (Some(Browser::Safari), &["Version/", " OS "]),
            () if says("Firefox/") => (Some(Browser::Firefox), &["Firefox/"]),
            () if says("Chrome/") => (Some(Browser::Chromium), &["Chrome/"]),
            () if says("Safari/") => (Some(Browser::Safari), &["Version/"]),
            () => (None, &[]),
        };
        let mut versions = names.iter().filter_map(|name| version(user_agent, name));
        Self {
            browser,
            system,
            version: versions.next().unwrap_or(FIRST),
        }
    }
}

/// « 18.4 » or « 18_4 » behind a name.
fn version(user_agent: &str, name: &str) -> Option<Version> {
    let (_, behind) = user_agent.split_once(name)?;
    let mut numbers = behind
        .split(|character: char| !character.is_ascii_digit())
        .map(str::parse);
    let major = numbers.next()?.ok()?;
    let minor = numbers.next().and_then(Result::ok).unwrap_or(0);
    Some((major, minor))
}

#[cfg(test)]
mod tests {
    use super::*;

    const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) \
        AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1";
    const CHROME_ON_IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 15_1 like Mac OS X) \
        AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/95.0 Mobile/15E148 Safari/604.1";
    const ANDROID: &str = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like \
        Gecko) Chrome/156.0.0.0 Mobile Safari/537.36";
    const FIREFOX_ON_ANDROID: &str =
        "Mozilla/5.0 (Android 16; Mobile; rv:153.0) Gecko/153.0 Firefox/153.0";
    const WINDOWS: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, \
        like Gecko) Chrome/156.0.0.0 Safari/537.36";
    const FIREFOX_ON_WINDOWS: &str =
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:153.0) Gecko/20100101 Firefox/153.0";
    const FIREFOX_ON_LINUX: &str =
        "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0";

    fn mac(version: &str) -> Quirks {
        Quirks::of(&format!(
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like \
             Gecko) Version/{version} Safari/605.1.15"
        ))
    }

    #[test]
    fn safari_sends_no_vp9_from_18_4_on_and_is_still_sent_it() {
        for (version, avoids) in [("18.3", false), ("18.4", true), ("26.0", true)] {
            let quirks = mac(version);
            assert_eq!(quirks.avoids.has(Codec::Vp9), avoids, "{version}");
            assert!(!quirks.lacks.has(Codec::Vp9), "{version}");
        }
    }

    #[test]
    fn safari_has_no_vp9_before_16() {
        assert!(mac("15.6.1").lacks.has(Codec::Vp9));
        assert!(!mac("16.0").lacks.has(Codec::Vp9));
    }

    #[test]
    fn safari_15_sends_no_h264_nor_does_another_browser_on_ios_15() {
        assert!(mac("15.1").avoids.has(Codec::H264));
        assert!(Quirks::of(CHROME_ON_IPHONE).avoids.has(Codec::H264));
        for other in [mac("14.1"), mac("16.0"), Quirks::of(IPHONE)] {
            assert!(!other.avoids.has(Codec::H264));
        }
    }

    #[test]
    fn safari_has_no_av1() {
        assert!(mac("26.0").lacks.has(Codec::Av1) && Quirks::of(IPHONE).lacks.has(Codec::Av1));
    }

    #[test]
    fn safari_has_no_redundant_audio() {
        assert!(Quirks::of(IPHONE).lacks.has(Codec::Red));
    }

    #[test]
    fn safari_sends_one_size() {
        assert!(Quirks::of(IPHONE).one_size && mac("26.0").one_size);
    }

    #[test]
    fn chromium_on_android_sends_no_h264() {
        assert_eq!(Quirks::of(ANDROID), Quirks::avoids(Codec::H264));
    }

    #[test]
    fn firefox_on_android_and_linux_sends_no_h264() {
        for user_agent in [FIREFOX_ON_ANDROID, FIREFOX_ON_LINUX] {
            assert_eq!(Quirks::of(user_agent), Quirks::avoids(Codec::H264));
        }
    }

    #[test]
    fn others_have_no_quirks() {
        for user_agent in [
            WINDOWS,
            FIREFOX_ON_WINDOWS,
            "",
            "curl/8",
            "Version/x Safari/",
        ] {
            let quirks = Quirks::of(user_agent);
            let is_safari = user_agent.contains("Version");
            assert_eq!(quirks == Quirks::NONE, !is_safari, "{user_agent}");
        }
    }

    #[test]
    fn every_row_has_a_source_and_leaves_a_codec_that_all_browsers_have() {
        for row in ROWS {
            assert!(
                row.source.contains('/') && row.from < row.before,
                "{}",
                row.source
            );
        }
        let worst = ROWS.iter().fold(Codecs::NONE, |all, row| {
            all.and(row.quirks.lacks).and(row.quirks.avoids)
        });
        assert!(!worst.has(Codec::Vp8) && !worst.has(Codec::Opus));
    }
}
