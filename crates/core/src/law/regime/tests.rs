use jiff::ToSpan as _;
use jiff::civil::date;

use super::*;
use crate::law::Mark;

const TEXT: &str = include_str!("../../../../../law/ew/regimes.toml");

fn older(year: i16, month: i8, day: i8) -> Linked {
    Linked { attention: Some(date(year, month, day)), open_then: true, against: Against::SameOfficer }
}

/// The scheme, the step and the overlays that are picked.
#[track_caller]
fn check(question: &Question<'_>, regime: &str, step: Step, overlays: &[&str]) -> Picked<'static> {
    let picked = pick(question).unwrap();
    let laid: Vec<&str> = picked.overlays.iter().map(|laid| laid.overlay.id.as_str()).collect();
    assert_eq!((picked.regime.id.as_str(), picked.step), (regime, step), "{:#?}", picked.because);
    assert_eq!(laid, overlays, "{:#?}", picked.because);
    picked
}

#[track_caller]
fn refused(question: &Question<'_>, wanted: &str) {
    let says = pick(question).unwrap_err().to_string();
    assert!(says.contains(wanted), "{says}");
}

#[test]
fn the_scheme_follows_the_day_of_attention_to_the_day() {
    let id = |day| on(day).map(|r| r.id.as_str());
    assert_eq!(id(date(2020, 1, 31)), Some("ew-2012"));
    assert_eq!(id(date(2020, 2, 1)), Some("ew-2020"));
    assert_eq!(id(date(2004, 3, 31)), None);
    for (day, regime, conduct) in [
        (date(2004, 4, 1), "ew-2004", "ew-2004"),
        (date(2008, 11, 30), "ew-2004", "ew-2004"),
        (date(2008, 12, 1), "ew-2008", "ew-2008"),
        (date(2012, 11, 21), "ew-2008", "ew-2008"),
        (date(2012, 11, 22), "ew-2012", "ew-2012"),
        (date(2020, 1, 31), "ew-2012", "ew-2012"),
    ] {
        let picked = check(&Question::new(day), regime, Step::Before, &[]);
        assert_eq!(picked.conduct_regime.unwrap().id, conduct);
        assert_eq!(picked.citation, "SI 2020/2, regulation 2(2)(a)");
    }
    let picked = check(&Question::new(date(2020, 2, 1)), "ew-2020", Step::New, &["ew-2024"]);
    assert_eq!(picked.mark, Mark::Read);
    refused(&Question::new(date(2004, 3, 31)), "no scheme before 2004-04-01");
}

#[test]
fn a_matter_linked_to_an_older_one_still_being_handled_stays_with_it() {
    // W2: complaint A of 20 January 2020, complaint B of 5 March 2020 about the same event.
    let with = |linked: Linked| Question { linked: vec![linked], ..Question::new(date(2020, 3, 5)) };
    let picked = check(&with(older(2020, 1, 20)), "ew-2012", Step::LinkedOpen, &[]);
    assert_eq!(picked.citation, "SI 2020/2, regulation 2(2)(b)");
    assert_eq!(
        picked.because[0],
        "It came to attention on 5 March 2020, not before 1 February 2020, but relates to an older matter that came \
         to attention on 20 January 2020 and was then still being handled under Schedule 3, so Police (Complaints \
         and Misconduct) Regulations 2020 (SI 2020/2) does not apply (step 2: SI 2020/2, regulation 2(2)(b))."
    );
    // A had ended by then.
    check(&with(Linked { open_then: false, ..older(2020, 1, 20) }), "ew-2020", Step::New, &["ew-2024"]);
    // Both sides of the day for the older matter; the day of the later one is tested above.
    check(&with(older(2020, 1, 31)), "ew-2012", Step::LinkedOpen, &[]);
    check(&with(older(2020, 2, 1)), "ew-2020", Step::New, &["ew-2024"]);
    let on_the_day = Question { attention: date(2020, 2, 1), ..with(older(2020, 1, 31)) };
    check(&on_the_day, "ew-2012", Step::LinkedOpen, &[]);
    let before = Question { attention: date(2020, 1, 31), ..with(older(2020, 1, 31)) };
    check(&before, "ew-2012", Step::Before, &[]);
    // A later matter takes no scheme older than the last: the regulations of 2012 look at the day alone.
    check(&with(older(2010, 5, 1)), "ew-2012", Step::LinkedOpen, &[]);
    // One that is not dated lies before the last change.
    check(&with(Linked { attention: None, ..older(2020, 1, 1) }), "ew-2012", Step::LinkedOpen, &[]);
}

#[test]
fn a_re_investigation_and_a_direction_move_a_matter_on_whatever_its_day() {
    let old = Question { linked: vec![older(2019, 1, 1)], ..Question::new(date(2019, 6, 1)) };
    for (day, regime, step) in
        [(date(2020, 1, 31), "ew-2012", Step::Before), (date(2020, 2, 1), "ew-2020", Step::Override)]
    {
        let laid: &[&str] = if step == Step::Override { &["ew-2024"] } else { &[] };
        check(&Question { reinvestigation_determined: Some(day), ..old.clone() }, regime, step, laid);
        check(&Question { directed_28a: Some(day), ..old.clone() }, regime, step, laid);
    }
    let linked = Question { attention: date(2020, 3, 5), reinvestigation_determined: Some(date(2022, 1, 1)), ..old };
    let picked = check(&linked, "ew-2020", Step::Override, &["ew-2024"]);
    assert_eq!(picked.citation, "SI 2020/2, regulation 2(3)(a)");
    let ancient = Question { directed_28a: Some(date(2021, 5, 1)), ..Question::new(date(1989, 4, 15)) };
    assert_eq!(check(&ancient, "ew-2020", Step::Override, &["ew-2024"]).citation, "SI 2020/2, regulation 2(3)(b)");
}

#[test]
fn the_same_steps_choose_the_overlay_of_2025() {
    let day = |month, day| Question::new(date(2025, month, day));
    check(&day(5, 27), "ew-2020", Step::New, &["ew-2024"]);
    check(&day(5, 28), "ew-2020", Step::New, &["ew-2024", "ew-2025"]);
    // W20: a matter of 1 June 2025 that relates to an open one of May 2025.
    let linked = Question { linked: vec![older(2025, 5, 12)], ..day(6, 1) };
    let picked = check(&linked, "ew-2020", Step::New, &["ew-2024"]);
    let stands = picked.left_out[0].complaints.unwrap();
    assert_eq!((stands.step, stands.citation), (Step::LinkedOpen, "SI 2025/558, regulation 66(1)(b)"));
    assert!(picked.because.iter().any(|says| says.contains("under Part 2 of the Police Reform Act 2002")));
    check(&Question { linked: vec![older(2025, 5, 28)], ..day(6, 1) }, "ew-2020", Step::New, &["ew-2024", "ew-2025"]);
    check(&Question { linked: vec![older(2019, 5, 28)], ..day(6, 1) }, "ew-2012", Step::LinkedOpen, &[]);
    // Where the older matter is not dated, it lies before the last change, and so after the one of 2020.
    let undated = Linked { attention: None, ..older(2025, 1, 1) };
    check(&Question { linked: vec![undated], ..day(6, 1) }, "ew-2020", Step::New, &["ew-2024"]);
    // W20: a matter of 2021 that is re-investigated in 2026, and both sides of the day.
    for (determined, overlays) in [
        (date(2026, 3, 1), ["ew-2024", "ew-2025"].as_slice()),
        (date(2025, 5, 28), &["ew-2024", "ew-2025"]),
        (date(2025, 5, 27), &["ew-2024"]),
    ] {
        let question = Question { reinvestigation_determined: Some(determined), ..Question::new(date(2021, 7, 1)) };
        check(&question, "ew-2020", Step::Override, overlays);
    }
}

#[test]
fn the_overlay_of_2024_goes_by_the_notice_and_needs_the_conduct_regulations_of_2020() {
    let given = |day| Question { notice_given: Some(day), ..Question::new(date(2022, 1, 1)) };
    let picked = check(&given(date(2024, 5, 6)), "ew-2020", Step::New, &[]);
    assert!(picked.because.iter().any(|says| says.starts_with("ew-2024: notice of referral to proceedings was given")));
    check(&given(date(2024, 5, 7)), "ew-2020", Step::New, &["ew-2024"]);
    let old = Question { notice_given: Some(date(2024, 5, 7)), ..Question::new(date(2019, 1, 1)) };
    check(&old, "ew-2012", Step::Before, &[]);
}

#[test]
fn the_schedule_of_2025_reaches_former_officers_of_any_day_who_have_no_notice_yet() {
    let former = |given| Question { notice_given: given, person: Person::Former, ..Question::new(date(2022, 1, 1)) };
    check(&former(None), "ew-2020", Step::New, &["ew-2024", "ew-2025-former-officers"]);
    check(&former(Some(date(2025, 5, 28))), "ew-2020", Step::New, &["ew-2024", "ew-2025-former-officers"]);
    check(&former(Some(date(2025, 5, 27))), "ew-2020", Step::New, &["ew-2024"]);
}

#[test]
fn the_conduct_side_is_a_second_answer() {
    let conduct = |question: &Question<'_>| {
        let picked = pick(question).unwrap();
        (picked.conduct_regime.unwrap().id.clone(), picked.conduct_step.unwrap(), picked.conduct_citation.unwrap())
    };
    let linked = Question { linked: vec![older(2020, 1, 20)], ..Question::new(date(2020, 3, 5)) };
    let old = ("ew-2012".to_owned(), Step::LinkedOpen, "SI 2020/4, regulations 3(2)(b) and 4(6)(b)");
    assert_eq!(conduct(&linked), old);
    // The conduct side asks for an allegation against the same officer.
    let another = Linked { against: Against::Another, ..older(2020, 1, 20) };
    let question = Question { linked: vec![another], ..linked.clone() };
    assert_eq!(conduct(&question).0, "ew-2020");
    assert_eq!(check(&question, "ew-2012", Step::LinkedOpen, &["ew-2024"]).mark, Mark::Read);
    // And it goes by the day of the allegation.
    let earlier = Question { allegation: Some(date(2020, 1, 31)), ..Question::new(date(2020, 2, 3)) };
    assert_eq!(conduct(&earlier).1, Step::Before);
    assert_eq!(pick(&earlier).unwrap().regime.id, "ew-2020");
    // W19: the allegation against an officer who had retired surfaces on 20 March 2019.
    let retired = Question { person: Person::Former, ..Question::new(date(2019, 3, 20)) };
    assert_eq!(conduct(&retired).0, "ew-2012");
    // W17: a case of the old scheme, and the same case under the new one.
    assert_eq!(conduct(&Question::new(date(2019, 11, 4))).0, "ew-2012");
    assert_eq!(conduct(&Question::new(date(2020, 11, 4))).0, "ew-2020");
}

