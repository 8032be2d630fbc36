//! The register of people: who somebody is stands in personal words, and nobody is entered twice.

use candour_core::permit::{Action, Actor, Object, permit};
use candour_core::person::{Event, PersonRole, Registered, derived_stream};
use candour_store::{Failure, Store, people};

use crate::engines::on_both_engines;
use crate::world::{check_whole, open};

/// More than are asked for in one statement.
const PEOPLE: usize = 20;

fn register(store: &Store, stream: &str, words: &[(&str, String)]) -> Result<(), Failure> {
    let (stream, operator) = (stream.to_owned(), Actor::operator());
    let words: Vec<(String, String)> = words.iter().map(|(f, v)| ((*f).to_owned(), v.clone())).collect();
    store.record.write(move |w| {
        let given = permit(&operator, Action::Import, Object::Body)?;
        let role = PersonRole::Staff;
        let registered = Registered { role, number: String::new(), joined_on: None, left_on: None, import: None };
        people::register(w, &operator, &given, &stream, &Event::Registered(registered), words.clone())
    })
}

#[test]
fn people_are_known_by_name_as_far_as_the_register_says() {
    on_both_engines("people_are_known_by_name_as_far_as_the_register_says", |url| {
        let store = open(url).unwrap();
        let streams: Vec<String> = (0..PEOPLE).map(|n| derived_stream("test", &n.to_string())).collect();
        for (n, stream) in streams.iter().enumerate() {
            let name = ("name", format!("Siân {n}"));
            let all = [name, ("rank", format!("PC {n}")), ("race", "not asked for".to_owned())];
            register(&store, stream, &all[..n % 4]).unwrap();
        }
        let mut asked: Vec<&str> = streams.iter().map(String::as_str).collect();
        asked.push("person:nobody");
        let engine = &store.record.engine;
        let mut known = engine.read(|tx| people::known(tx, &store.record.log, &asked)).unwrap();
        known.sort_by_key(|k| streams.iter().position(|s| *s == k.stream));
        let says = |n: usize, from: usize, word: String| if n % 4 >= from { word } else { String::new() };
        let expected = (0..PEOPLE).map(|n| people::Known {
            stream: streams[n].clone(),
            name: says(n, 1, format!("Siân {n}")),
            rank: says(n, 2, format!("PC {n}")),
            disposed: false,
        });
        assert_eq!(known, expected.collect::<Vec<_>>());
        assert_eq!(engine.read(|tx| people::known(tx, &store.record.log, &[])).unwrap(), []);
        assert!(matches!(register(&store, &streams[3], &[]), Err(Failure::Moved)), "nobody is entered twice");
        check_whole(&store);
    });
}
