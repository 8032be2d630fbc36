//! What is not restored, and where a backup is not written: each refused in words, and nothing left
//! behind.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use candour_store::backup::Failed;
use candour_store::backup::format::Contents;
use candour_store::db::Engine;
use sha2::{Digest as _, Sha256};

use crate::backup::{back_up, beside, place, populated, remove, restore, rows};
use crate::engines::{on_both_engines, on_sqlite};
use crate::raw::Raw;
use crate::small_disk::SmallDisk;
use crate::world::Chance;

/// How many single bytes are changed, one at a time.
const CHANGES: usize = 250;

pub fn refusal<T: std::fmt::Debug>(result: Result<T, Failed>) -> String {
    match result {
        Err(Failed::Refused(says)) => says,
        other => panic!("{other:?} is no refusal"),
    }
}

/// Whether a restore left anything where it was to go.
pub fn assert_empty(url: &str) {
    match url.strip_prefix("sqlite:") {
        Some(path) => {
            let stem = Path::new(path).file_stem().unwrap().to_string_lossy().into_owned();
            let folder = fs::read_dir(Path::new(path).parent().unwrap()).unwrap();
            let left: Vec<_> = folder.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
            assert!(!left.iter().any(|name| name.contains(&stem)), "{left:?}");
        }
        None => {
            let there = Engine::at(url).unwrap().read(|tx| tx.tables()).unwrap();
            let mut tables = Raw::open(url);
            for table in there.iter().filter(|name| *name != "refinery_schema_history") {
                assert!(tables.rows(table, "1=1").is_empty(), "{table} holds something");
            }
        }
    }
}

#[test]
fn two_hundred_and_fifty_changed_bytes_are_each_refused() {
    on_both_engines("two_hundred_and_fifty_changed_bytes_are_each_refused", |url| {
        drop(populated(url, 60));
        let (_folder, out) = place();
        back_up(url, &out).unwrap();
        let right = fs::read(&out).unwrap();
        let target = beside(url, "target");
        let mut chance = Chance(250);
        // The first and the last bytes, the ends of lines, and others by chance.
        let mut places = vec![0, 1, right.len() - 1, right.len() - 2];
        places.extend(right.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at).take(10));
        places.extend(std::iter::repeat_with(|| chance.below(right.len())).take(CHANGES));
        for at in places {
            let mut wrong = right.clone();
            wrong[at] ^= 1 << chance.below(8);
            fs::write(&out, &wrong).unwrap();
            let says = refusal(restore(&out, &target));
            assert!(says.contains("candour.backup was refused, and nothing restored: "), "byte {at}: {says}");
            assert_empty(&target);
        }
        fs::write(&out, &right).unwrap();
        restore(&out, &target).unwrap();
        assert_eq!(rows(&target), rows(url), "the right one still goes in");
        remove(url, &target);
    });
}

#[test]
fn a_file_that_is_cut_short_or_goes_on_is_refused() {
    on_sqlite(|url| {
        drop(populated(url, 40));
        let (_folder, out) = place();
        back_up(url, &out).unwrap();
        let right = fs::read(&out).unwrap();
        let target = beside(url, "target");
        let mut chance = Chance(3);
        let mut lengths = vec![0, 1, right.len() - 1, right.len() - 40];
        lengths.extend((0..40).map(|_| chance.below(right.len())));
        let ends = right.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
        lengths.extend(ends.filter(|end| *end < right.len()));
        for length in lengths {
            fs::write(&out, &right[..length]).unwrap();
            let says = refusal(restore(&out, &target));
            assert!(says.contains("it is cut short"), "{length}: {says}");
        }
        fs::write(&out, [&right[..], b"{}\n"].concat()).unwrap();
        assert!(refusal(restore(&out, &target)).contains("something follows the end"));
        assert_empty(&target);
    });
}

