//! Panics are told of by their place alone: a panic's message may quote what was being worked on.

/// From here on a panic is one error line.
pub(super) fn hook() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(|at| format!("{}:{}:{}", short(at.file()), at.line(), at.column()));
        tracing::error!(place = place.as_deref().unwrap_or("unknown"), "panic");
    }));
}

/// A source file without the folders of the machine it was compiled on.
fn short(file: &str) -> &str {
    for (mark, folders) in [("/registry/src/", 1), ("/rustc/", 1)] {
        if let Some((_, rest)) = file.split_once(mark) {
            return rest.splitn(folders + 1, '/').last().unwrap_or(rest);
        }
    }
    if file.starts_with('/') {
        file.rsplit('/').next().unwrap_or(file)
    } else {
        file
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_no_folder_of_the_building_machine() {
        for (file, expected) in [
            (
                "functions/queue-consumer/src/lib.rs",
                "functions/queue-consumer/src/lib.rs",
            ),
            (
                "/home/x/.cargo/registry/src/index.crates.io-1/hyper-1.0.0/src/lib.rs",
                "hyper-1.0.0/src/lib.rs",
            ),
            (
                "/rustc/5980/library/core/src/option.rs",
                "library/core/src/option.rs",
            ),
            ("/home/x/project/main.rs", "main.rs"),
        ] {
            assert_eq!(short(file), expected);
        }
    }
}
