//! Backups under a key: they come back as those in the clear do, nothing of them can be changed, and they
//! end with their key.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use candour_core::record::hex;
use candour_core::retention::Ground;
use candour_store::backup::format::Contents;
use candour_store::backup::keys::{Keys, Known, State, due_at, newest_verified};
use candour_store::backup::seal::{NONCE_BYTES, PIECE_BYTES, TAG_BYTES};
use candour_store::backup::{self, Failed, Restored};
use candour_store::db::Engine;
use candour_store::disposals::Wanted;
use candour_store::rebuild;
use candour_store::record::Entropy;
use sha2::{Digest as _, Sha256};

use crate::backup::{back_up, beside, populated, remove, rows};
use crate::backup_refused::{assert_empty, refusal};
use crate::disposal::{CANARY, DUE, answer, closed_case, dm, files_with, propose, second};
use crate::engines::{on_both_engines, on_postgres, on_sqlite};
use crate::python;
use crate::small_disk::SmallDisk;
use crate::world::{Chance, check_whole, context, open, sources};

const DAY: i64 = 24 * 60 * 60 * 1_000_000;
/// The first day of the tests, 1 April 2026, after every time in their records.
const BEGAN: i64 = 1_775_001_600_000_000;
const CHANGES: usize = 250;

/// Chance that is another each time.
fn entropy() -> Entropy {
    static TIMES: AtomicU64 = AtomicU64::new(1);
    let mut chance = Chance(TIMES.fetch_add(1, Ordering::SeqCst) << 32);
    Box::new(move |bytes| bytes.iter_mut().for_each(|byte| *byte = chance.next().to_be_bytes()[0]))
}

/// Backs up under a key of `keys` on a day.
fn back_up_under(keys: &Keys, url: &str, out: &Path, day: i64) -> Result<Contents, Failed> {
    backup::backup_under(keys, &Engine::at(url).unwrap(), out, BEGAN + day * DAY, &mut entropy())
}

fn restore_under(keys: Option<&Keys>, from: &Path, url: &str) -> Result<Restored, Failed> {
    backup::restore(from, keys, &Engine::at(url).unwrap(), sources, |w| rebuild::rebuild(w, context(w.today())))
}

/// A folder for backups with their key file.
fn place() -> (tempfile::TempDir, PathBuf, Keys) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("candour.backup");
    let keys = Keys::at(&folder.path().join("backup-keys.json"));
    (folder, out, keys)
}

fn holds(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|found| found == word.as_bytes())
}

/// Where the first line ends and where each piece does.
fn borders(file: &[u8]) -> Vec<usize> {
    let first = file.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let begins = first + NONCE_BYTES;
    let mut borders = vec![first, begins];
    borders.extend((begins..file.len()).step_by(PIECE_BYTES + TAG_BYTES).skip(1));
    borders
}

fn states(keys: &Keys) -> Vec<State> {
    keys.list().unwrap().iter().map(|known| known.state).collect()
}

/// A key whose backup was verified on a day, without a backup.
fn verified_on(keys: &Keys, day: i64) -> String {
    let (id, _) = keys.begin(BEGAN + day * DAY, &mut entropy()).unwrap();
    keys.verified(&id, BEGAN + day * DAY - 1).unwrap();
    id
}

