//! Every deadline and limit has its bounds: those of the rules, and those of one person.

use super::*;

#[test]
fn every_rule_has_its_bounds() {
    let rules = "[rules]\noffer_ms = 20\nwrap_up_ms = 400000\nmisses_max = 0\n\
                 callback_attempts_max = 0\ncallbacks_max = 101\nageing_ms = 100000000\n\
                 appointment_ms = 1800\nappointment_lead_ms = 604800001\n\
                 appointment_days_max = 32\nappointment_hold_ms = 86400001\n\
                 appointment_keep_ms = 86400001\n\
                 appointment_wait_ms = 15\nappointments_max = 449\nconsent_ms = 60\n\
                 guest_link_ms = 15\n\
                 [rules.rest]\nstop_ms = 7200\nrest_ms = 86400001\nrelief_ms = { sign = 30 }\n";
    let keys: Vec<String> = problems(&format!("{rules}{DEMO_TOML}"))
        .into_iter()
        .map(|(key, _)| key)
        .collect();
    let expected = [
        "rules.offer_ms",
        "rules.ageing_ms",
        "rules.appointment_ms",
        "rules.appointment_hold_ms",
        "rules.appointment_keep_ms",
        "rules.appointment_wait_ms",
        "rules.consent_ms",
        "rules.guest_link_ms",
        "rules.wrap_up_max_ms",
        "rules.misses_max",
        "rules.callback_attempts_max",
        "rules.callbacks_max",
        "rules.appointment_days_max",
        "rules.appointments_max",
        "rules.appointment_lead_ms",
        "rules.rest.stop_ms",
        "rules.rest.rest_ms",
        "rules.rest.relief_ms.sign",
    ];
    assert_eq!(keys, expected);
}

/// The demo with these rules.
fn with_rules(rules: &str) -> Vec<(String, String)> {
    match Config::from_toml(&format!("[rules]\n{rules}\n{DEMO_TOML}")) {
        Ok(_) => Vec::new(),
        Err(_) => problems(&format!("[rules]\n{rules}\n{DEMO_TOML}")),
    }
}

#[test]
fn a_notice_that_leaves_no_day_for_an_appointment_is_refused_with_both_keys() {
    let day = 24 * 60 * 60 * 1000;
    let found = with_rules(&format!(
        "appointment_lead_ms = {day}\nappointment_days_max = 1"
    ));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, "rules.appointment_lead_ms");
    assert!(found[0].1.contains("rules.appointment_days_max"));
    let longer = format!("appointment_lead_ms = {day}\nappointment_days_max = 2");
    assert_eq!(with_rules(&longer), []);
    // No appointments at all, whatever the notice.
    assert_eq!(with_rules("appointment_days_max = 0"), []);
}

#[test]
fn a_persons_own_limits_are_bounded_and_reach_the_core() {
    let own = "pool = \"overflow\"\nrelief_ms = 600000\nrest_ms = 900000\nstop_ms = 3600000";
    let config = Config::from_toml(&demo_with("pool = \"overflow\"", own)).unwrap();
    let person = &config.configuration().interpreters[&passerelle_signaling::ids::InterpreterId(9)];
    let millis = |ms| Some(passerelle_signaling::time::Millis(ms));
    assert_eq!(person.relief_ms, millis(600_000));
    assert_eq!(person.rest_ms, millis(900_000));
    assert_eq!(person.stop_ms, millis(3_600_000));
    let seconds = own
        .replace("600000", "600")
        .replace("900000", "90000000")
        .replace("3600000", "3600");
    let found = problems(&demo_with("pool = \"overflow\"", &seconds));
    let keys: Vec<String> = found.into_iter().map(|(key, _)| key).collect();
    let expected = [
        "interpreters[9].relief_ms",
        "interpreters[9].rest_ms",
        "interpreters[9].stop_ms",
    ];
    assert_eq!(keys, expected);
}

#[test]
fn conversations_are_waited_for_no_longer_than_four_hours_before_a_stop() {
    let with = |seconds: u32| {
        let mut config = demo();
        config.service.drain_s = seconds;
        keys(&config)
    };
    assert_eq!(with(4 * 60 * 60), Vec::<String>::new());
    assert_eq!(with(4 * 60 * 60 + 1), ["service.drain_s"]);
}

#[test]
fn a_limit_that_protects_less_than_the_rule_is_remarked_on() {
    let millis = |ms| Some(passerelle_signaling::time::Millis(ms));
    let mut config = demo();
    config.interpreters[0].rest_ms = millis(60_000);
    config.interpreters[1].stop_ms = millis(3 * 60 * 60 * 1000);
    let remarks = config.remarks();
    assert_eq!(remarks.len(), 2, "{remarks:?}");
    assert!(remarks[0].contains("`rest_ms` of 1 is shorter"));
    assert!(remarks[1].contains("`stop_ms` of 2 is longer"));
    // As long as the rule's, or protecting more.
    config.interpreters[0].rest_ms = Some(config.rules.rest.rest_ms);
    config.interpreters[1].stop_ms = millis(60 * 60 * 1000);
    assert_eq!(config.remarks(), Vec::<String>::new());
}

#[test]
fn proxies_are_addresses_or_networks_and_never_everybody() {
    let listen = |value: &str| {
        let own = format!("[listen]\ntrusted_proxies = {value}\n");
        demo_with("[listen]\n", &own)
    };
    let found = problems(&listen("[\"10.0.0.1\", \"proxy\", \"::/0\", \"fd00::/8\"]"));
    let keys: Vec<_> = found.iter().map(|(key, _)| key.as_str()).collect();
    let expected = ["listen.trusted_proxies[2]", "listen.trusted_proxies[3]"];
    assert_eq!(keys, expected, "{found:?}");
    let config = Config::from_toml(&listen("[\"10.0.0.1\", \"fd00::/8\"]")).unwrap();
    assert_eq!(config.listen.proxies().len(), 2);
    let header = "[listen]\nforwarded_header = \"x-real-ip\"\n";
    let header = demo_with("[listen]\n", header);
    let error = Config::from_toml(&header).unwrap_err().to_string();
    assert!(error.contains("x-forwarded-for, forwarded"), "{error}");
}

#[test]
fn a_gateway_behind_a_proxy_that_it_does_not_know_is_told_so() {
    let off = |more: &str| {
        let own = format!("[listen]\n{more}");
        let text = demo_with("[listen]\n", &own) + "[tls]\nmode = \"off\"\n";
        let remarks = Config::from_toml(&text).unwrap().remarks();
        remarks
            .iter()
            .any(|remark| remark.contains("`trusted_proxies` is empty"))
    };
    assert!(off(""));
    assert!(!off("trusted_proxies = [\"127.0.0.1\"]\n"));
}
