//! The request to whoever keeps the firewalls, in French and English, from this configuration: what
//! has to be open, in which direction, where to, and why.

use crate::config::{AcmeSection, Config, TlsMode};
use std::fmt::Write;
use std::net::{IpAddr, SocketAddr};

/// A line of the request.
struct Rule {
    from: [&'static str; 2],
    to: String,
    protocol: String,
    why: [&'static str; 2],
}

const BROWSERS: [&str; 2] = [
    "tablettes, interprètes, coordination",
    "tablets, interpreters, board",
];
const GATEWAY: [&str; 2] = ["la passerelle", "the gateway"];

const FRENCH: usize = 0;

/// Both, one below the other, to be copied into a mail.
pub(super) fn request(config: &Config) -> String {
    let rules = rules(config);
    let mut text = String::new();
    let heads = [
        (
            "Demande d'ouverture de flux (à transmettre au service informatique)",
            "Tous les flux sont ouverts par leur source ; la passerelle ne se connecte jamais à un \
             navigateur.\nSans inspection TLS : la vidéo (DTLS-SRTP, STUN) n'est pas du HTTPS.",
            ["de", "vers", "pour"],
        ),
        (
            "Request to the firewall's keepers (to be sent to IT)",
            "Every flow is opened by its source; the gateway never connects to a browser.\n\
             Without TLS inspection: video (DTLS-SRTP, STUN) is no HTTPS.",
            ["from", "to", "for"],
        ),
    ];
    for (language, (title, note, [from, to, why])) in heads.into_iter().enumerate() {
        if language != FRENCH {
            text.push('\n');
        }
        let _ = writeln!(text, "--- {title} ---");
        for rule in &rules {
            let _ = writeln!(
                text,
                "  {}: {from} {} {to} {} ({why}: {})",
                rule.protocol, rule.from[language], rule.to, rule.why[language]
            );
        }
        let _ = writeln!(text, "{note}");
    }
    text.truncate(text.trim_end().len());
    text
}

fn rules(config: &Config) -> Vec<Rule> {
    let listen = config.listen.address;
    let media = config.media.bind;
    let public = config.service.public_url.clone();
    let pages = public.unwrap_or_else(|| place(listen));
    let rule = |from, protocol: String, to: String, why| Rule {
        from,
        to,
        protocol,
        why,
    };
    let mut rules = vec![rule(
        BROWSERS,
        format!("TCP {}", listen.port()),
        pages,
        [
            "pages et messages, HTTPS et WebSocket",
            "pages and messages, HTTPS and WebSocket",
        ],
    )];
    for at in announced(config) {
        rules.push(rule(
            BROWSERS,
            format!("UDP {}", media.port()),
            at.clone(),
            [
                "vidéo et voix, la voie la plus rapide",
                "video and voice, the quickest way",
            ],
        ));
        let by_tcp = config.media.tcp_port.unwrap_or(listen.port());
        if config.tls.mode != TlsMode::Off && by_tcp != 0 {
            rules.push(rule(
                BROWSERS,
                format!("TCP {by_tcp}"),
                at,
                [
                    "vidéo et voix là où UDP est bloqué",
                    "video and voice where UDP is blocked",
                ],
            ));
        }
    }
    for url in &config.relay.urls {
        rules.push(rule(
            BROWSERS,
            String::from("TURN"),
            url.clone(),
            ["vidéo et voix par un relais", "video and voice by a relay"],
        ));
        rules.push(rule(
            ["le relais", "the relay"],
            format!("UDP {}", media.port()),
            place(media),
            ["du relais à la passerelle", "from the relay to the gateway"],
        ));
    }
    rules.extend(outgoing(config));
    rules
}

/// What the gateway itself asks of others.
fn outgoing(config: &Config) -> Vec<Rule> {
    let mut rules = Vec::new();
    if config.tls.mode == TlsMode::Acme {
        let AcmeSection { directory, .. } = &config.tls.acme;
        rules.push(Rule {
            from: GATEWAY,
            to: directory.clone(),
            protocol: String::from("TCP 443"),
            why: ["certificat", "certificate"],
        });
    }
    if let Some(mail) = &config.mail {
        rules.push(Rule {
            from: GATEWAY,
            to: mail.host.clone(),
            protocol: format!("TCP {}", mail.port()),
            why: ["courriels (mots de passe)", "mail (passwords)"],
        });
    }
    if let Some(oidc) = &config.oidc {
        rules.push(Rule {
            from: GATEWAY,
            to: oidc.issuer.clone(),
            protocol: String::from("TCP 443"),
            why: [
                "connexion par le fournisseur d'identité",
                "sign-in by the provider",
            ],
        });
    }
    rules
}

/// The addresses browsers are told.
fn announced(config: &Config) -> Vec<String> {
    let announced = config.media.announced.iter().map(IpAddr::to_string);
    let announced: Vec<String> = announced.collect();
    if announced.is_empty() {
        vec![place(config.media.bind)]
    } else {
        announced
    }
}

/// An address, or where it stands for all, this machine.
fn place(at: SocketAddr) -> String {
    if at.ip().is_unspecified() {
        String::from("cette machine / this machine")
    } else {
        at.ip().to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(more: &str) -> Config {
        Config::from_toml(&format!("{}\n{more}", crate::config::DEMO_TOML)).unwrap()
    }

    #[test]
    fn the_request_names_every_port_that_this_configuration_needs_in_both_languages() {
        let mut config = config("");
        config.listen.address = "0.0.0.0:443".parse().unwrap();
        config.media.bind = "0.0.0.0:8443".parse().unwrap();
        config.media.announced = vec!["192.0.2.7".parse().unwrap()];
        config.relay.urls = vec![String::from("turns:turn.example:443?transport=tcp")];
        let request = request(&config);
        let english = request.split_once("--- Request").unwrap().1;
        assert!(request.starts_with("--- Demande d'ouverture de flux"));
        for needed in [
            "UDP 8443: from tablets, interpreters, board to 192.0.2.7",
            "TCP 443: from tablets, interpreters, board to 192.0.2.7",
            "to turns:turn.example:443?transport=tcp",
            "UDP 8443: from the relay",
        ] {
            assert!(english.contains(needed), "{needed}: {request}");
        }
        assert!(!english.contains("mail"), "nothing that is not configured");
    }
}