#[test]
fn a_backup_under_a_key_comes_back_whole_and_shows_no_word() {
    on_both_engines("a_backup_under_a_key_comes_back_whole_and_shows_no_word", |url| {
        let store = populated(url, 400);
        closed_case(&store, b"a secret");
        let (folder, out, keys) = place();
        let clear = folder.path().join("clear.backup");
        let in_clear = back_up(url, &clear).unwrap();
        let taken = back_up_under(&keys, url, &out, 0).unwrap();
        assert_eq!(taken.manifest, in_clear.manifest);
        let (clear, sealed) = (fs::read(&clear).unwrap(), fs::read(&out).unwrap());
        for word in [CANARY, "u-dm", "summary", "Siân"] {
            assert!(holds(&clear, word) && !holds(&sealed, word), "{word}");
        }
        assert_eq!(taken.sha256, hex(&Sha256::digest(&sealed)), "what sha256sum prints");
        assert!(borders(&sealed).len() > 4, "several pieces");
        let known = keys.list().unwrap();
        assert_eq!(taken.header.key.as_ref(), Some(&known[0].id));
        assert_eq!((known.len(), known[0].state), (1, State::Verified));
        let newest = taken.manifest.logs.iter().map(|end| end.recorded_at).max();
        assert_eq!((known[0].begun, known[0].recorded_at), (BEGAN, newest));
        assert_eq!(fs::metadata(keys.path()).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(&out).unwrap().permissions().mode() & 0o777, 0o600);
        let second = beside(url, "second");
        assert_eq!(restore_under(Some(&keys), &out, &second).unwrap().contents, taken);
        assert_eq!(rows(&second), rows(url));
        check_whole(&open(&second).unwrap());
        remove(url, &second);
        let third = beside(url, "third");
        let clear = folder.path().join("clear.backup");
        assert_eq!(restore_under(Some(&keys), &clear, &third).unwrap().contents, in_clear, "one in the clear too");
        remove(url, &third);
    });
}

#[test]
fn a_backup_under_a_key_crosses_from_one_engine_to_the_other() {
    on_postgres("a_backup_under_a_key_crosses_from_one_engine_to_the_other", |postgres| {
        on_sqlite(|sqlite| {
            drop(populated(sqlite, 200));
            let (folder, out, keys) = place();
            back_up_under(&keys, sqlite, &out, 0).unwrap();
            restore_under(Some(&keys), &out, postgres).unwrap();
            assert_eq!(rows(postgres), rows(sqlite));
            let out = folder.path().join("back");
            back_up_under(&keys, postgres, &out, 1).unwrap();
            let back = beside(sqlite, "back");
            restore_under(Some(&keys), &out, &back).unwrap();
            assert_eq!(rows(&back), rows(sqlite));
        });
    });
}

#[test]
fn another_implementation_opens_it_from_the_description_of_the_format() {
    on_sqlite(|url| {
        drop(populated(url, 200));
        let (folder, out, keys) = place();
        back_up_under(&keys, url, &out, 0).unwrap();
        let script = Path::new(python::VERIFY).join("open_backup.py").display().to_string();
        let open = |from: &Path| {
            let keys = keys.path().to_str().unwrap();
            python::run(&[&script, "--keys", keys, from.to_str().unwrap()])
        };
        let opened = open(&out);
        assert!(opened.status.success(), "{}", String::from_utf8_lossy(&opened.stderr));
        let sealed = fs::read(&out).unwrap();
        assert!(borders(&sealed).len() > 3, "several pieces");
        let lines = String::from_utf8(opened.stdout).unwrap();
        let (before, last) = lines.trim_end().rsplit_once('\n').unwrap();
        let hash = hex(&Sha256::digest(format!("{before}\n")));
        assert_eq!(last, format!("{{\"sha256\":\"{hash}\"}}"));
        assert!(sealed.starts_with(before.lines().next().unwrap().as_bytes()));
        let wrong = folder.path().join("wrong");
        for cut in [sealed.len() - 1, borders(&sealed)[2], borders(&sealed)[1]] {
            fs::write(&wrong, &sealed[..cut]).unwrap();
            assert!(!open(&wrong).status.success(), "cut to {cut}");
        }
    });
}

