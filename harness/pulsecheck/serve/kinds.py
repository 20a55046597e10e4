"""The kinds of fault there are, read off their classes: a new one needs no change here."""

import dataclasses
import inspect
from collections.abc import Iterable, Mapping
from types import ModuleType
from typing import Any, Union, get_args, get_type_hints

import msgspec

from pulsecheck.mock_server import faults
from pulsecheck.mock_server.faults.base import Fault, Fits
from pulsecheck.serve.messages import Kind, Parameter, Placed, Placing
from pulsecheck.shared.json_schema import schemas

SCOPES = {
    Fits.ALL: "all",
    Fits.NEXT: "next",
    Fits.CONNECTION: "connection",
    Fits.NAMESPACE: "namespace",
}
_STRICT: dict[str, Any] = {"frozen": True, "kw_only": True, "forbid_unknown_fields": True}


def exported(module: ModuleType = faults) -> tuple[type[Fault], ...]:
    """Every fault that a module exports, in the order of their names."""
    found = [getattr(module, name) for name in module.__all__]
    return tuple(
        each
        for each in found
        if isinstance(each, type) and issubclass(each, Fault) and each is not Fault
    )


class Kinds:
    """How faults are said in JSON: `{"kind": "cut", "how": "RST"}`.

    `placing` and `placed` are the types of the messages that carry a fault.
    """

    def __init__(self, classes: Iterable[type[Fault]]) -> None:
        self._classes = {_name(found): found for found in classes}
        self._told = {name: _told(name, found) for name, found in self._classes.items()}
        anything: object = Union.__getitem__(tuple(self._told.values()))
        self.placing = _carrying(Placing, anything)
        self.placed = _carrying(Placed, anything)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._classes)

    def describe(self) -> tuple[Kind, ...]:
        return tuple(
            Kind(
                kind=name,
                title=found.name,
                description=inspect.getdoc(found) or "",
                is_momentary=found.is_momentary,
                scopes=tuple(SCOPES[scope] for scope in found.scopes),
                parameters=_parameters(self._told[name]),
            )
            for name, found in self._classes.items()
        )

    def fault(self, told: Any) -> Fault:
        """The fault that a message carries. Raises ValueError if its values make no sense."""
        name = told.__struct_config__.tag
        return self._classes[name](
            **{field: getattr(told, field) for field in told.__struct_fields__}
        )

    def tell(self, fault: Fault) -> msgspec.Struct:
        """How a message carries a fault."""
        values = {field.name: getattr(fault, field.name) for field in dataclasses.fields(fault)}
        return self._told[_name(type(fault))](**values)


def _name(found: type[Fault]) -> str:
    return found.name.lower().replace(" ", "-")


def _told(name: str, found: type[Fault]) -> type[msgspec.Struct]:
    hints = get_type_hints(found)
    fields = [
        (field.name, _sayable(hints[field.name]), _default(field))
        for field in dataclasses.fields(found)
    ]
    return msgspec.defstruct(
        found.__name__,
        fields,
        namespace={"__doc__": inspect.getdoc(found)},
        tag_field="kind",
        tag=name,
        **_STRICT,
    )


def _sayable(hint: Any) -> Any:
    """The part of a type that JSON can say: of `str | bytes`, the text."""
    said = get_args(hint)
    if bytes in said and str in said:
        return Union.__getitem__(tuple(each for each in said if each is not bytes))
    return hint


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return msgspec.field(default_factory=field.default_factory)
    return msgspec.NODEFAULT if field.default is dataclasses.MISSING else field.default


def _carrying(base: type[msgspec.Struct], anything: object) -> type[Any]:
    return msgspec.defstruct(
        f"{base.__name__}Fault",
        [("fault", anything)],
        bases=(base,),
        namespace={"__doc__": base.__doc__},
        **_STRICT,
    )


def _parameters(told: type[msgspec.Struct]) -> tuple[Parameter, ...]:
    schema = schemas([told])[told.__name__]
    properties: Mapping[str, Mapping[str, Any]] = schema["properties"]
    return tuple(
        Parameter(name=name, required=name in schema["required"], schema=properties[name])
        for name in told.__struct_fields__
    )
