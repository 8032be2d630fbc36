//! Files that are there whole or not at all: written under another name, forced to the disk, and
//! renamed only then.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// Only the account that writes them may read these files: they hold what people are said to have done.
const OWNER_ONLY: u32 = 0o600;

/// A new file that is not under its own name yet. Dropped before it is kept, it is gone.
pub(crate) struct NewFile {
    pub(crate) file: File,
    partial: PathBuf,
    path: PathBuf,
}

impl NewFile {
    /// Begins the file. Fails when another is being written under the same name.
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        let partial = partial_of(path);
        let file = OpenOptions::new().write(true).create_new(true).mode(OWNER_ONLY).open(&partial)?;
        Ok(Self { file, partial, path: path.to_owned() })
    }

    /// Forces it to the disk and gives it its name.
    pub(crate) fn keep(self) -> io::Result<()> {
        self.file.sync_all()?;
        // Whoever else writes to this name holds the partial file, so nothing comes in between.
        if self.path.symlink_metadata().is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        fs::rename(&self.partial, &self.path)?;
        sync_folder_of(&self.path)
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        // After a rename there is nothing of this name any more.
        let _ = fs::remove_file(&self.partial);
    }
}

/// The name of a file while it is written.
pub(crate) fn partial_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".partial");
    name.into()
}

/// Puts a small file in the place of another.
pub(crate) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let partial = partial_of(path);
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(OWNER_ONLY).open(&partial)?;
    // What was left there by somebody who was interrupted may be anybody's to read.
    file.set_permissions(Permissions::from_mode(OWNER_ONLY))?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&partial, path)?;
    sync_folder_of(path)
}

/// Forces the names in a file's folder to the disk.
///
/// # Errors
/// The folder cannot be opened, or the disk fails.
pub fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}
