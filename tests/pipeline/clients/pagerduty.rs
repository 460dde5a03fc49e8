//! Incidents at PagerDuty: one for each key, whatever becomes of the answers.

use anyhow::{Context, Result, ensure};
use sallyport::outbound::{
    Class,
    pagerduty::{Action, Incident, Link, PagerDuty, Severity},
};
use sallyport_cli::stack::sandbox::pagerduty as look_alike;

use super::{Stage, lost_answers, soon};
use crate::{tests, world::Shared};

tests![an_incident_is_opened_once_and_closed_though_answers_are_lost];

const INCIDENT: Incident<'_> = Incident {
    summary: "The queue is stuck",
    source: "queue-consumer, prod",
    severity: Severity::Critical,
    component: Some("deliveries"),
    class: Some("queue_age"),
    link: Some(Link {
        href: "https://runbooks.example/queue-age",
        text: "Runbook",
    }),
};

async fn an_incident_is_opened_once_and_closed_though_answers_are_lost(
    world: Shared,
) -> Result<()> {
    for fault in lost_answers("pagerduty") {
        let stage = Stage::set(&world).await?;
        let url = stage.url("pagerduty");
        let of = |routing_key| PagerDuty {
            outbound: &stage.outbound,
            base_url: &url,
            credential: &stage.organization,
            routing_key,
        };
        let pager = of(look_alike::ROUTING_KEY);
        let incident = || stage.sandbox.state("pagerduty")["incidents"]["k"].clone();
        pager.enqueue("k", Action::Resolve, soon()).await?;
        ensure!(incident().is_null());
        stage.sandbox.add_fault(fault.clone());
        pager
            .enqueue("k", Action::Trigger(INCIDENT), soon())
            .await?;
        let open = incident();
        ensure!(
            open["opened"] == 1 && open["state"] == "triggered",
            "{open}"
        );
        ensure!(open["summary"] == INCIDENT.summary && open["severity"] == "critical");
        pager.enqueue("k", Action::Acknowledge, soon()).await?;
        ensure!(incident()["state"] == "acknowledged");
        stage.sandbox.add_fault(fault);
        pager.enqueue("k", Action::Resolve, soon()).await?;
        ensure!(incident()["state"] == "resolved");
        let told = stage.arrived("POST", "/v2/enqueue").into_iter();
        let told: String = told.map(|one| one.body).collect();
        ensure!(told.contains(r#""links":[{"href":"https://runbooks.example/queue-age""#));
        let error = of("CANARY").enqueue("k", Action::Resolve, soon()).await;
        let error = error.err().context("it was taken")?;
        ensure!(error.class() == Some(Class::Permanent), "{error:?}");
        ensure!(!format!("{error:?} {error} {:?}", of("CANARY")).contains("CANARY"));
    }
    Ok(())
}
