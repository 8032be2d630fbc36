"""The rules of the house, looked at again from the record alone (decision 009).

Whoever decided held the power on that day, and whoever made something is not the
one who approved it. Fed with the readable events of one log, or of one case, in
their order; says for each which rules it breaks.
"""

DELEGATION = "rule-delegation"
SECOND_PERSON = "rule-second-person"
SCHEME = "body:delegation"
LEVELS = ("L1", "L2", "L3", "L4", "L5")
DECIDING = {
    "accelerated.decided": ("P.ACCEL_DIRECT",),
    "case-to-answer.decided": ("P.CTA", "P.OLD_MEMO"),
    "conversion.decided": ("P.DSI_CONVERT",),
    "direction.given": ("P.FORM", "P.OLD_DIRECT"),
    "direction.withdrawn": ("P.FORM", "P.OLD_DIRECT"),
    "fact.changed": ("P.DESIGNATE",),
    "form.decided": ("P.FORM",),
    "investigation.discontinued": ("P.OLD_DISCONTINUE",),
    "investigation.resumed": ("P.RESUME",),
    "investigation.suspended": ("P.SUSPEND",),
    "lead.appointed": ("P.DESIGNATE",),
    "memorandum.accepted": ("P.OLD_MEMO",),
    "mode.decided": ("P.MOI", "P.MOI_CHANGE", "P.REINVEST_FORM"),
    "need.decided": ("P.NEED", "P.REINVEST_FORM", "P.RETURN"),
    "proceedings.recommended": ("P.OLD_RECOMMEND",),
    "prosecutor.decided": ("P.CPS",),
    "public-interest.decided": ("P.WITHDRAWN_PI",),
    "recommendation.extension-decided": ("P.28B_EXT",),
    "recommendation.issued": ("P.28A", "P.28ZA", "P.S10"),
    "recommendation.representations-decided": ("P.28B_WITHHOLD",),
    "reinvestigation.determined": ("P.REINVEST",),
    "review.decided": ("P.REVIEW", "P.VRR"),
    "review.late-accepted": ("P.OUT_OF_TIME",),
    "severity.assessed": ("P.SEVERITY",),
    "severity.revised": ("P.SEVERITY",),
    "terms.approved": ("P.TOR",),
    "update.withheld": ("P.NONDISCLOSE",),
    "views.requested": ("P.VIEWS",),
}
AT_TIMES = {"recommendation.extension-decided", "review.decided", "severity.assessed",
            "severity.revised"}
RELATED = {"terms.drafted", "notice.drafted", "notice.approved", "decision.proposed",
           "decision.approved", "decision.sent-back", "entry.corrected"}


class Malformed(ValueError):
    """Data that are not as they must be."""


def require(holds):
    """Raise Malformed when something does not hold."""
    if not holds:
        raise Malformed


def text(data, key):
    """A text of an object, or None."""
    value = data.get(key)
    return value if isinstance(value, str) else None


def number(data, key):
    """The version that a number stands for, or None."""
    value = data.get(key)
    # values.DECODER reads every number as a float.
    if isinstance(value, float) and value.is_integer() and 1 <= value <= 2 ** 53:
        return int(value)
    return None


def texts(value):
    """A list of texts."""
    require(isinstance(value, list) and all(isinstance(item, str) for item in value))
    return value


def needed(value):
    """A value that must be there."""
    require(value is not None)
    return value


class Entry:
    """An entry of the scheme: what it is, whom it is about, and from when to when it holds."""

    def __init__(self, version, what, about, start, last):
        self.version, self.what, self.about = version, what, about
        self.start, self.last, self.rescinded = start, last, False
        self.level, self.powers, self.person, self.of = None, (), None, None


def _last(data, key):
    return needed(text(data, key)) if key in data else None


