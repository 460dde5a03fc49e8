//! The engine of each organisation: the rule for all, and what it has removed beyond it.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sallyport::clock::Clock;
use sallyport::redaction::{Engine, Operator, Policy, VERSION};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::App;
use crate::failure::Failure;

/// How long an organisation's policy is kept in process.
const FRESH: Duration = Duration::from_mins(5);
/// The most organisations whose engines are kept.
const MOST: usize = 256;

/// An engine, and the name of the policy it works by.
#[derive(Clone)]
pub(crate) struct Judge {
    pub(crate) engine: Arc<Engine>,
    /// `<engine>`, or `<engine>+<version of the organisation's policy>`.
    pub(crate) policy: String,
}

impl fmt::Debug for Judge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Judge").field(&self.policy).finish()
    }
}

/// The engines of a process.
#[derive(Debug)]
pub(crate) struct Policies {
    common: Judge,
    own: Mutex<HashMap<Uuid, (Judge, OffsetDateTime)>>,
    clock: Clock,
}

/// An organisation's own policy, as the database tells it.
#[derive(Debug, Deserialize)]
struct Own {
    version: u32,
    operator: String,
    removes_medications: bool,
    removes_diagnoses: bool,
    rules: Vec<Rule>,
}

#[derive(Debug, Deserialize)]
struct Rule {
    id: String,
    pattern: String,
}

#[derive(Serialize)]
struct Of {
    p_organization: Uuid,
}

impl Policies {
    pub(crate) fn new(clock: Clock) -> Self {
        Self {
            common: Judge {
                engine: Arc::new(Engine::new(Policy::default().version(VERSION))),
                policy: VERSION.to_owned(),
            },
            own: Mutex::default(),
            clock,
        }
    }

    /// The engine by the rule for all.
    pub(crate) fn common(&self) -> &Judge {
        &self.common
    }

    /// The engine of an organisation. Without its policy nothing is redacted: the words wait.
    pub(crate) async fn of(app: &App, organization: Uuid) -> Result<Judge, Failure> {
        let policies = &app.policies;
        if let Some(known) = policies.known(organization) {
            return Ok(known);
        }
        let of = Of {
            p_organization: organization,
        };
        let own: Option<Own> = app
            .procedures
            .call(&app.secrets, "redaction_policy", &of)
            .await?;
        let judge = own.as_ref().map_or_else(|| policies.common.clone(), judge);
        if let Some(problem) = judge.engine.policy().problem() {
            tracing::error!(
                %organization,
                policy = judge.policy,
                rule = problem.place,
                reason = problem.flaw.reason(),
                "a rule cannot be used: every text of the organization is replaced whole until it is changed"
            );
        }
        policies.remember(organization, judge.clone());
        Ok(judge)
    }

    fn known(&self, organization: Uuid) -> Option<Judge> {
        let own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        let (judge, until) = own.get(&organization)?;
        (self.clock.now() < *until).then(|| judge.clone())
    }

    fn remember(&self, organization: Uuid, judge: Judge) {
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        if own.len() >= MOST {
            own.clear();
        }
        own.insert(organization, (judge, self.clock.now() + FRESH));
    }
}

fn judge(own: &Own) -> Judge {
    let name = format!("{VERSION}+{}", own.version);
    let rules = own
        .rules
        .iter()
        .map(|rule| (rule.id.as_str(), rule.pattern.as_str()));
    let operator = match own.operator.as_str() {
        "mask" => Operator::Mask,
        "drop" => Operator::Drop,
        _ => Operator::Token,
    };
    let policy = Policy::default()
        .version(name.as_str())
        .operator(operator)
        .clinical(own.removes_medications, own.removes_diagnoses)
        .rules(rules);
    Judge {
        engine: Arc::new(Engine::new(policy)),
        policy: name,
    }
}
