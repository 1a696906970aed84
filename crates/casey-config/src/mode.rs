//! Permission bits, where the operating system has them.

use std::{
    fs::{DirBuilder, Metadata, OpenOptions},
    io,
};

/// Bits of a file's mode that let others than its owner at it; `None` if there are none.
#[cfg(unix)]
pub(crate) fn others_can_read(metadata: &Metadata) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    let mode = metadata.permissions().mode() & 0o777;
    (mode & 0o077 != 0).then_some(mode)
}

#[cfg(not(unix))]
pub(crate) fn others_can_read(_metadata: &Metadata) -> Option<u32> {
    None
}

/// Refuses what is no ordinary file: a pipe would be waited for without end, and a device may never end.
pub(crate) fn ordinary(metadata: &Metadata) -> io::Result<()> {
    match metadata.is_file() {
        true => Ok(()),
        false if metadata.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        false => Err(io::Error::other("it is no ordinary file")),
    }
}

/// Options that create a file only its owner can read.
pub(crate) fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// A builder of folders only their owner can enter.
pub(crate) fn private_dir() -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}
