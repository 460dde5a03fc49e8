//! The demo tenant: one organisation with one endpoint per provider, so that a webhook can be sent at once.

use anyhow::{Context, Result};
use aws_config::SdkConfig;
use sallyport::outbound::{Dependency, credentials::secret_name};
use sallyport::webhook::Secret;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::PgPool;

use super::{
    deploy::Outputs,
    postgrest,
    sandbox::{google, pagerduty, slack, twilio},
};
use crate::{
    endpoint::{Directory, NewEndpoint},
    stage::{Reached, Stage},
};

/// The demo tenant's id.
pub const ORGANIZATION: &str = "5a11e900-0000-4000-8000-000000000001";

/// A provider's endpoint at the demo tenant. Its secret is public: the stack listens on loopback only, and
/// the samples of `events/` are signed with it.
#[derive(Clone, Debug)]
pub struct Demo {
    /// The provider's name in the URL.
    pub provider: &'static str,
    /// The endpoint's id in the URL.
    pub endpoint: &'static str,
    /// The secret both sides know.
    pub secret: &'static str,
}

/// Every endpoint of the demo tenant.
pub const ENDPOINTS: &[Demo] = &[
    demo("vapi", "vapi-demo", "demo-vapi-secret-of-the-local-stack"),
    demo(
        "twilio",
        "twilio-demo",
        "demo-twilio-secret-of-the-local-stack",
    ),
    demo(
        "google-calendar",
        "google-calendar-demo",
        "demo-google-calendar-secret-of-the-local-stack",
    ),
    demo(
        "stripe",
        "stripe-demo",
        "whsec_demo_stripe_secret_of_the_local_stack",
    ),
    demo(
        "supabase-auth",
        "supabase-auth-demo",
        "v1,whsec_ZGVtby1zdXBhYmFzZS1hdXRoLXNlY3JldC1vZi10aGUtbG9jYWwtc3RhY2s=",
    ),
    demo(
        "supabase-db",
        "supabase-db-demo",
        "demo-supabase-db-secret-of-the-local-stack",
    ),
    demo(
        "github",
        "github-demo",
        "demo-github-secret-of-the-local-stack",
    ),
    demo(
        "slack",
        "slack-demo",
        "demo-slack-secret-of-the-local-stack",
    ),
    demo(
        "standard-webhooks",
        "standard-webhooks-demo",
        "whsec_ZGVtby1zdGFuZGFyZC13ZWJob29rcy1zZWNyZXQtb2YtdGhlLWxvY2FsLXN0YWNr",
    ),
    demo("meta", "meta-demo", "demo-meta-secret-of-the-local-stack"),
    demo(
        "generic-hmac",
        "generic-hmac-demo",
        "demo-generic-hmac-secret-of-the-local-stack",
    ),
];

const fn demo(provider: &'static str, endpoint: &'static str, secret: &'static str) -> Demo {
    Demo {
        provider,
        endpoint,
        secret,
    }
}

/// A registered endpoint, as `up --json` tells it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Endpoint {
    /// The provider's name.
    pub provider: String,
    /// Where the provider posts.
    pub url: String,
    /// The secret both sides know.
    pub secret: String,
}

/// Where the local stack's alerts go: to the sandbox, which shows them.
fn ways_to_people() -> serde_json::Value {
    json!({
        "slack_token": slack::TOKEN, "slack_channel": slack::CHANNEL, "pagerduty_key": pagerduty::ROUTING_KEY,
    })
}

/// Creates the demo tenant and gives the functions the key of the database.
pub async fn seed(
    config: &SdkConfig,
    outputs: &Outputs,
    database: &PgPool,
) -> Result<Vec<Endpoint>> {
    sqlx::query("insert into public.organizations (id, name) values ($1::uuid, 'Demo clinic') on conflict do nothing")
        .bind(ORGANIZATION)
        .execute(database)
        .await
        .context("create the demo tenant")?;
    let secrets = aws_sdk_secretsmanager::Client::new(config);
    secrets
        .put_secret_value()
        .secret_id(outputs.get("DatabaseSecret")?)
        .secret_string(json!({ "service_role_key": postgrest::key("service_role")? }).to_string())
        .send()
        .await
        .map_err(aws_sdk_secretsmanager::Error::from)
        .context("store the key of the database")?;
    secrets
        .put_secret_value()
        .secret_id(outputs.get("JwtSecret")?)
        .secret_string(json!({ "jwt_secret": postgrest::JWT_SECRET }).to_string())
        .send()
        .await
        .map_err(aws_sdk_secretsmanager::Error::from)
        .context("store what signs users' tokens")?;
    secrets
        .put_secret_value()
        .secret_id(outputs.get("AlertsSecret")?)
        .secret_string(ways_to_people().to_string())
        .send()
        .await
        .map_err(aws_sdk_secretsmanager::Error::from)
        .context("store the ways to people")?;
    let directory = Directory::open(&Reached {
        stage: Stage::Local,
        aws: config.clone(),
        outputs: outputs.clone(),
    })?;
    credentials(config, ORGANIZATION).await?;
    let mut endpoints = Vec::new();
    for demo in ENDPOINTS {
        let added = directory.add(NewEndpoint {
            name: demo.endpoint.into(),
            provider: demo.provider.into(),
            organization: ORGANIZATION.parse()?,
            tier: None,
            settings: None,
            secret: Some(Secret::new(demo.secret)),
        });
        let added = added
            .await
            .with_context(|| format!("register {}", demo.endpoint))?;
        endpoints.push(Endpoint {
            provider: demo.provider.into(),
            url: added.url,
            secret: demo.secret.into(),
        });
    }
    sqlx::raw_sql(INTEGRATIONS)
        .execute(database)
        .await
        .context("connect the demo tenant with its providers")?;
    Ok(endpoints)
}

/// The demo tenant's senders and calendar, as its samples know them.
const INTEGRATIONS: &str = "
    insert into public.organization_integrations (org_id, clinic_name, time_zone, sms_sender, whatsapp_sender)
    values ('5a11e900-0000-4000-8000-000000000001', 'Harbor Street Clinic', 'America/Los_Angeles', '+14155550100',
        '+14155550100')
    on conflict do nothing;
    insert into public.calendar_links (org_id, calendar, endpoint, google_calendar_id, time_zone)
    values ('5a11e900-0000-4000-8000-000000000001', 'main', 'google-calendar-demo', 'frontdesk@example.com',
        'America/Los_Angeles')
    on conflict do nothing;";

/// Gives an organisation of the local stack the credentials that the sandbox takes.
pub async fn credentials(config: &SdkConfig, organization: &str) -> Result<()> {
    let organization = organization.parse()?;
    let twilio = json!({ "account_sid": twilio::ACCOUNT_SID, "auth_token": twilio::AUTH_TOKEN });
    let google = json!({
        "client_id": google::CLIENT_ID, "client_secret": google::CLIENT_SECRET,
        "refresh_token": google::REFRESH_TOKEN,
    });
    let secrets = aws_sdk_secretsmanager::Client::new(config);
    for (dependency, credential) in [
        (Dependency::Twilio, twilio),
        (Dependency::GoogleCalendar, google),
    ] {
        let name = secret_name("local", organization, dependency);
        let made = secrets
            .create_secret()
            .name(&name)
            .secret_string(credential.to_string());
        match made
            .send()
            .await
            .map_err(aws_sdk_secretsmanager::Error::from)
        {
            Ok(_) | Err(aws_sdk_secretsmanager::Error::ResourceExistsException(_)) => {}
            Err(error) => return Err(error).context("store a credential of an organisation"),
        }
    }
    Ok(())
}
