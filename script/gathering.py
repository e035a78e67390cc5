"""Finds the English sentences of the rooms: they speak one language, pages translate what they show.

A room writes plain English, f-strings included; what differs becomes a placeholder named after its expression:
    raise Invalid(f"There is a department called {name} already.")  →  There is a department called {name} already.
A choice between two literals gives two sentences. Gathered are: what is raised (but not Python's own exceptions),
whatever reads as a sentence (capital, space, full stop), the labels of enumerations, and in the files of WHOLE every
text with a space or a capital.
"""

import ast
import builtins
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from crossdesk.insights.registry import MEASURES

ROOMS = ("kit", "journal", "org", "channels", "messages", "inbox", "triage", "imports", "insights", "reading", "web")
# Roads that lead to no reader: training, a stand-in network with its own cast, the database's history.
LEFT_OUT = re.compile(r"/(migrations|training|server|cast|gallery)/|/insights/registry\.py$")
# Reasons and labels are made of pieces here.
PIECES, CAPITALS = re.compile(r".*\S\s\S|^[A-Z]", re.DOTALL), re.compile(r"^[A-Z][\w-]*\s.{9}")
WHOLE = {
    "triage/decide.py": PIECES,
    "triage/conditions.py": PIECES,
    "triage/rules.py": PIECES,
    "triage/preview.py": PIECES,
    "triage/safety.py": re.compile(r"^(speaks|names|shows|comes)\s"),
    "channels/networks/describing.py": re.compile(r"^[A-Z][A-Za-z ,:;]{3,}$"),
    "reading/joining.py": PIECES,
    "reading/rules/catalogue.py": CAPITALS,
    "reading/rules/danger.py": CAPITALS,
    "reading/rules/kinds.py": CAPITALS,
    "reading/rules/outside.py": CAPITALS,
}
# Pieces that are put together where no literal shows it.
PUT_TOGETHER = (
    "If {joined}: {does}.",
    "perhaps {sentence}",
    "{sentence} ({evidence})",
    "{where} “{hit}”",
    "{where} is {value}",
    "{one} and {other}",
    "{one} or {other}",
    "{name} answers",
    "{name} looks at it",
    "{head}: {values}",
    "{value} {share} %",
    "it took too long",
    "none",
    "“{words}”",
)
# Literal types whose values are read out with spaces, and enumerations whose values are.
VALUES = {"reading/ports.py": ("Intent", "Sentiment", "Urgency", "Safety", "ComplaintReason", "Head")}
SPOKEN_ENUMERATIONS = frozenset({"Part", "MessageKind", "Visibility"})
MEASURE_TEXTS = ("label", "definition", "numerator", "denominator", "department", "day")
# Enumerations whose labels become data of a workspace, which may rename them.
DATA = frozenset({"DepartmentKey"})
SENTENCE = re.compile(r"^[A-Z“{].*\s.*[.?!…]$", re.DOTALL)
HOLE = re.compile(r"\{(\w+)\}")
SIDE_BY_SIDE = re.compile(r"(?:\{\w+\})+(\{\w+\})")
LEAST = re.compile(r"[^\W\d]{2}.*[^\W\d].*[^\W\d]", re.DOTALL)  # so many letters of its own
PATTERN = re.compile(r"\\|\(\?|\n|^#")  # a regular expression or a list of terms, not words for people
ENUMERATIONS = frozenset({"TextChoices", "IntegerChoices"})
OWN_ERRORS = frozenset(name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException))  # fmt: skip
# Between us: a job that waits, a fact that cannot be.
INSIDE = frozenset({"Later", "UnknownBlock"})
# Functions of the rooms that put a piece into a sentence: where it stands among what they are given.
GIVEN = {"text": 1, "require": 2, "_choice_of": 0}
# What an adapter says on its connect form.
FORM_PARTS, SPOKEN_PARTS = frozenset({"Asked", "Place"}), frozenset({"label", "help", "instead"})
LOGS = frozenset({"debug", "info", "warning", "error", "exception", "critical"})


def sentences(package: Path) -> Iterator[tuple[str, str]]:
    """Place and sentence, each as often as it stands."""
    yield from (("crossdesk", text) for text in PUT_TOGETHER)
    for measure in MEASURES.values():
        yield from (("crossdesk/insights/registry.py", getattr(measure, name)) for name in MEASURE_TEXTS)
    for room in ROOMS:
        for path in sorted((package / room).rglob("*.py")):
            place = path.relative_to(package.parent).as_posix()
            if LEFT_OUT.search(place):
                continue
            found = _Finder(whole=WHOLE.get(place.removeprefix("crossdesk/")), raised_only=room == "web")
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found.visit(tree)
            found.sentences += _literal_values(tree, VALUES.get(place.removeprefix("crossdesk/"), ()))
            for sentence in dict.fromkeys(found.sentences):
                yield place, sentence