/// Writes a file's hashes anew, as somebody would who changed it and knows how it is made.
fn sealed(text: &str, counted: &Contents) -> String {
    let hash = |bytes: &str| {
        let digest: [u8; 32] = Sha256::digest(bytes.as_bytes()).into();
        candour_core::record::hex(&digest)
    };
    let lines: Vec<&str> = text.lines().collect();
    let (rows, end) = lines.split_at(lines.len() - 2);
    let mut manifest: serde_json::Value = serde_json::from_str(end[0]).unwrap();
    for (n, table) in counted.manifest.tables.iter().enumerate() {
        let begins = rows.iter().position(|line| line.contains(&format!("{{\"table\":\"{}\"", table.table))).unwrap();
        let of = rows[begins + 1..].iter().take_while(|line| line.starts_with('['));
        let of: Vec<String> = of.map(|line| format!("{line}\n")).collect();
        manifest["tables"][n]["rows"] = of.len().into();
        manifest["tables"][n]["sha256"] = hash(&of.concat()).into();
    }
    let mut whole: String = rows.iter().map(|line| format!("{line}\n")).collect();
    whole.push_str(&format!("{manifest}\n"));
    let seal = hash(&whole);
    format!("{whole}{{\"sha256\":\"{seal}\"}}\n")
}

#[test]
fn a_record_that_does_not_verify_is_refused_though_the_files_hashes_fit() {
    on_both_engines("a_record_that_does_not_verify_is_refused_though_the_files_hashes_fit", |url| {
        drop(populated(url, 60));
        let (_folder, out) = place();
        let taken = back_up(url, &out).unwrap();
        let right = fs::read_to_string(&out).unwrap();
        assert_eq!(sealed(&right, &taken), right, "the seal can be made anew");
        let target = beside(url, "target");
        let line = |holds: &str| right.lines().find(|line| line.contains(holds)).unwrap().to_owned();
        let (lead, words) = (line("matter.referred"), line("\"summary\",\""));
        let root = &taken.manifest.logs[0].root;
        let other = root.replace(&root[..1], if root.starts_with('0') { "1" } else { "0" });
        for (says, wrong, expected) in [
            ("an actor", right.replace(&lead, &lead.replace("u-au", "u-xx")), "event-hash"),
            ("an event left out", right.replace(&format!("{lead}\n"), ""), "event-gap"),
            ("a text left out", right.replace(&format!("{words}\n"), ""), "text-missing"),
            ("a text", right.replace(&words, &words.replace("\"]", "x\"]")), "text-mismatch"),
            ("a root", right.replace(root.as_str(), &other), "head-root"),
        ] {
            assert!(wrong != right, "{says} was changed");
            fs::write(&out, sealed(&wrong, &taken)).unwrap();
            let refused = refusal(restore(&out, &target));
            assert!(refused.contains(expected), "{says}: {refused}");
            assert_empty(&target);
        }
        fs::write(&out, sealed(&right.replace(&lead, &format!("{lead}\n{lead}")), &taken)).unwrap();
        assert!(refusal(restore(&out, &target)).contains("a row of its table event is there twice"));
        let manifest = right.replace(&format!("\"root\":\"{root}\""), &format!("\"root\":\"{other}\""));
        fs::write(&out, sealed(&manifest, &taken)).unwrap();
        assert!(refusal(restore(&out, &target)).contains("the ends of its logs"));
        assert_empty(&target);
        remove(url, &target);
    });
}

#[test]
fn a_backup_of_a_newer_format_or_schema_names_the_remedy() {
    on_sqlite(|url| {
        drop(populated(url, 20));
        let (_folder, out) = place();
        let taken = back_up(url, &out).unwrap();
        let right = fs::read_to_string(&out).unwrap();
        let target = beside(url, "target");
        let known = candour_store::db::schema_known();
        let newer = format!("it is of schema 90{known}, and this release knows schemas up to {known}");
        for (old, new, says) in [
            (
                "\"candour_backup\":4",
                "\"candour_backup\":5",
                "it is of format 5, and this release reads formats up to 4",
            ),
            (
                "\"candour_backup\":4",
                "\"candour_backup\":0",
                "it is of format 0, and this release reads formats up to 4",
            ),
            ("\"schema\":", "\"schema\":90", newer.as_str()),
            ("\"candour_backup\"", "\"candid_backup\"", "it is no backup that candour backup made"),
        ] {
            fs::write(&out, sealed(&right.replace(old, new), &taken)).unwrap();
            let refused = refusal(restore(&out, &target));
            assert!(refused.contains(says), "{refused}");
        }
        assert_empty(&target);
    });
}