#[test]
fn some_bodies_stay_on_the_old_scheme() {
    let of = |body, year| Question { body, ..Question::new(date(year, 6, 1)) };
    for body in ["nca", "hmrc", "contractors"] {
        let question = Question { reinvestigation_determined: Some(date(2026, 1, 1)), ..of(body, 2024) };
        let picked = check(&question, "ew-2012", Step::OldScheme, &[]);
        assert!(picked.conduct_regime.is_none() && picked.step.number().is_none());
    }
    assert_eq!(pick(&of("hmrc", 2024)).unwrap().mark, Mark::FromMemory);
    assert_eq!(pick(&of("nca", 2024)).unwrap().mark, Mark::Read);
    refused(&of("nca", 2013), "begin on 2013-10-07");
    refused(&of("mi5", 2024), "There is no body mi5; choose one of police, nca, contractors, hmrc");
}

#[test]
fn days_that_cannot_be_are_refused() {
    let question = Question::new(date(2021, 1, 2));
    let early = Some(date(2021, 1, 1));
    refused(&Question { reinvestigation_determined: early, ..question.clone() }, "2021-01-01, before the matter came");
    refused(&Question { directed_28a: early, ..question.clone() }, "section 28A cannot have been given");
    refused(&Question { notice_given: early, ..question.clone() }, "Notice of referral");
    refused(&Question { linked: vec![older(2021, 1, 3)], ..question }, "cannot relate back");
}

