"""TOML: definitions read from it, checked and written as it; what is wrong is said with the key's name.

Raises UsageError naming the file, the key, the value and what is allowed.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from archive.errors import UsageError

T = TypeVar("T", bound=BaseModel)
_NO_LIST = "tuple_type"  # as pydantic calls it: lists of definitions are tuples


def parsed(text: str, where: str) -> dict[str, Any]:
    """The tables of a text; `where` names it in errors."""
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))  # Windows' editor puts a byte order mark before it
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{where}: not TOML: {error}") from None


def validated(model: type[T], data: dict[str, Any], where: str) -> T:
    """The tables as a checked value."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        inside = _of_lists(model, data, error)
        raise UsageError(f"{where}: " + "; ".join([*_explained(model, error), *inside])) from None


def _of_lists(model: type[BaseModel], data: dict[str, Any], error: ValidationError) -> Iterable[str]:
    """What is wrong in a text that should be a list, were it the list of that one."""
    texts = [one for one in error.errors() if one["type"] == _NO_LIST and isinstance(one["input"], str)]
    places = [one["loc"] for one in texts if len(one["loc"]) == 2]  # a key of a table: no list is deeper
    tables = {key: dict(value) if isinstance(value, dict) else value for key, value in data.items()}
    for table, key in places:
        tables[str(table)][key] = [tables[str(table)][key]]
    try:
        model.model_validate(tables)
    except ValidationError as deeper:
        return [
            words
            for one, words in zip(deeper.errors(), _explained(model, deeper), strict=True)
            if one["loc"][:2] in places
        ]
    return []


def _explained(model: type[BaseModel], error: ValidationError) -> Iterable[str]:
    """One phrase for each wrong key: table, key, value, what is allowed."""
    for problem in error.errors(include_url=False):
        location = [str(part) for part in problem["loc"]]
        name = _called(model, problem["loc"])
        if problem["type"] == "extra_forbidden":
            keys = _keys(model, location[:-1])
            near = difflib.get_close_matches(location[-1], keys, 1)
            others = [] if near else _tables_with(model, location)
            if others:
                yield f"{name}: no such key; it belongs into {' or '.join(others)}"
                continue
            yield f"{name}: no such key; " + (f"did you mean {near[0]!r}?" if near else f"allowed: {', '.join(keys)}")
        elif problem["type"] == "missing":
            yield f"{name}: missing"
        else:
            message = problem["msg"].removeprefix("Value error, ")
            if problem["type"] == "model_type":
                message = f"must be a table: [{location[0]}]"
            elif problem["type"] == _NO_LIST:
                given = problem["input"]
                if isinstance(given, dict):
                    yield f"{name}: must be a list of tables: write [[{location[0]}]]"
                    continue
                example = f": {location[-1]} = {_toml_value([given])}" if isinstance(given, str) else ""
                message = f"must be a list{example}"
            value = repr(problem["input"])
            shown = value if len(value) <= 80 else value[:80] + "…"
            message = f"{message[0].lower()}{message[1:]}"
            if len(location) > 2 and isinstance(problem["loc"][-1], int):  # one of a list
                yield f"{name}: {shown}{':' if message.startswith('input ') else ''} {message}"
            else:
                yield f"{name} = {shown}: {message}"


def _called(model: type[BaseModel], location: tuple[int | str, ...]) -> str:
    """A place as a person finds it: `[scope] hosts`, in it `[scope] hosts, the 2nd`; of a list of tables with its
    number: `[[portal]] 3 every`.
    """
    table = str(location[0]) if location else ""
    listed = table in model.model_fields and _of_list(model.model_fields[table].annotation) is not None
    said = f"[[{table}]]" if listed else f"[{table}]"
    for at, part in enumerate(location[1:]):
        if not isinstance(part, int):
            said += f" {part}"
        else:
            said += f" {part + 1}" if listed and at == 0 else f", the {_ordinal(part + 1)}"
    return said


def _tables_with(model: type[BaseModel], location: list[str]) -> list[str]:
    """The other tables that have a key of that name."""
    found: list[str] = []
    if len([part for part in location if not part.isdigit()]) != 2:  # deeper than a table, or a table itself
        return found
    for table, info in model.model_fields.items():
        listed = _of_list(info.annotation)
        inner = listed or info.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel) and location[-1] in inner.model_fields:
            found.append(f"[[{table}]]" if listed else f"[{table}]")
    return found


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _of_list(annotation: Any) -> type[BaseModel] | None:
    """The model of a list of tables; None where it is another thing."""
    first = (*get_args(annotation), None)[0]
    return first if isinstance(first, type) and issubclass(first, BaseModel) else None


def _keys(model: type[BaseModel], location: list[str]) -> list[str]:
    for part in location:
        if part.isdigit():
            continue
        annotation = model.model_fields[part].annotation
        annotation = _of_list(annotation) or annotation
        if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
            return []
        model = annotation
    return list(model.model_fields)


def written(tables: dict[str, dict[str, Any]]) -> str:
    """Tables as TOML; what is None is not said. A table in a table that has lists stands by itself, to be read."""
    lines: list[str] = []
    for table, values in tables.items():
        inner = {key: value for key, value in values.items() if isinstance(value, dict) and _has_lists(value)}
        said = [
            f"{key} = {_toml_value(value)}" for key, value in values.items() if value is not None and key not in inner
        ]
        if said:
            lines += [f"[{table}]", *said, ""]
        for key, value in inner.items():
            lines += [f"[{table}.{key}]", *(f"{name} = {_toml_value(one)}" for name, one in value.items()), ""]
    return "\n".join(lines)


def _has_lists(values: dict[str, Any]) -> bool:
    return any(isinstance(value, list) for value in values.values())


def _toml_value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml_value(key)} = {_toml_value(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_toml_value(item) for item in value) + "]"
    return quoted(str(value))


def quoted(text: str) -> str:
    """A text as a TOML string."""
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda match: f"\\u{ord(match[0]):04x}", text) + '"'
