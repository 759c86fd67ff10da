"""What is typed after `:`: an act's name and what it takes; pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from atlas_tui.acts.stage import Act, Stage


@dataclass(frozen=True, slots=True)
class Typed:
    """A line that names an act."""

    act: Act
    argument: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of the list under the command line.

    Attributes:
        line: what taking it puts into the command line.
        act: the act it leads to.
        refusal: why that cannot be done right now; empty where it can.
    """

    line: str
    act: Act
    refusal: str = ""

    @property
    def names_act(self) -> bool:
        """Is it the act alone, without anything it takes?"""
        return self.line.strip() == self.act.id


def typed(text: str, acts: Sequence[Act]) -> Typed | str:
    """The act a line names, or a sentence on why it names none; the beginning of a name will do where it is enough."""
    name, _, argument = text.strip().lstrip(":").strip().partition(" ")
    wanted = name.replace("-", "_").lower()
    by_id = {act.id: act for act in acts}
    exact = by_id.get(wanted)
    if exact is not None:
        return Typed(exact, argument.strip())
    begun = [act for act in acts if wanted and act.id.startswith(wanted)]
    if len(begun) == 1:
        return Typed(begun[0], argument.strip())
    if begun:
        return f"{name} could be {', '.join(act.id for act in begun[:6])}"
    near = get_close_matches(wanted, by_id, n=1, cutoff=0.5)
    return f"there is no command {name!r}" + (f"; the nearest is {near[0]}" if near else "; ? lists them")


def choices(text: str, stage: Stage) -> list[Choice]:
    """How a line can go on: acts whose name or help holds what was typed, or what the named act takes."""
    line = text.lstrip(":").lstrip()
    name, blank, argument = line.partition(" ")
    if not blank:
        return [_choice(act, stage) for act in ranked(name, stage.keys)]
    found = typed(name, stage.keys)
    if isinstance(found, str):
        return []
    head, _, last = argument.rpartition(" ")
    begun = [word for word in found.act.choices(stage) if word.lower().startswith(last.lower()) and word != last]
    before = f"{found.act.id} {head} " if head else f"{found.act.id} "
    return [Choice(before + word, found.act) for word in begun] or [_choice(found.act, stage, line)]


def ranked(wanted: str, acts: Sequence[Act]) -> list[Act]:
    """Acts that fit what was typed: names that begin with it, then names and helps that hold it, then its letters."""
    text = wanted.lower().replace("-", "_")
    if not text:
        return list(acts)
    tests: tuple[Callable[[Act], bool], ...] = (
        lambda act: act.id.startswith(text),
        lambda act: text in act.id,
        lambda act: text in act.text.lower(),
        lambda act: _subsequence(text, act.id),
    )
    found: list[Act] = []
    for test in tests:
        found += [act for act in acts if test(act) and act not in found]
    return found


def _choice(act: Act, stage: Stage, line: str = "") -> Choice:
    return Choice(line or (f"{act.id} " if act.takes else act.id), act, stage.why_not(act))


def _subsequence(letters: str, name: str) -> bool:
    rest = iter(name)
    return all(letter in rest for letter in letters)