/// The tables that came after the first format, and with which.
const SINCE: [(&str, u64); 6] = [
    ("standing", 2),
    ("second_factor", 2),
    ("recovery_code", 2),
    ("file_piece", 3),
    ("passkey", 4),
    ("provider_link", 4),
];

#[test]
fn a_backup_of_an_older_format_is_restored() {
    on_both_engines("a_backup_of_an_older_format_is_restored", |url| {
        drop(populated(url, 20));
        for format in [1, 2, 3] {
            restores_a_backup_of(url, format);
        }
    });
}

/// Writes a backup as a release wrote it that knew no later format, and restores it.
fn restores_a_backup_of(url: &str, format: u64) {
    let (_folder, out) = place();
    let mut taken = back_up(url, &out).unwrap();
    let lacks = |name: &str| SINCE.iter().any(|(table, since)| *table == name && *since > format);
    let header = ("\"candour_backup\":4", format!("\"candour_backup\":{format}"));
    let right = fs::read_to_string(&out).unwrap().replace(header.0, &header.1);
    let mut is_there = true;
    let mut older = String::new();
    for line in right.lines() {
        let mut line = line.to_owned();
        let json: serde_json::Value =
            if line.starts_with('{') { serde_json::from_str(&line).unwrap() } else { "".into() };
        if let Some(table) = json["table"].as_str() {
            is_there = !lacks(table);
        } else if let Some(tables) = json["tables"].as_array() {
            is_there = true;
            let mut manifest = json.clone();
            manifest["tables"] =
                tables.iter().filter(|table| !lacks(table["table"].as_str().unwrap())).cloned().collect();
            line = manifest.to_string();
        }
        if is_there {
            older.push_str(&format!("{line}\n"));
        }
    }
    taken.manifest.tables.retain(|table| !lacks(&table.table));
    fs::write(&out, sealed(&older, &taken)).unwrap();
    let target = beside(url, &format!("target{format}"));
    restore(&out, &target).unwrap();
    let (found, mut meant) = (rows(&target), rows(url));
    for (table, rows) in &mut meant {
        if lacks(table) {
            rows.clear();
        }
    }
    let differing: Vec<_> = found.iter().zip(&meant).filter(|(a, b)| a != b).map(|(a, _)| a.0).collect();
    assert!(found.len() == meant.len() && differing.is_empty(), "format {format}: {differing:?}");
    remove(url, &target);
}