def read_entry(version, kind, data):
    """An entry that gives or takes; Malformed when it is not as it should be."""
    if kind == "grade.held":
        entry = Entry(version, "grade", needed(text(data, "person")), needed(text(data, "from")),
                      _last(data, "to"))
        entry.level = needed(text(data, "grade"))
    elif kind == "power.delegated":
        to = data.get("to")
        require(isinstance(to, dict) and len(to) == 1)
        entry = Entry(version, "grant", text(to, "person"), needed(text(data, "from")),
                      _last(data, "until"))
        entry.person, entry.level = text(to, "person"), text(to, "grade")
        require(entry.person is not None or entry.level is not None)
        entry.powers = texts(data.get("powers"))
    elif kind == "exclusion.applied":
        entry = Entry(version, "bar", needed(text(data, "person")), needed(text(data, "from")),
                      None)
        entry.powers = texts(data.get("powers"))
    else:
        raise Malformed
    return entry


def reaches(level, least):
    """Whether a grade is at least as high as another."""
    return level in LEVELS and least in LEVELS and LEVELS.index(level) >= LEVELS.index(least)


class Scheme:
    """The scheme of delegation as its stream tells it up to a place in the log."""

    def __init__(self):
        self.entries = []

    def _find(self, version):
        return next((e for e in self.entries if e.version == version), None)

    def event(self, version, kind, data, actor):
        """Take the next entry: whether somebody made it for themselves."""
        if kind in ("delegation.rescinded", "delegation.ended"):
            target = self._find(number(data, "of"))
            if target is None:
                return False
            if kind == "delegation.rescinded":
                target.rescinded = True
                return target.about == actor
            if text(data, "last") is None:
                return False
            end = Entry(version, "end", target.about, "", text(data, "last"))
            end.of = target.version
            self.entries.append(end)
            return target.what == "bar" and target.about == actor
        try:
            entry = read_entry(version, kind, data)
        except Malformed:
            return False
        own = self._is_own(entry, actor)
        self.entries.append(entry)
        return own

    def _is_own(self, entry, actor):
        if entry.what == "grade" or entry.person is not None:
            return entry.about == actor
        return entry.what == "grant" and self._has_grade(actor, entry.level, entry.start, None)

    def _is_live(self, entry, on):
        last = entry.last
        for end in self.entries:
            if end.what == "end" and end.of == entry.version and not end.rescinded:
                last = end.last
        return not entry.rescinded and entry.start <= on and (last is None or on <= last)

    def _has_grade(self, person, least, on, named):
        return any(entry.what == "grade" and entry.about == person and reaches(entry.level, least)
                   and named in (None, entry.version) and self._is_live(entry, on)
                   for entry in self.entries)

    def _gives(self, entry, person, on, named):
        if named is not None and named[0] != entry.version:
            return False
        grade = named[1] if named is not None else None
        if entry.person is not None:
            return entry.person == person and grade is None
        return ((named is None or grade is not None)
                and self._has_grade(person, entry.level, on, grade))

    def holds(self, power, person, on, named=None):
        """Whether somebody holds a power on a day; where entries are named, under just those."""
        live = [e for e in self.entries if power in e.powers and self._is_live(e, on)]
        return (any(e.what == "grant" and self._gives(e, person, on, named) for e in live)
                and not any(e.what == "bar" and e.about == person for e in live))


class Made:
    """Under what a decision says that it was made."""

    def __init__(self, data):
        self.under, self.proposed = [], None
        if "made" not in data:
            return
        made = data["made"]
        require(isinstance(made, dict) and isinstance(made.get("under"), list))
        for item in made["under"]:
            require(isinstance(item, dict))
            grade = needed(number(item, "grade")) if "grade" in item else None
            self.under.append((needed(text(item, "power")), (needed(number(item, "delegation")),
                                                             grade)))
        if "proposed" in made:
            proposed = made["proposed"]
            require(isinstance(proposed, dict))
            self.proposed = needed(number(proposed, "of")), needed(text(proposed, "by"))


def takes_two(kind, data):
    """Whether the entry itself tells that the decision takes two people."""
    return (kind == "direction.given"
            or kind == "prosecutor.decided" and data.get("referred") is False
            or kind == "accelerated.decided" and data.get("directed") is True)


def same(one, other):
    """Whether two JSON values are equal; true is not 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other


def facts(data):
    """A decision's data without what recording adds."""
    return {key: value for key, value in data.items() if key not in ("made", "texts")}


