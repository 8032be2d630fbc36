//! What is written in invented cases. None of it is about a real person or a real case.

use candour_core::case::matter::MatterKind;

/// Why no investigation is necessary.
pub(super) const RETURNED: &str =
    "The force is able to deal with this, and nothing in it calls for an investigation by us.";
/// Why a mode was chosen.
pub(super) const MODE: &str =
    "The seriousness of the matter and the public interest were weighed against the force's own capacity.";
/// Terms of reference.
pub(super) const TERMS: &str =
    "To establish what happened, whether policy and training were followed, and what is to be learned.";
/// Why an investigation stands still.
pub(super) const SUSPENDED: &str = "To go on would prejudice the criminal proceedings that have begun.";
/// Why it goes on.
pub(super) const RESUMED: &str = "The criminal proceedings have ended.";
/// Why it was discontinued.
pub(super) const DISCONTINUED: &str =
    "It is not reasonably practicable to go on: those who could say more do not wish to.";
/// What a forecast rests on.
pub(super) const FORECAST: &str = "What remains to be done was gone through with the lead investigator.";
/// What is alleged.
pub(super) const ALLEGED: &str = "What is said to have been done, in outline.";
/// What a report concludes.
pub(super) const CONCLUSION: &str = "The evidence was assessed against the terms of reference.";
/// Why there is or is not a case to answer.
pub(super) const ANSWERED: &str = "On the evidence in the report, by the test that applies to this matter.";
/// Our own opinion, as the authority is told it.
pub(super) const OPINION: &str = "On the evidence in the report, as set out in its conclusion.";
/// What the authority says of a report.
pub(super) const AUTHORITY: &str = "The authority agrees with what the report concludes.";
/// News of a proceeding.
pub(super) const NEWS: &str = "Told by those who are responsible.";
/// Why nothing remains to be done.
pub(super) const CLOSED: &str = "Everything that was owed has been done.";
/// Why an entry is corrected.
pub(super) const CORRECTED: &str = "A slip: the letter bears another date.";

/// Why the case was or was not referred to the prosecutor.
pub(super) fn prosecutor(referred: bool) -> &'static str {
    if referred {
        "The report indicates that an offence may have been committed, and it is right that the prosecutor considers it."
    } else {
        "The report does not indicate that an offence may have been committed."
    }
}

/// What invented matters of a kind are about.
pub(super) fn summaries(kind: MatterKind) -> &'static [&'static str] {
    match kind {
        MatterKind::Dsi => &[
            "A person was seriously injured while being detained. Body-worn video is said to exist.",
            "A person died some hours after police attended their home on a report of concern.",
            "A vehicle that police were following left the road. Its passenger was seriously injured.",
            "A person who had been reported missing was found dead the day after the report.",
            "A person was found unwell in a cell and died in hospital.",
        ],
        MatterKind::Conduct => &[
            "An officer is said to have looked at records without a policing purpose.",
            "An officer is said to have formed a relationship with a person met through work.",
            "An officer is said to have used force that was not necessary during a search.",
            "An officer is said to have given false information in a statement.",
        ],
        MatterKind::Complaint => &[
            "The complainant says that a call was graded wrongly and that nobody attended.",
            "The complainant says that they were stopped and searched because of the colour of their skin.",
            "The complainant says that they were struck after they had been handcuffed.",
            "The complainant says that a complaint about rudeness was not recorded.",
        ],
    }
}

static FIRST: &[&str] = &[
    "Aderyn", "Bram", "Cerys", "Dov", "Elan", "Fintan", "Gaia", "Hal", "Isolde", "Jago", "Kerensa", "Leif", "Maelona",
    "Nico", "Oriel", "Piran", "Rosalba", "Sorley", "Tegan", "Uther", "Vela", "Wilf", "Yestin",
];
static LAST: &[&str] = &[
    "Amberforth",
    "Brackwell",
    "Corvane",
    "Dunmarrow",
    "Elverson",
    "Farthingale",
    "Gossamere",
    "Hallowby",
    "Inkersley",
    "Jarrowby",
    "Kestleven",
    "Larkmoor",
    "Mossington",
    "Nettlecombe",
    "Oxenhale",
    "Pellwyth",
    "Quarrell",
    "Rushmere",
    "Stonebeck",
    "Thistlewood",
    "Umberleigh",
    "Vexley",
    "Wrenfield",
    "Yarrowdale",
];

/// The invented name of a person of a case.
pub(super) fn person(case: usize, nth: usize) -> String {
    let n = case * 7 + nth * 13;
    format!("{} {}", FIRST[n % FIRST.len()], LAST[(n / FIRST.len() + case) % LAST.len()])
}
