//! Turns `locales/*/*.ftl` into typed functions, so that a wrong key or argument does not compile.

use std::{env, path::Path, process::ExitCode};

use fluent_typed::{BuildOptions, FtlOutputOptions, LintLevel, build_from_locales_folder};

fn main() -> ExitCode {
    let Some(out) = env::var_os("OUT_DIR") else { return ExitCode::FAILURE };
    let place = |name: &str| Path::new(&out).join(name).to_string_lossy().into_owned();
    build_from_locales_folder(
        BuildOptions::default()
            .with_output_file_path(&place("l10n.rs"))
            .with_ftl_output(FtlOutputOptions::single_file(&place("translations.ftl")))
            .with_lint_level(LintLevel::Strict)
            .without_bidi_isolation()
            .without_format(),
    )
}