/// Matters with the day of attention, the day their handling ended, and their links.
fn follow(start: &'static str, matters: &[(&str, Day, Option<Day>, &[&'static str])]) -> Result<Vec<Linked>, String> {
    let matter = |name: &str| {
        let (_, attention, ended, links) = matters.iter().find(|(known, ..)| *known == name)?;
        Some(Related {
            attention: *attention,
            ended: *ended,
            against: Against::SameOfficer,
            relates_to: links.to_vec(),
        })
    };
    linked(start, matter).map_err(|refusal| refusal.to_string())
}

#[test]
fn links_are_followed_to_every_older_matter() {
    let (a, b, c) = (date(2020, 1, 20), date(2020, 2, 10), date(2020, 3, 5));
    let matters = |ended: Option<Day>| {
        follow("C", &[("A", a, ended, &[]), ("B", b, None, &["A"]), ("C", c, None, &["A", "B"])]).unwrap()
    };
    let oldest = |found: Vec<Linked>| found.into_iter().min_by_key(|linked| linked.attention).unwrap();
    assert_eq!(matters(None).len(), 2);
    assert_eq!(oldest(matters(None)), older(2020, 1, 20));
    assert!(oldest(matters(Some(c))).open_then, "it ended on the day itself");
    let ended = oldest(matters(Some(date(2020, 3, 1))));
    assert!(!ended.open_then);
    let question = Question { linked: matters(Some(date(2020, 3, 1))), ..Question::new(c) };
    check(&question, "ew-2020", Step::New, &["ew-2024"]);
}

