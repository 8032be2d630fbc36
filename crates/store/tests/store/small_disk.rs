//! A real disk that is full: a file system in memory of a few megabytes, where one may be mounted.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::disk_full::Acknowledged;
use crate::engines::{on_own_cluster, skipped};
use crate::group::opened;
use crate::raw::{Cell, Raw};
use crate::world::open;

/// A mounted file system that is unmounted with this value.
pub struct SmallDisk {
    folder: tempfile::TempDir,
}

impl SmallDisk {
    pub fn mount(name: &str, megabytes: u32) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let size = format!("size={megabytes}m");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder.path()).stderr(Stdio::null());
        if mount.status().is_ok_and(|status| status.success()) {
            return Some(Self { folder });
        }
        skipped(name, "no file system can be mounted here; it takes root");
        None
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Fills the disk but for so many bytes, and returns the file that does.
    pub fn leave(&self, bytes: usize) -> std::path::PathBuf {
        let ballast = self.path().join("ballast");
        let mut file = File::create(&ballast).unwrap();
        while file.write_all(&[0; 4096]).is_ok() {}
        let length = file.metadata().unwrap().len();
        file.set_len(length - bytes as u64).unwrap();
        ballast
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily, as a thread may still be closing a file.
        let _ = Command::new("umount").arg("--lazy").arg(self.path()).status();
    }
}

#[test]
fn a_full_disk_under_sqlite_loses_nothing() {
    let name = "a_full_disk_under_sqlite_loses_nothing";
    for kilobytes in [8, 40, 100, 200, 400] {
        let Some(disk) = SmallDisk::mount(name, 4) else {
            return;
        };
        let url = format!("sqlite:{}", disk.path().join("candour.db").display());
        let store = open(&url).unwrap();
        let changed = opened(&store, b"changed ");
        let ballast = disk.leave(kilobytes * 1024);
        let mut acknowledged = Acknowledged::default();
        acknowledged.fill(&store, &changed);
        fs::remove_file(ballast).unwrap();
        acknowledged.check(&store, &changed);
        drop(store);
        acknowledged.check(&open(&url).unwrap(), &changed);
    }
}

#[test]
fn a_full_disk_under_postgres_loses_nothing() {
    let name = "a_full_disk_under_postgres_loses_nothing";
    on_own_cluster(name, |cluster| {
        let Some(disk) = SmallDisk::mount(name, 24) else {
            return;
        };
        let mut admin = Raw::open(&cluster.url());
        let Cell::Text(data) = admin.rows("current_setting('data_directory')", "1").remove(0).remove(0) else {
            unreachable!("a setting is text")
        };
        let owner = fs::metadata(data).unwrap();
        let space = disk.path().join("space");
        fs::create_dir(&space).unwrap();
        chown(&space, Some(owner.uid()), Some(owner.gid())).unwrap();
        // Its parent was made for us alone.
        fs::set_permissions(disk.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        admin.run(&format!("create tablespace small location '{}'", space.display()));
        admin.run("create database small tablespace small");
        let url = cluster.url();
        let (server, _) = url.rsplit_once('/').unwrap();
        let store = open(&format!("{server}/small")).unwrap();
        let changed = opened(&store, b"changed ");
        let ballast = disk.leave(64 * 1024);
        let mut acknowledged = Acknowledged::default();
        acknowledged.fill(&store, &changed);
        fs::remove_file(ballast).unwrap();
        acknowledged.check(&store, &changed);
    });
}
