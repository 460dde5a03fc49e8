//! The pipeline's tests: one real stack for the whole run, with IAM enforced by the emulator, so that every
//! function's policy is proved by use. Started before the first test, stopped after the last.

mod admission;
mod alerts;
mod bad_input;
mod bench;
mod circuit;
mod circuit_live;
mod claims;
mod clients;
mod cost;
mod crash;
mod dead_letters;
mod effects;
mod effects_crash;
mod endpoints;
mod erasure;
mod faults;
mod histories;
mod journey;
mod least_privilege;
mod load;
mod mortuary;
mod outage;
mod rate_limit;
mod ready;
mod rehearsal;
mod replay;
mod retention;
mod runner;
mod schema;
mod telemetry;
mod transcripts;
mod world;

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut tests = Vec::new();
    tests.extend(journey::tests());
    // Early: it asks whether all is well, and later tests see to it that it is not.
    tests.extend(ready::tests());
    tests.extend(bad_input::tests());
    tests.extend(least_privilege::tests());
    tests.extend(schema::tests().into_iter().map(|(name, test)| {
        runner::Test::new(name, move |world: world::Shared| async move {
            let (database, pool) = world.fresh_database().await?;
            let outcome = test(pool.clone()).await;
            pool.close().await;
            world.drop_database(&database).await?;
            outcome
        })
    }));
    tests.extend(claims::tests().into_iter().map(|(name, test)| {
        runner::Test::new(name, move |world: world::Shared| async move {
            test(
                aws_sdk_dynamodb::Client::new(&world.aws),
                world.deliveries_table.clone(),
            )
            .await
        })
    }));
    tests.extend(rate_limit::tests().into_iter().map(|(name, test)| {
        runner::Test::new(name, move |world: world::Shared| async move {
            test(
                aws_sdk_dynamodb::Client::new(&world.aws),
                world.limits_table.clone(),
            )
            .await
        })
    }));
    tests.extend(circuit::tests().into_iter().map(|(name, test)| {
        runner::Test::new(name, move |world: world::Shared| async move {
            let table = world.outputs.get("CircuitsTable")?.to_owned();
            test(aws_sdk_dynamodb::Client::new(&world.aws), table).await
        })
    }));
    tests.extend(clients::tests());
    tests.extend(transcripts::tests());
    tests.extend(admission::tests());
    tests.extend(cost::tests());
    tests.extend(crash::tests());
    tests.extend(effects::tests());
    tests.extend(effects_crash::tests());
    tests.extend(circuit_live::tests());
    tests.extend(faults::tests());
    tests.extend(endpoints::tests());
    tests.extend(retention::tests());
    tests.extend(dead_letters::tests());
    tests.extend(replay::tests());
    tests.extend(erasure::tests());
    tests.extend(telemetry::tests());
    tests.extend(alerts::tests());
    tests.extend(bench::tests());
    // Late: what breaks the stack on purpose.
    tests.extend(outage::tests());
    // Last: what leaves so much behind that whoever reads all logs or all rows would feel it.
    tests.extend(histories::tests());
    tests.extend(load::tests());
    runner::run(tests)
}