#[test]
fn links_that_come_back_are_refused_by_name() {
    let day = date(2020, 1, 1);
    let round = follow("C", &[("A", day, None, &["B"]), ("B", day, None, &["A"]), ("C", day, None, &["B"])]);
    assert_eq!(round.unwrap_err(), "The links between matters come back to B: B, then A, then B; remove one");
    assert!(follow("A", &[("A", day, None, &["A"])]).unwrap_err().contains("A, then A"));
    assert_eq!(
        follow("A", &[("A", day, None, &["Z"])]).unwrap_err(),
        "A is linked to Z, which is not there; correct or remove that link"
    );
    assert!(follow("A", &[]).unwrap_err().contains("no matter A"));
}

/// A small generator with a fixed stream (splitmix64), so that a failure can be had again.
struct Stream(u64);

impl Stream {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % below
    }

    /// A day near one of the changes, or anywhere from 2004 on.
    fn day(&mut self) -> Day {
        let (from, within) = match self.next(5) {
            0 => (date(2020, 1, 29), 6),
            1 => (date(2025, 5, 25), 6),
            2 => (date(2012, 11, 19), 6),
            3 => (date(2024, 5, 4), 6),
            _ => (date(2004, 4, 1), 8_500),
        };
        from.saturating_add(i64::try_from(self.next(within)).unwrap().days())
    }

    fn sometimes_from(&mut self, first: Day) -> Option<Day> {
        let day = self.day();
        (self.next(3) == 0 && first <= day).then_some(day)
    }

    fn question(&mut self) -> Question<'static> {
        let attention = self.day();
        let linked = (0..self.next(3)).filter_map(|_| {
            let day = Some(self.day()).filter(|day| *day <= attention)?;
            let against = if self.next(2) == 0 { Against::SameOfficer } else { Against::Another };
            Some(Linked { attention: Some(day), open_then: self.next(2) == 0, against })
        });
        Question {
            linked: linked.collect(),
            reinvestigation_determined: self.sometimes_from(attention),
            directed_28a: self.sometimes_from(attention),
            notice_given: self.sometimes_from(attention),
            person: if self.next(4) == 0 { Person::Former } else { Person::Serving },
            ..Question::new(attention)
        }
    }
}

/// The five steps as the brief words them, written a second time and without the data.
fn as_the_brief_says(question: &Question<'_>, change: Day) -> Step {
    let moved = [question.reinvestigation_determined, question.directed_28a];
    if moved.into_iter().flatten().any(|on| on >= change) {
        return Step::Override;
    }
    if question.attention < change {
        return Step::Before;
    }
    let open = |linked: &Linked| linked.open_then && linked.attention.is_some_and(|day| day < change);
    if question.linked.iter().any(open) { Step::LinkedOpen } else { Step::New }
}

#[test]
fn any_question_has_exactly_one_base_scheme_and_the_steps_keep_their_order() {
    let mut stream = Stream(20_200_201);
    let mut met = std::collections::BTreeSet::new();
    for _ in 0..20_000 {
        let question = stream.question();
        let picked = pick(&question).unwrap_or_else(|refusal| panic!("{refusal}: {question:?}"));
        let step = as_the_brief_says(&question, date(2020, 2, 1));
        assert_eq!(picked.step, step, "{question:?}");
        let expected = match step {
            Step::New | Step::Override => "ew-2020",
            Step::LinkedOpen => "ew-2012",
            _ => on(question.attention).unwrap().id.as_str(),
        };
        assert_eq!(picked.regime.id, expected, "{question:?}");
        assert_eq!(all().iter().filter(|regime| regime.id == picked.regime.id).count(), 1);
        let later = as_the_brief_says(&question, date(2025, 5, 28));
        let laid = picked.overlays.iter().find(|laid| laid.overlay.id == "ew-2025");
        let complaints = laid.and_then(|laid| laid.complaints).is_some_and(|stands| stands.step.applies());
        assert_eq!(complaints, later.applies(), "{question:?}");
        assert!(!later.applies() || expected == "ew-2020", "the amendments need what they amend: {question:?}");
        for laid in picked.overlays.iter().filter(|laid| laid.conduct.is_some()) {
            assert_eq!(laid.overlay.over, picked.conduct_regime.unwrap().id, "{question:?}");
        }
        assert!(picked.because.iter().all(|says| says.ends_with(").") && !says.contains("  ")), "{:?}", picked.because);
        met.insert((step, later));
    }
    assert_eq!(met.len(), 8, "{met:?}");
}