#[test]
fn a_database_of_another_schema_is_not_backed_up() {
    on_both_engines("a_database_of_another_schema_is_not_backed_up", |url| {
        drop(populated(url, 20));
        let (folder, out) = place();
        for (change, says) in [
            ("update refinery_schema_history set version = 90 where version = 4", "use the release that it belongs to"),
            ("delete from refinery_schema_history where version > 3", "or run candour migrate first"),
        ] {
            Raw::open(url).run(change);
            let Err(Failed::Taken(refused)) = back_up(url, &out) else { panic!("it was backed up") };
            assert!(refused.contains(says), "{refused}");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left behind");
    });
}

#[test]
fn a_backup_goes_only_where_there_is_nothing() {
    on_both_engines("a_backup_goes_only_where_there_is_nothing", |url| {
        let store = populated(url, 20);
        let (_folder, out) = place();
        back_up(url, &out).unwrap();
        let before = rows(url);
        let Err(Failed::Taken(says)) = restore(&out, url) else { panic!("it went over a record") };
        assert!(says.contains("is restored where there is nothing"), "{says}");
        assert_eq!(rows(url), before);
        let Err(Failed::Taken(says)) = back_up(url, &out) else { panic!("it went over a backup") };
        assert!(says.contains("candour.backup is there already"), "{says}");
        drop(store);
    });
}

#[test]
fn a_record_with_findings_is_not_backed_up() {
    on_both_engines("a_record_with_findings_is_not_backed_up", |url| {
        drop(populated(url, 20));
        Raw::open(url).run("update event set actor = 'nobody' where seq = 7 and log = 'iopc'");
        let (folder, out) = place();
        let says = refusal(back_up(url, &out));
        assert!(says.contains("event-hash iopc 7"), "{says}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left behind");
    });
}

#[test]
fn a_backup_is_the_owners_alone_and_a_bad_place_is_named() {
    on_sqlite(|url| {
        drop(populated(url, 20));
        let (folder, out) = place();
        back_up(url, &out).unwrap();
        assert_eq!(fs::metadata(&out).unwrap().permissions().mode() & 0o777, 0o600);
        let says = |result: Result<Contents, Failed>| result.unwrap_err().to_string();
        assert!(says(back_up(url, folder.path())).contains("is a folder; name a file in it"));
        assert!(says(back_up(url, &folder.path().join("no/such"))).contains("check the path"));
        assert!(says(back_up(url, &out.join("below"))).contains("Not a directory"));
        fs::write(folder.path().join("b.partial"), "").unwrap();
        assert!(says(back_up(url, &folder.path().join("b"))).contains("b.partial is there already: another backup"));
        let target = beside(url, "target");
        let says = |from: &Path| restore(from, &target).unwrap_err().to_string();
        assert!(says(&folder.path().join("none")).contains("check the path"));
        assert!(says(folder.path()).contains("name a file"));
        assert_empty(&target);
        let making = Path::new(target.strip_prefix("sqlite:").unwrap()).with_file_name(".target.db.restoring");
        fs::create_dir(&making).unwrap();
        assert!(says(&out).contains("a restore was interrupted and this folder can be removed"));
        fs::remove_dir(&making).unwrap();
        restore(&out, &target).unwrap();
    });
}

#[test]
fn a_full_disk_keeps_no_half_of_a_backup_or_of_a_database() {
    let name = "a_full_disk_keeps_no_half_of_a_backup_or_of_a_database";
    on_sqlite(|url| {
        drop(populated(url, 600));
        let (_folder, whole) = place();
        back_up(url, &whole).unwrap();
        let Some(disk) = SmallDisk::mount(name, 8) else { return };
        let (mut full, mut kept) = (0, 0);
        for kilobytes in (0..24).map(|n| n * 300) {
            let ballast = disk.leave(kilobytes * 1024);
            let out = disk.path().join("b");
            match back_up(url, &out) {
                Ok(_) => fs::remove_file(&out).unwrap(),
                Err(failed) => assert!(failed.to_string().contains("make room, nothing was kept"), "{failed}"),
            }
            let target = format!("sqlite:{}", disk.path().join("target.db").display());
            match restore(&whole, &target) {
                Ok(_) => {
                    kept += 1;
                    assert_eq!(rows(&target), rows(url), "with {kilobytes} kB left");
                    fs::remove_file(disk.path().join("target.db")).unwrap();
                    fs::remove_file(disk.path().join("target-access.db")).unwrap();
                }
                Err(failed) => {
                    full += 1;
                    assert!(failed.to_string().to_lowercase().contains("make room"), "{failed}");
                }
            }
            fs::remove_file(ballast).unwrap();
            assert_eq!(fs::read_dir(disk.path()).unwrap().count(), 0, "with {kilobytes} kB left");
        }
        assert!(full > 3 && kept > 3, "{full} times it was full, {kept} times there was room");
    });
}