class Replay:
    """The rules of one log, or of one case of it."""

    def __init__(self, scheme):
        self.scheme = scheme
        # Records from before decisions named their powers are not held to it.
        self.begun = False
        self.kept = {}

    @classmethod
    def of_log(cls):
        """For a whole log, with its scheme of delegation."""
        return cls(Scheme())

    @classmethod
    def of_case(cls):
        """For one case: who held what cannot be told, what took two people can."""
        return cls(None)

    def event(self, stream, version, kind, content, actor, authority, on):
        """Take the next event, its data parsed (None where they cannot be): the broken rules."""
        related = stream == SCHEME or kind in DECIDING or kind in RELATED
        if content is None or not related:
            return ()
        at = (stream, version, kind, actor)
        if stream == SCHEME:
            own = self.scheme is not None and self.scheme.event(version, kind, content, actor)
            held, second = True, not own
        elif kind in DECIDING:
            held, second = self._decision(at, content, authority, on)
        else:
            held, second = self._other(at, content, on)
        return (() if held else (DELEGATION,)) + (() if second else (SECOND_PERSON,))

    def _decision(self, at, data, authority, on):
        stream, version, kind, actor = at
        lead = kind != "fact.changed" or text(data, "what") == "lead"
        another = (kind != "terms.approved"
                   or self._drafted_by_another(at, number(data, "of"), "terms.drafted"))
        imported = authority.split(" ")[1:2] == ["import"]
        try:
            made = Made(data)
        except Malformed:
            return False, another
        held = self._held(at, made, DECIDING[kind] if lead else (), on,
                          lead and kind not in AT_TIMES and not imported)
        alone = made.proposed is None and made.under and takes_two(kind, data)
        approved = made.proposed is None or self._approved(at, data, *made.proposed)
        if made.under:
            self.kept[stream, version] = ("decision", actor, [power for power, _ in made.under])
        return held, another and not alone and approved

    def _held(self, at, made, powers, on, due):
        if not made.under:
            return not (due and self.begun)
        self.begun = True
        return all(power in powers and (self.scheme is None
                                        or self.scheme.holds(power, at[3], on, named))
                   for power, named in made.under)

    def _approved(self, at, data, of, by):
        stream, version, kind, actor = at
        approval = self.kept.get((stream, version - 1)) == ("approval", actor, of)
        proposal = self.kept.get((stream, of), ("",))
        approved = (proposal[0] == "proposal" and proposal[1] == by and by != actor
                    and proposal[2] == kind and same(facts(proposal[3]), facts(data)))
        self._settle(stream, of)
        return approval and approved

    def _settle(self, stream, of):
        if self.kept.get((stream, of), ("",))[0] == "proposal":
            self.kept[stream, of] = ("settled",)

    def _drafted_by_another(self, at, of, draft):
        kept = self.kept.get((at[0], of), ("",))
        return kept[0] == draft and kept[1] != at[3]

    def _other(self, at, data, on):
        stream, version, kind, actor = at
        of = number(data, "of")
        held = second = True
        if kind in ("terms.drafted", "notice.drafted"):
            self.kept[stream, version] = (kind, actor)
        elif kind == "notice.approved":
            second = self._drafted_by_another(at, of, "notice.drafted")
        elif kind == "decision.proposed":
            held = self._proposal(at, data, on)
        elif kind == "decision.approved":
            kept = self.kept.get((stream, of), ("",))
            second = kept[0] == "proposal" and kept[1] != actor
            self.kept[stream, version] = ("approval", actor, of)
        elif kind == "decision.sent-back":
            self._settle(stream, of)
        else:
            held = self._redated(stream, data, of)
        return held, second

    def _proposal(self, at, data, on):
        stream, version, _, actor = at
        decision = data.get("decision")
        decision = decision if isinstance(decision, dict) else {}
        inner = decision.get("data")
        kind = text(decision, "kind") or ""
        try:
            held = self._held(at, Made(data), DECIDING.get(kind, ()), on, True)
        except Malformed:
            held = False
        self.kept[stream, version] = ("proposal", actor, kind,
                                      inner if isinstance(inner, dict) else {})
        return held

    def _redated(self, stream, data, of):
        day = text(data, "new")
        kept = self.kept.get((stream, of), ("",))
        if (text(data, "field") != "on" or day is None or self.scheme is None
                or kept[0] != "decision"):
            return True
        return all(self.scheme.holds(power, kept[1], day) for power in kept[2])