#[test]
fn two_hundred_and_fifty_changed_bytes_under_a_key_are_each_refused() {
    on_both_engines("two_hundred_and_fifty_changed_bytes_under_a_key_are_each_refused", |url| {
        drop(populated(url, 200));
        let (_folder, out, keys) = place();
        back_up_under(&keys, url, &out, 0).unwrap();
        let right = fs::read(&out).unwrap();
        let target = beside(url, "target");
        let mut chance = Chance(251);
        let mut places: Vec<usize> = borders(&right).iter().flat_map(|at| [at - 1, *at]).collect();
        places.extend([0, 1, right.len() - 1, right.len() - TAG_BYTES]);
        // Every byte of the first line and of the nonce, and others by chance.
        places.extend(0..borders(&right)[1]);
        places.extend(std::iter::repeat_with(|| chance.below(right.len())).take(CHANGES));
        for at in places {
            let mut wrong = right.clone();
            wrong[at] ^= 1 << chance.below(8);
            fs::write(&out, &wrong).unwrap();
            let says = refusal(restore_under(Some(&keys), &out, &target));
            assert!(says.contains("candour.backup was refused, and nothing restored: "), "byte {at}: {says}");
        }
        assert_empty(&target);
        fs::write(&out, &right).unwrap();
        restore_under(Some(&keys), &out, &target).unwrap();
        assert_eq!(rows(&target), rows(url), "the right one still goes in");
        remove(url, &target);
    });
}

#[test]
fn pieces_that_are_cut_off_swapped_repeated_or_of_another_backup_are_refused() {
    on_sqlite(|url| {
        drop(populated(url, 400));
        let (folder, out, keys) = place();
        back_up_under(&keys, url, &out, 0).unwrap();
        let other = folder.path().join("other");
        back_up_under(&keys, url, &other, 0).unwrap();
        let (right, other) = (fs::read(&out).unwrap(), fs::read(&other).unwrap());
        let target = beside(url, "target");
        let refused = |file: &[u8]| {
            fs::write(&out, file).unwrap();
            refusal(restore_under(Some(&keys), &out, &target))
        };
        let ends = borders(&right);
        assert_eq!(ends, borders(&other));
        assert!(ends.len() > 4, "{ends:?}");
        for end in &ends {
            for length in [*end - 1, *end, *end + 1] {
                let says = refused(&right[..length]);
                assert!(says.contains("cut short"), "{length}: {says}");
            }
        }
        assert!(refused(&[&right[..], b"x"].concat()).contains("does not open under its key"));
        let piece = |file: &[u8], n: usize| file[ends[n]..ends[n + 1]].to_vec();
        let (head, rest) = (&right[..ends[1]], &right[ends[3]..]);
        for (what, pieces) in [
            ("swapped", [piece(&right, 2), piece(&right, 1)]),
            ("repeated", [piece(&right, 1), piece(&right, 1)]),
            ("left out", [piece(&right, 2), Vec::new()]),
            ("of another backup", [piece(&right, 1), piece(&other, 2)]),
        ] {
            let says = refused(&[head, &pieces.concat(), rest].concat());
            assert!(says.contains("does not open under its key"), "{what}: {says}");
        }
        // The whole of another backup under the first line of this one, and the other way round.
        let first = ends[0];
        assert!(refused(&[&right[..first], &other[first..]].concat()).contains("does not open under its key"));
        let line = String::from_utf8(right[..first].to_vec()).unwrap();
        for (old, new) in [("2026-04-01", "2026-04-02"), ("\"schema\":", "\"schema\": "), ("{\"cand", "{ \"cand")] {
            assert!(line.contains(old), "{old} in {line}");
            let says = refused(&[line.replace(old, new).as_bytes(), &right[first..]].concat());
            assert!(says.contains("does not open under its key"), "{new}: {says}");
        }
        let older = line.replace("\"candour_backup\":4", "\"candour_backup\":3");
        assert!(refused(&[older.as_bytes(), &right[first..]].concat()).contains("no file of format 3 is under a key"));
        let more = line.replace('}', ",\"more\":1}");
        assert!(refused(&[more.as_bytes(), &right[first..]].concat()).contains("unknown field `more`"));
        assert_empty(&target);
    });
}

