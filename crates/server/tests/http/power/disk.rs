//! A disk whose power can be cut: what was not forced to it is lost, kept or torn, by chance.
//!
//! `shim.c` keeps what a disk would hold. The cut is made here: of every page that differs between
//! the page cache and the disk, the seed says which of the two is there afterwards, or which of its
//! sectors; and of every name that differs, whether the folder has the old or the new one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::PathBuf;
use std::process::Command;

const PAGE: usize = 4096;
/// What a disk writes whole.
const SECTOR: usize = 512;
/// The mode of every file that comes back. A server does not start on a key that others may read.
const OWNER_ONLY: u32 = 0o600;

/// What the shim is told to do to a process.
#[derive(Debug, Default, Clone, Copy)]
pub struct Faults {
    /// The call of fsync at which the process ends.
    pub cut: Option<u64>,
    /// The call of fsync that fails.
    pub fail: Option<u64>,
    /// Whether every one after it fails too.
    pub broken: bool,
}

/// A data folder and the disk below it.
pub struct Disk {
    folder: tempfile::TempDir,
}

impl Disk {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/http/power/shim.c");
        let mut cc = Command::new("cc");
        cc.args(["-O1", "-Wall", "-Werror", "-shared", "-fPIC", source, "-ldl", "-lpthread", "-o"]);
        assert!(cc.arg(folder.path().join("shim.so")).status().unwrap().success(), "the shim does not compile");
        for name in ["data", "disk"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        Self { folder }
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn disk(&self) -> PathBuf {
        self.folder.path().join("disk")
    }

    /// The address of the database in the data folder.
    pub fn database(&self) -> String {
        format!("sqlite:{}", self.data().join("candour.db").display())
    }

    /// Has a command run on this disk.
    pub fn put_under(&self, command: &mut Command, faults: Faults) {
        command.env("LD_PRELOAD", self.folder.path().join("shim.so"));
        command.env("CANDOUR_SHIM_DATA", self.data()).env("CANDOUR_SHIM_DISK", self.disk());
        for (name, at) in [("CANDOUR_SHIM_CUT", faults.cut), ("CANDOUR_SHIM_FAIL", faults.fail)] {
            if let Some(at) = at {
                command.env(name, at.to_string());
            }
        }
        if faults.broken {
            command.env("CANDOUR_SHIM_BROKEN", "1");
        }
    }

    /// Whether a call of fsync has failed since the power was on.
    pub fn has_failed(&self) -> bool {
        self.disk().join("failed").exists()
    }

    /// Takes the room from files whose names begin so, or gives it back.
    pub fn fill(&self, names: Option<&str>) {
        let mark = self.disk().join("full");
        match names {
            Some(names) => fs::write(mark, names).unwrap(),
            None => fs::remove_file(mark).unwrap(),
        }
    }

    /// Whatever lies in the data folder is on the disk: nothing has been written since the start.
    pub fn power_on(&self) {
        fs::remove_dir_all(self.disk()).unwrap();
        fs::create_dir(self.disk()).unwrap();
        let mut names = String::new();
        for (name, inode) in self.live() {
            fs::copy(self.data().join(&name), self.disk().join(inode.to_string())).unwrap();
            names.push_str(&format!("{inode} {name}\n"));
        }
        fs::write(self.disk().join("names"), names).unwrap();
    }

    /// Cuts the power under a process that has been killed, and puts into the data folder what is
    /// there when it comes back.
    pub fn cut(&self, chance: &mut Chance) {
        let (live, kept) = (self.live(), self.kept_names());
        let names: BTreeSet<&String> = live.keys().chain(kept.keys()).collect();
        let mut after = BTreeMap::new();
        for name in names {
            let inode = if chance.of(2) { live.get(name) } else { kept.get(name) };
            if let Some(inode) = inode {
                after.insert(name.clone(), self.torn(&live, *inode, chance));
            }
        }
        fs::remove_dir_all(self.data()).unwrap();
        fs::create_dir(self.data()).unwrap();
        for (name, content) in after {
            let new = OpenOptions::new().write(true).create_new(true).mode(OWNER_ONLY).open(self.data().join(name));
            new.unwrap().write_all(&content).unwrap();
        }
    }

    /// The names of the data folder as processes see them, each with its inode.
    fn live(&self) -> BTreeMap<String, u64> {
        let entries = fs::read_dir(self.data()).unwrap().map(Result::unwrap);
        let named = entries.map(|e| (e.file_name().into_string().unwrap(), e.metadata().unwrap().ino()));
        named.filter(|(name, _)| !name.ends_with("-shm")).collect()
    }

    /// The names that were forced to the disk.
    fn kept_names(&self) -> BTreeMap<String, u64> {
        let names = fs::read_to_string(self.disk().join("names")).unwrap();
        let named = names.lines().map(|line| line.split_once(' ').unwrap());
        let named = named.map(|(inode, name)| (name.to_owned(), inode.parse().unwrap()));
        named.filter(|(name, _)| !name.ends_with("-shm")).collect()
    }

    /// What of an inode's content is there after the cut.
    fn torn(&self, live: &BTreeMap<String, u64>, inode: u64, chance: &mut Chance) -> Vec<u8> {
        let name = live.iter().find(|(_, other)| **other == inode).map(|(name, _)| self.data().join(name));
        let cached = name.unwrap_or_else(|| self.disk().join(format!("kept-{inode}")));
        let cached = fs::read(cached).unwrap();
        // Of what was never forced, the disk has nothing.
        let mut disk = fs::read(self.disk().join(inode.to_string())).unwrap_or_default();
        if cached == disk {
            return disk;
        }
        let pages = cached.len().max(disk.len()).div_ceil(PAGE);
        let fate = Fate::drawn(chance, pages);
        let shorter = cached.len() < disk.len() && chance.of(2);
        for page in 0..pages {
            let range = page * PAGE..cached.len().min((page + 1) * PAGE);
            if range.start >= range.end || disk.get(range.clone()) == Some(&cached[range.clone()]) {
                continue;
            }
            for sector in range.clone().step_by(SECTOR) {
                let sector = sector..range.end.min(sector + SECTOR);
                if fate.survives(chance, page) {
                    disk.resize(disk.len().max(sector.end), 0);
                    disk[sector.clone()].copy_from_slice(&cached[sector]);
                }
            }
        }
        if shorter {
            disk.truncate(cached.len());
        }
        disk
    }
}

/// Which of the pages that were not forced are on the disk all the same.
enum Fate {
    None,
    All,
    /// Each by itself; some of them in part.
    Some,
    /// Those before a page; of that one some sectors.
    Before(usize),
    /// Those after it.
    After(usize),
}

impl Fate {
    fn drawn(chance: &mut Chance, pages: usize) -> Self {
        match chance.below(5) {
            0 => Self::None,
            1 => Self::All,
            2 => Self::Some,
            3 => Self::Before(chance.below(pages)),
            _ => Self::After(chance.below(pages)),
        }
    }

    fn survives(&self, chance: &mut Chance, page: usize) -> bool {
        match *self {
            Self::None => false,
            Self::All => true,
            Self::Some => chance.of(2),
            Self::Before(last) => page < last || page == last && chance.of(2),
            Self::After(first) => page > first || page == first && chance.of(2),
        }
    }
}

/// Chance that can be repeated from its seed.
pub struct Chance(pub u64);

impl Chance {
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % end as u64).unwrap()
    }

    fn of(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }
}