/// The built-in file with one thing changed is refused, and the complaint says `wanted`.
#[track_caller]
fn file_refused(from: &str, to: &str, wanted: &str) {
    assert!(TEXT.contains(from), "{from}");
    let says = Regimes::read("r.toml", &TEXT.replacen(from, to, 1)).unwrap_err().to_string();
    assert!(says.contains("r.toml") && says.contains(wanted), "{says}");
}

#[test]
fn unknown_keys_are_refused_by_entry() {
    file_refused("name = \"Scheme of 2008\"", "nam = \"Scheme of 2008\"", "regime ew-2008: unknown field `nam`");
    file_refused("handled_under = \"Sch", "handeld_under = \"Sch", "regime ew-2020: unknown field `handeld_under`");
    file_refused("07\ntrigger = \"notice\"", "07\ntrigger = \"moon\"", "overlay ew-2024: unknown variant `moon`");
    file_refused("scheme = \"current\"", "scheme = \"current\"\nkind = 1", "body police: unknown field `kind`");
    file_refused("[[body]]\n", "[[bodies]]\n", "bodies");
    file_refused("2012-11-21", "2012-11-21T10:00:00", "regime ew-2008: write a date");
}

#[test]
fn overlaps_gaps_and_disorder_are_refused_by_entry() {
    file_refused("to = 2012-11-21", "to = 2012-11-22", "regime ew-2012: it overlaps ew-2008, which ends on 2012-11-22");
    file_refused("to = 2012-11-21", "to = 2012-11-20", "regime ew-2012: there is a gap after ew-2008");
    file_refused("to = 2012-11-21\n", "", "regime ew-2012: it overlaps ew-2008, which has no last day");
    file_refused("to = 2012-11-21", "to = 2008-11-21", "regime ew-2008: it ends before it begins");
    file_refused("from = 2012-11-22", "from = 2008-11-22", "regime ew-2012: it stands after ew-2008");
    file_refused("from = 2020-02-01", "from = 2020-02-01\nto = 2029-01-01", "ew-2020: the newest scheme has no last");
    file_refused("id = \"ew-2025\"", "id = \"ew-2020\"", "regime ew-2020 stands twice");
    file_refused("id = \"hmrc\"", "id = \"nca\"", "body nca stands twice");
    file_refused("from = 2024-05-07", "from = 2026-05-07", "overlay ew-2025: it stands after ew-2024");
    file_refused("from = 2024-05-07", "from = 2019-05-07", "overlay ew-2024: its day is not within ew-2020");
}

#[test]
fn entries_that_do_not_fit_together_are_refused_by_entry() {
    file_refused("over = \"ew-2020\"", "over = \"ew-2021\"", "overlay ew-2024: there is no regime ew-2021");
    file_refused("regime = \"ew-2012\"", "regime = \"ew-2013\"", "body nca: there is no regime ew-2013");
    file_refused("regime = \"ew-2012\"\n", "", "body nca: the old scheme needs");
    file_refused(
        "scheme = \"current\"",
        "scheme = \"current\"\nregime = \"ew-2012\"",
        "body police: the current scheme",
    );
    file_refused("before = \"SI 2020/2", "# \"SI 2020/2", "regime ew-2020: complaints: say with before");
    file_refused("handled_under = \"Schedule 3\"\n", "", "regime ew-2020: complaints: linked and handled_under");
    file_refused("before = \"SI 2024", "linked = \"x\"\nhandled_under = \"x\"\nbefore = \"SI 2024", "a notice decides");
    file_refused("new = \"SI 2004/643, regulation 1(1)\"", "new = \"\"", "regime ew-2004: complaints: leave out");
    file_refused("read_in = \"legalize-dev/legalize-uk uk/uksi-2012-1204.md\"", "", "ew-2012: complaints: say where");
    let same = "id = \"ew-2025\"\nname = \"Amendments of 2025\"\nover = \"ew-2020\"\nfrom = 2025-05-28\ntrigger = \"attention\"";
    file_refused(
        same,
        "id = \"x\"\nname = \"X\"\nover = \"ew-2020\"\nfrom = 2024-05-07\ntrigger = \"notice\"",
        "overlay x",
    );
}