#[test]
fn without_the_right_key_a_refusal_says_which_is_missing() {
    on_sqlite(|url| {
        drop(populated(url, 20));
        let (folder, out, keys) = place();
        let id = back_up_under(&keys, url, &out, 0).unwrap().header.key.unwrap();
        let target = beside(url, "target");
        let says = refusal(restore_under(None, &out, &target));
        assert!(
            says.contains(&format!("it is under the key {id}; name the key file that holds it with --backup-keys"))
        );
        let others = Keys::at(&folder.path().join("others.json"));
        let other = verified_on(&others, 0);
        let says = refusal(restore_under(Some(&others), &out, &target));
        assert!(says.contains(&id) && says.contains("others.json does not hold"), "{says}");
        // Another key under the same id.
        let text = fs::read_to_string(others.path()).unwrap().replace(&other, &id);
        fs::write(others.path(), text).unwrap();
        let says = refusal(restore_under(Some(&others), &out, &target));
        assert!(says.contains("its piece 1 does not open under its key"), "{says}");
        let none = Keys::at(&folder.path().join("none.json"));
        let Err(Failed::File(says)) = restore_under(Some(&none), &out, &target) else { panic!("it was restored") };
        assert!(says.contains("none.json") && says.contains("check the path"), "{says}");
        assert_empty(&target);
    });
}

#[test]
fn a_key_file_that_is_not_as_it_was_written_or_not_the_owners_is_refused() {
    let (folder, _, keys) = place();
    verified_on(&keys, 0);
    let right = fs::read_to_string(keys.path()).unwrap();
    let key = right.split("\"key\": \"").nth(1).unwrap()[..64].to_owned();
    for wrong in [
        String::new(),
        "{}".to_owned(),
        right.replace("\"format\": 1", "\"format\": 2"),
        right.replace("\"begun\"", "\"began\""),
        right.replace("\"verified\"", "\"ended\""),
        right.replace("\"verified\"", "\"begun\""),
        right.replace("\"verified\"", "\"lost\""),
        right.replace(&key, &key[1..]),
        right.replace(&key, &key.replace(&key[..1], "g")),
        right.replace("\"id\": \"", "\"id\": \"0"),
    ] {
        assert_ne!(wrong, right);
        fs::write(keys.path(), &wrong).unwrap();
        let Err(Failed::File(says)) = keys.list() else { panic!("{wrong}") };
        assert!(says.contains("is not as it was written"), "{says}");
        assert!(!says.contains(&key[1..]), "an error shows no key");
        assert!(keys.begin(BEGAN, &mut entropy()).is_err() && keys.end_due(BEGAN).is_err());
        assert_eq!(fs::read_to_string(keys.path()).unwrap(), wrong, "it is left as it is");
    }
    fs::write(keys.path(), &right).unwrap();
    fs::set_permissions(keys.path(), fs::Permissions::from_mode(0o640)).unwrap();
    assert!(keys.list().unwrap_err().to_string().contains("run chmod 600 on it"));
    fs::set_permissions(keys.path(), fs::Permissions::from_mode(0o600)).unwrap();
    let link = Keys::at(&folder.path().join("link.json"));
    std::os::unix::fs::symlink(keys.path(), link.path()).unwrap();
    assert!(link.list().unwrap_err().to_string().contains("name the file itself"));
    assert_eq!(states(&keys), [State::Verified]);
}

