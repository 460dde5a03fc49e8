//! Runs the tests one after the other on one stack: some of them take parts of it away for a while.

use std::{future::Future, pin::Pin, process::ExitCode, sync::Arc};

use anyhow::Result;
use libtest_mimic::{Arguments, Trial};
use tokio::runtime::Runtime;

use crate::world::World;

type Run = Box<dyn FnOnce(Arc<World>) -> Pin<Box<dyn Future<Output = Result<()>> + Send>> + Send>;

/// A named test.
pub struct Test {
    name: &'static str,
    run: Run,
}

impl Test {
    /// A test called `name` that runs `test` on the stack.
    pub fn new<F, Fut>(name: &'static str, test: F) -> Self
    where
        F: FnOnce(Arc<World>) -> Fut + Send + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        Self {
            name,
            run: Box::new(move |world| Box::pin(test(world))),
        }
    }
}

/// Lists async functions as tests under their own names.
#[macro_export]
macro_rules! tests {
    ($($name:ident),+ $(,)?) => {
        pub fn tests() -> Vec<$crate::runner::Test> {
            vec![$($crate::runner::Test::new(concat!(module_path!(), "::", stringify!($name)), $name)),+]
        }
    };
}

/// Starts the stack, runs the tests that the arguments ask for, stops the stack.
pub fn run(tests: Vec<Test>) -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads = Some(1);
    let wanted = tests
        .iter()
        .any(|test| !is_filtered_out(&arguments, test.name));
    let runtime = Arc::new(Runtime::new().expect("a tokio runtime"));
    let world = if arguments.list || !wanted {
        None
    } else {
        match runtime.block_on(World::start()) {
            Ok(world) => Some(Arc::new(world)),
            Err(error) => {
                eprintln!("the stack did not start: {error:#}");
                return ExitCode::FAILURE;
            }
        }
    };
    let trials = tests
        .into_iter()
        .map(|test| {
            let (runtime, world) = (runtime.clone(), world.clone());
            Trial::test(test.name.trim_start_matches("pipeline::"), move || {
                let world = world.ok_or("the stack was not started")?;
                runtime
                    .block_on((test.run)(world))
                    .map_err(|error| format!("{error:#}").into())
            })
        })
        .collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    if let Some(world) = world.and_then(Arc::into_inner)
        && let Err(error) = runtime.block_on(world.stop())
    {
        eprintln!("the stack did not stop cleanly: {error:#}");
        return ExitCode::FAILURE;
    }
    conclusion.exit_code()
}

fn is_filtered_out(arguments: &Arguments, name: &str) -> bool {
    let name = name.trim_start_matches("pipeline::");
    let matches = |filter: &String| {
        if arguments.exact {
            name == filter
        } else {
            name.contains(filter.as_str())
        }
    };
    arguments
        .filter
        .as_ref()
        .is_some_and(|filter| !matches(filter))
        || arguments.skip.iter().any(matches)
}
