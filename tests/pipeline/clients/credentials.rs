//! The organisations' credentials in the secret store.

use anyhow::{Context, Result, ensure};
use sallyport::{
    clock::Clock,
    outbound::{
        Class, Dependency,
        credentials::{self, GoogleGrant, TwilioAccount},
    },
    secrets::Secrets,
};
use uuid::Uuid;

use crate::{tests, world::Shared};

tests![a_credential_is_its_organisations_own_and_has_its_shape];

async fn a_credential_is_its_organisations_own_and_has_its_shape(world: Shared) -> Result<()> {
    let (organization, other) = (Uuid::new_v4(), Uuid::new_v4());
    let store = aws_sdk_secretsmanager::Client::new(&world.aws);
    for (dependency, text) in [
        (
            Dependency::Twilio,
            r#"{"account_sid":"AC1","auth_token":"CANARY"}"#,
        ),
        (Dependency::GoogleCalendar, r#"{"refresh_token":"CANARY"}"#),
    ] {
        let name = credentials::secret_name("local", organization, dependency);
        let made = store.create_secret().name(name).secret_string(text).send();
        made.await.map_err(aws_sdk_secretsmanager::Error::from)?;
    }
    let secrets = Secrets::new(&world.aws, Clock::system());
    let twilio = async |organization| {
        let (dependency, secrets) = (Dependency::Twilio, &secrets);
        credentials::read::<TwilioAccount>(secrets, "local", organization, dependency).await
    };
    let account = twilio(organization).await?;
    ensure!(account.account_sid == "AC1" && account.auth_token == "CANARY");
    let none = twilio(other).await.err().context("another's was given")?;
    ensure!(none.class() == Some(Class::NotSent), "{none:?}");
    let google = Dependency::GoogleCalendar;
    let half = credentials::read::<GoogleGrant>(&secrets, "local", organization, google).await;
    let half = half.err().context("half a grant was given")?;
    ensure!(half.class() == Some(Class::Auth), "{half:?}");
    ensure!(!format!("{account:?} {half:?} {half}").contains("CANARY"));
    Ok(())
}