#[test]
fn a_key_ends_when_it_is_old_and_a_newer_verified_one_has_stood() {
    let (_folder, _, keys) = place();
    let end = |day: i64| keys.end_due(BEGAN + day * DAY).unwrap();
    let first = verified_on(&keys, 0);
    assert_eq!(end(200).ended.len(), 0, "the newest verified one never ends");
    // Begun and never read back: no reason to end any other.
    let (begun, _) = keys.begin(BEGAN + DAY, &mut entropy()).unwrap();
    assert_eq!(end(200).ended.len(), 0);
    let second = verified_on(&keys, 7);
    assert_eq!(end(26).ended.len(), 0, "it is not old enough");
    assert_eq!(end(27).ended, [first.as_str()]);
    assert_eq!(end(28).ended, [begun], "one that was never verified ends so too");
    assert_eq!(end(28).ended.len(), 0, "once");
    let third = verified_on(&keys, 60);
    assert_eq!(end(66).ended.len(), 0, "the newer one has to stand for a while");
    assert_eq!(end(67).ended, [second]);
    assert_eq!(end(300), backup::keys::Ending::default(), "the newest stays");
    let all = keys.list().unwrap();
    assert_eq!((all.last().unwrap().id.as_str(), newest_verified(&all)), (third.as_str(), Some(BEGAN + 60 * DAY)));
    let known: &Known = &all[0];
    assert_eq!((known.ended, known.begun, known.recorded_at), (Some(BEGAN + 27 * DAY), BEGAN, Some(BEGAN - 1)));
    assert_eq!((due_at(&all, known), due_at(&all, all.last().unwrap())), (None, None));
    let says = refusal(keys.key(&first));
    assert!(says.contains("ended on 28 April 2026: what it held cannot be read any more"), "{says}");
}

#[test]
fn with_a_backup_a_week_and_a_look_a_day_no_key_is_older_than_28_days() {
    let (_folder, _, keys) = place();
    for day in 0..120 {
        if day % 7 == 0 {
            verified_on(&keys, day);
        }
        keys.end_due(BEGAN + day * DAY).unwrap();
        let all = keys.list().unwrap();
        let held = all.iter().filter(|known| known.state != State::Ended);
        let oldest = held.map(|known| day - (known.begun - BEGAN) / DAY).max().unwrap();
        assert!(oldest <= 28, "on day {day} a key is {oldest} days old");
    }
}

#[test]
fn by_a_clock_that_is_wrong_no_key_ends() {
    let (_folder, _, keys) = place();
    let end = |day: i64| keys.end_due(BEGAN + day * DAY).unwrap();
    for day in [0, 7, 30] {
        verified_on(&keys, day);
    }
    let says = end(30 + 400).doubt.unwrap();
    assert!(says.contains("between 1 May 2026 and 5 June 2027 lies more than a year. Check the clock"), "{says}");
    let says = end(29).doubt.unwrap();
    assert!(says.contains("the machine's time, 30 April 2026, lies before 1 May 2026"), "{says}");
    assert_eq!(states(&keys), [State::Verified; 3]);
    // Backups that are taken under the wrong clock end nothing older, however long it stays wrong.
    for day in [430, 437, 480] {
        verified_on(&keys, day);
        assert!(end(day).doubt.is_some());
    }
    assert_eq!(states(&keys), [State::Verified; 6]);
    // Nor does it help to set it right: a time in the file is wrong now, and the message says what to do.
    assert!(end(31).doubt.unwrap().contains("begin another key file"));
    // A year without a word in the record is no reason for doubt.
    let (_folder, _, keys) = place();
    for day in [0, 30] {
        let (id, _) = keys.begin(BEGAN + day * DAY, &mut entropy()).unwrap();
        keys.verified(&id, BEGAN - 900 * DAY).unwrap();
    }
    assert_eq!(keys.end_due(BEGAN + 40 * DAY).unwrap().ended.len(), 1);
}

