//! Folders and files that only their owner may look into.

use std::{fs::DirBuilder, io, path::Path};

/// Makes a folder with all above it that are missing, for their owner alone. What exists stays as it is.
pub(super) fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Leaves a file to its owner alone.
#[cfg(unix)]
pub(super) fn close_to_others(file: &Path) -> io::Result<()> {
    use std::{fs, os::unix::fs::PermissionsExt};
    fs::set_permissions(file, fs::Permissions::from_mode(0o600))
}

/// Elsewhere files have no such mode, and follow their folder.
#[cfg(not(unix))]
pub(super) fn close_to_others(_: &Path) -> io::Result<()> {
    Ok(())
}
