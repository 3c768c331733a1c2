//! What the authority remembers: nonces, accounts, orders and what was looked for (RFC 8555 §7.1).

use super::Counts;
use serde_json::{Value, json};
use std::collections::HashSet;

#[derive(Default)]
pub(super) struct State {
    nonces: HashSet<String>,
    given: u64,
    pub(super) accounts: Vec<Account>,
    pub(super) orders: Vec<Order>,
    pub(super) authorizations: Vec<Authorization>,
    pub(super) counts: Counts,
}

pub(super) struct Account {
    pub(super) kid: String,
    pub(super) jwk: Value,
    pub(super) contacts: Vec<String>,
}

pub(super) struct Order {
    pub(super) names: Vec<String>,
    /// Where its authorizations are.
    pub(super) authorizations: Vec<usize>,
    pub(super) stage: Stage,
}

/// How far an order is whose authorizations are valid.
pub(super) enum Stage {
    Asked,
    /// Issued, and shown as processing until it is asked for once more.
    Processing(String),
    Issued(String),
}

pub(super) struct Authorization {
    pub(super) name: String,
    pub(super) token: String,
    pub(super) status: Status,
    pub(super) problem: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Pending,
    Processing,
    Valid,
    Invalid,
}

impl Status {
    fn of_challenge(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Processing => "processing",
            Self::Valid => "valid",
            Self::Invalid => "invalid",
        }
    }

    /// An authorization knows no processing (§7.1.6).
    fn of_authorization(self) -> &'static str {
        match self {
            Self::Processing => "pending",
            other => other.of_challenge(),
        }
    }
}

impl State {
    /// A nonce that is good once.
    pub(super) fn nonce(&mut self) -> String {
        self.given += 1;
        let nonce = format!("nonce-{}", self.given);
        self.nonces.insert(nonce.clone());
        nonce
    }

    pub(super) fn takes_nonce(&mut self, nonce: &str) -> bool {
        self.nonces.remove(nonce)
    }

    pub(super) fn order(&self, base: &str, number: usize) -> Value {
        let order = &self.orders[number];
        let looked: Vec<_> = order
            .authorizations
            .iter()
            .map(|at| self.authorizations[*at].status)
            .collect();
        let status = match &order.stage {
            Stage::Processing(_) => "processing",
            Stage::Issued(_) => "valid",
            Stage::Asked if looked.contains(&Status::Invalid) => "invalid",
            Stage::Asked if looked.iter().all(|it| *it == Status::Valid) => "ready",
            Stage::Asked => "pending",
        };
        let identifiers = order
            .names
            .iter()
            .map(|name| json!({ "type": "dns", "value": name }));
        let authorizations = order.authorizations.iter();
        let authorizations = authorizations.map(|at| format!("{base}/authorization/{at}"));
        let mut answer = json!({
            "status": status,
            "identifiers": identifiers.collect::<Vec<_>>(),
            "authorizations": authorizations.collect::<Vec<_>>(),
            "finalize": format!("{base}/finalize/{number}"),
        });
        if matches!(order.stage, Stage::Issued(_)) {
            answer["certificate"] = json!(format!("{base}/certificate/{number}"));
        }
        answer
    }

    pub(super) fn authorization(&self, base: &str, number: usize) -> Value {
        let authorization = &self.authorizations[number];
        json!({
            "status": authorization.status.of_authorization(),
            "identifier": { "type": "dns", "value": authorization.name },
            "challenges": [
                {
                    "type": "http-01",
                    "status": "pending",
                    "url": format!("{base}/elsewhere/{number}"),
                    "token": authorization.token,
                },
                self.challenge(base, number),
            ],
        })
    }

    pub(super) fn challenge(&self, base: &str, number: usize) -> Value {
        let authorization = &self.authorizations[number];
        let mut challenge = json!({
            "type": "tls-alpn-01",
            "status": authorization.status.of_challenge(),
            "url": format!("{base}/challenge/{number}"),
            "token": authorization.token,
        });
        if let Some(problem) = &authorization.problem {
            challenge["error"] = super::resources::problem_document("connection", problem);
        }
        challenge
    }
}