#[test]
fn an_ended_key_is_in_no_byte_of_any_file_and_its_backup_stays_unread() {
    on_sqlite(|url| {
        drop(populated(url, 20));
        let (folder, out, keys) = place();
        let id = back_up_under(&keys, url, &out, 0).unwrap().header.key.unwrap();
        let key = keys.key(&id).unwrap();
        let newer = folder.path().join("newer");
        back_up_under(&keys, url, &newer, 20).unwrap();
        assert_eq!(files_with(folder.path(), &hex(&key)), ["backup-keys.json"]);
        let (before, copy) = (fs::File::open(keys.path()).unwrap(), folder.path().join("copy.json"));
        assert_eq!(keys.end_due(BEGAN + 28 * DAY).unwrap().ended, [id.as_str()]);
        assert_eq!(files_with(folder.path(), &hex(&key)), Vec::<String>::new());
        let left = std::io::read_to_string(before).unwrap();
        assert!(!left.is_empty() && left.bytes().all(|byte| byte == 0), "the file before is overwritten too");
        // What somebody kept under another name of the same file is theirs.
        fs::hard_link(keys.path(), &copy).unwrap();
        let kept = fs::read(&copy).unwrap();
        verified_on(&keys, 29);
        assert_eq!(fs::read(&copy).unwrap(), kept);
        let target = beside(url, "target");
        let says = refusal(restore_under(Some(&keys), &out, &target));
        assert!(
            says.contains("its key") && says.contains("ended on 29 April 2026: what it held cannot be read any more")
        );
        assert_empty(&target);
        restore_under(Some(&keys), &newer, &target).unwrap();
    });
}

#[test]
fn two_backups_at_the_same_time_keep_both_keys() {
    on_both_engines("two_backups_at_the_same_time_keep_both_keys", |url| {
        drop(populated(url, 60));
        let (folder, _, keys) = place();
        let outs: Vec<PathBuf> = (0..6).map(|n| folder.path().join(format!("backup {n}"))).collect();
        let ids: BTreeSet<String> = thread::scope(|scope| {
            let each = |out: &PathBuf| {
                let (keys, out) = (&keys, out.clone());
                scope.spawn(move || back_up_under(keys, url, &out, 0).unwrap().header.key.unwrap())
            };
            let taken: Vec<_> = outs.iter().map(each).collect();
            taken.into_iter().map(|taken| taken.join().unwrap()).collect()
        });
        assert_eq!(ids, keys.list().unwrap().into_iter().map(|known| known.id).collect());
        assert_eq!(states(&keys), [State::Verified; 6]);
        for (n, out) in outs.iter().enumerate() {
            let target = beside(url, &format!("target{n}"));
            restore_under(Some(&keys), out, &target).unwrap();
            remove(url, &target);
        }
    });
}

#[test]
fn a_backup_that_stopped_at_any_step_loses_nothing() {
    on_sqlite(|url| {
        drop(populated(url, 60));
        let (folder, out, keys) = place();
        let kept = folder.path().join("kept");
        back_up_under(&keys, url, &kept, 0).unwrap();
        let whole = fs::read(keys.path()).unwrap();
        let is_kept = |n: usize| {
            let target = beside(url, &format!("target{n}"));
            restore_under(Some(&keys), &kept, &target).unwrap();
        };
        // Before the key has its place: the file that was to take it is written over.
        fs::write(folder.path().join("backup-keys.json.partial"), "{\"format\": 1, \"keys\": [").unwrap();
        is_kept(0);
        assert_eq!(fs::read(keys.path()).unwrap(), whole);
        // After the key, before the backup has its name.
        keys.begin(BEGAN + DAY, &mut entropy()).unwrap();
        fs::write(folder.path().join("candour.backup.partial"), "{\"candour_backup\":4").unwrap();
        is_kept(1);
        let Err(Failed::Taken(says)) = back_up_under(&keys, url, &out, 2) else { panic!("two wrote one file") };
        assert!(says.contains("one was interrupted and this file can be removed"), "{says}");
        assert_eq!(states(&keys), [State::Verified, State::Begun], "no key for a name that is taken");
        fs::remove_file(folder.path().join("candour.backup.partial")).unwrap();
        // After the backup has its name, before it is noted as verified: it can be restored all the same.
        let id = back_up_under(&keys, url, &out, 3).unwrap().header.key.unwrap();
        let mut held: serde_json::Value = serde_json::from_slice(&fs::read(keys.path()).unwrap()).unwrap();
        let entry = held["keys"][2].as_object_mut().unwrap();
        assert!(entry["id"] == *id && entry.remove("recorded_at").is_some());
        entry["state"] = "begun".into();
        fs::write(keys.path(), held.to_string()).unwrap();
        assert_eq!(states(&keys), [State::Verified, State::Begun, State::Begun]);
        restore_under(Some(&keys), &out, &beside(url, "unverified")).unwrap();
        assert_eq!(keys.end_due(BEGAN + 90 * DAY).unwrap().ended.len(), 0, "it is no reason to end the one before");
        is_kept(2);
    });
}