def _told_apart(text: str) -> str:
    """The second {name} becomes {name_2}; holes without a letter between them are one."""
    seen: Counter[str] = Counter()

    def named(hole: re.Match[str]) -> str:
        seen[hole[1]] += 1
        return hole[0] if seen[hole[1]] == 1 else f"{{{hole[1]}_{seen[hole[1]]}}}"

    return HOLE.sub(named, SIDE_BY_SIDE.sub(r"\1", text))


def _literal_values(tree: ast.Module, names: Sequence[str]) -> list[str]:
    """`Intent = Literal["sales_lead", …]` → sales lead, …"""
    return [
        one.value.replace("_", " ")
        for line in tree.body
        if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name) and line.targets[0].id in names
        for one in ast.walk(line.value)
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    ]


def forms(node: ast.expr) -> list[str]:
    """What a text can be, with placeholders; empty where it is no text of ours."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp(body=one, orelse=other):
            return [*forms(one), *forms(other)]
        case ast.BoolOp(op=ast.Or(), values=values):
            return [form for value in values for form in forms(value)]
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return [
                "".join(pair)
                for pair in itertools.product(forms(left) or [_hole(left)], forms(right) or [_hole(right)])
            ]
        case ast.JoinedStr(values=parts):
            return ["".join(pieces) for pieces in itertools.product(*(_piece(part) for part in parts))]
    return []


def _piece(part: ast.expr) -> list[str]:
    if isinstance(part, ast.FormattedValue):
        inner = part.value
        if isinstance(inner, ast.IfExp) and forms(inner) and all(isinstance(x, ast.Constant) for x in (inner.body, inner.orelse)):  # fmt: skip
            return forms(inner)
        return [_hole(inner)]
    return forms(part)


def _hole(node: ast.expr) -> str:
    """{name}: the words of the expression, in order."""
    words = [
        x.id if isinstance(x, ast.Name) else x.attr for x in ast.walk(node) if isinstance(x, ast.Name | ast.Attribute)
    ]
    kept = [
        word.strip("_") for word in reversed(words) if word not in ("join", "strip", "len", "str", "sorted", "self")
    ]
    return "{" + ("_".join(dict.fromkeys(kept)) or "value") + "}"


class _Finder(ast.NodeVisitor):
    def __init__(self, *, whole: re.Pattern[str] | None, raised_only: bool) -> None:
        self._whole, self._raised_only = whole, raised_only
        self.sentences: list[str] = []

    def _take(self, found: list[str]) -> None:
        for text in found:
            if LEAST.search(HOLE.sub("", text)) and not PATTERN.search(text):
                self.sentences.append(_told_apart(text))

    def visit_Raise(self, node: ast.Raise) -> None:
        call = node.exc
        if isinstance(call, ast.Call):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if name not in OWN_ERRORS | INSIDE and call.args:
                self._take(forms(call.args[0]))

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
        if bases & ENUMERATIONS:
            if node.name not in DATA and not self._raised_only:
                for line in node.body:
                    if isinstance(line, ast.Assign) and isinstance(line.value, ast.Tuple):
                        self._take(forms(line.value.elts[1]))
                        if node.name in SPOKEN_ENUMERATIONS:
                            self._take(forms(line.value.elts[0]))
            return
        self._inside(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._inside(node)

    def visit_Module(self, node: ast.Module) -> None:
        self._inside(node)

    def _inside(self, node: ast.ClassDef | ast.FunctionDef | ast.Module) -> None:
        """All but the docstring and the decorators."""
        body = node.body[1:] if ast.get_docstring(node) is not None else node.body
        for line in body:
            self.visit(line)

    def visit_Call(self, node: ast.Call) -> None:
        if (
            isinstance(node.func, ast.Attribute)
            and node.func.attr in LOGS
            and getattr(node.func.value, "id", "") in ("log", "logger")
        ):
            return
        name = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
        if name in OWN_ERRORS:
            return
        if name in FORM_PARTS:
            for word in node.keywords:
                self._take(forms(word.value) if word.arg in SPOKEN_PARTS else [])
            return
        given = [*node.args[GIVEN[name] : GIVEN[name] + 1]] if name in GIVEN else []
        for piece in [*given, *(word.value for word in node.keywords if word.arg == "what")]:
            for text in (text for text in forms(piece) if " " in text or name == "_choice_of"):
                self._take([text, text[:1].upper() + text[1:]] if name == "text" else [text])
        self.generic_visit(node)

    def visit_Dict(self, node: ast.Dict) -> None:
        for value in node.values:
            self.visit(value)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self.visit(node.value)

    def visit_Compare(self, node: ast.Compare) -> None:
        """What is compared is not said."""

    def visit_Constant(self, node: ast.Constant) -> None:
        self._literal(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if isinstance(node.op, ast.Add) and forms(node):
            self._literal(node)
        else:
            self.generic_visit(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        self._literal(node)
        for part in node.values:
            if isinstance(part, ast.FormattedValue) and not forms(part.value):
                self.visit(part.value)

    def _literal(self, node: ast.expr) -> None:
        if self._raised_only:
            return
        for text in forms(node):
            if SENTENCE.match(text) or (self._whole and self._whole.match(text)):
                self._take([text])