#[test]
fn a_backup_whose_key_is_lost_meanwhile_is_not_said_to_be_done() {
    on_sqlite(|url| {
        drop(populated(url, 20));
        let (_folder, out, keys) = place();
        // The key file is put back from a copy while a backup is written under a key that is not in it.
        verified_on(&keys, 0);
        let copy = fs::read(keys.path()).unwrap();
        let mut chance = entropy();
        let path = keys.path().to_owned();
        let mut times = 0;
        let mut entropy: Entropy = Box::new(move |bytes| {
            times += 1;
            if times == 3 {
                fs::write(&path, &copy).unwrap();
            }
            chance(bytes);
        });
        let taken = backup::backup_under(&keys, &Engine::at(url).unwrap(), &out, BEGAN + DAY, &mut entropy);
        let says = refusal(taken);
        assert!(says.contains("was written and cannot be read back") && says.contains("Take another"), "{says}");
        assert_eq!(states(&keys), [State::Verified]);
    });
}

#[test]
fn on_a_full_disk_the_key_file_stays_as_it_was() {
    let Some(disk) = SmallDisk::mount("on_a_full_disk_the_key_file_stays_as_it_was", 8) else { return };
    let keys = Keys::at(&disk.path().join("backup-keys.json"));
    for day in 0..40 {
        verified_on(&keys, day);
    }
    let before = fs::read(keys.path()).unwrap();
    let ballast = disk.leave(0);
    let failed = keys.begin(BEGAN + 41 * DAY, &mut entropy()).unwrap_err();
    assert!(failed.to_string().contains("make room"), "{failed}");
    assert_eq!(fs::read(keys.path()).unwrap(), before);
    fs::remove_file(ballast).unwrap();
    keys.begin(BEGAN + 41 * DAY, &mut entropy()).unwrap();
    assert_eq!(keys.list().unwrap().len(), 41);
}

#[test]
fn words_that_were_disposed_of_end_in_every_backup() {
    on_both_engines("words_that_were_disposed_of_end_in_every_backup", |url| {
        let store = open(url).unwrap();
        let reference = closed_case(&store, b"to end..");
        let (folder, old, keys) = place();
        back_up_under(&keys, url, &old, 0).unwrap();
        let target = beside(url, "before");
        restore_under(Some(&keys), &old, &target).unwrap();
        assert!(words(&target) > 0, "the backup holds the words");
        remove(url, &target);
        propose(&store, &dm(), &Wanted::Case(reference), Ground::Schedule, DUE).unwrap();
        answer(&store, &second(), 1, true).unwrap();
        let new = folder.path().join("new");
        back_up_under(&keys, url, &new, 7).unwrap();
        assert_eq!(keys.end_due(BEGAN + 28 * DAY).unwrap().ended.len(), 1);
        let target = beside(url, "after");
        assert!(refusal(restore_under(Some(&keys), &old, &target)).contains("cannot be read any more"));
        assert_empty(&target);
        restore_under(Some(&keys), &new, &target).unwrap();
        assert_eq!(words(&target), 0, "the newer one has none");
        check_whole(&open(&target).unwrap());
        assert_eq!(files_with(folder.path(), CANARY), Vec::<String>::new(), "nor has any file");
        remove(url, &target);
    });
}

/// How many texts of a database hold the planted word.
fn words(url: &str) -> usize {
    let all = rows(url);
    let (_, texts) = all.iter().find(|(table, _)| *table == "text").unwrap();
    texts.iter().filter(|row| format!("{row:?}").contains(CANARY)).count()
}
