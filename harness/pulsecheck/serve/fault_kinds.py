"""The kinds of fault and their JSON form, derived from the fault classes."""

import dataclasses
import inspect
from collections.abc import Iterable, Mapping
from types import ModuleType
from typing import Any, Union, get_args, get_type_hints

import msgspec

from pulsecheck.mock_server import faults
from pulsecheck.mock_server.faults.base import Fault
from pulsecheck.mock_server.faults.scopes import ScopeKind
from pulsecheck.serve.messages import FaultKind, FaultRequest, FaultState, Parameter
from pulsecheck.shared.json_schema import schemas

SCOPES = {
    ScopeKind.ALL: "all",
    ScopeKind.NEXT: "next",
    ScopeKind.CONNECTION: "connection",
    ScopeKind.NAMESPACE: "namespace",
}
_STRICT: dict[str, Any] = {"frozen": True, "kw_only": True, "forbid_unknown_fields": True}


def exported(module: ModuleType = faults) -> tuple[type[Fault], ...]:
    """Return all fault classes that a module exports, in the order of its `__all__`."""
    exports = [getattr(module, name) for name in module.__all__]
    return tuple(
        each
        for each in exports
        if isinstance(each, type) and issubclass(each, Fault) and each is not Fault
    )


class FaultKinds:
    """Converts faults to and from JSON such as `{"kind": "cut", "how": "RST"}`.

    `request_type` and `state_type` are like FaultRequest and FaultState, but their field `fault`
    accepts only the kinds of `classes`.
    """

    def __init__(self, classes: Iterable[type[Fault]]) -> None:
        self._classes = {_name(fault_class): fault_class for fault_class in classes}
        self._structs = {
            name: _struct(name, fault_class) for name, fault_class in self._classes.items()
        }
        any_kind: object = Union.__getitem__(tuple(self._structs.values()))
        self.request_type = _with_fault_type(FaultRequest, any_kind)
        self.state_type = _with_fault_type(FaultState, any_kind)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._classes)

    def describe(self) -> tuple[FaultKind, ...]:
        return tuple(
            FaultKind(
                kind=name,
                title=fault_class.name,
                description=inspect.getdoc(fault_class) or "",
                is_momentary=fault_class.is_momentary,
                scopes=tuple(SCOPES[scope] for scope in fault_class.scopes),
                parameters=_parameters(self._structs[name]),
            )
            for name, fault_class in self._classes.items()
        )

    def from_message(self, message: Any) -> Fault:
        """Return the fault that a message describes.

        Raises ValueError if the fault rejects a parameter.
        """
        name = message.__struct_config__.tag
        return self._classes[name](
            **{field: getattr(message, field) for field in message.__struct_fields__}
        )

    def to_message(self, fault: Fault) -> msgspec.Struct:
        """Return the message that describes a fault."""
        values = {field.name: getattr(fault, field.name) for field in dataclasses.fields(fault)}
        return self._structs[_name(type(fault))](**values)


def _name(fault_class: type[Fault]) -> str:
    return fault_class.name.lower().replace(" ", "-")


def _struct(name: str, fault_class: type[Fault]) -> type[msgspec.Struct]:
    """Return a struct with the fields of a fault class."""
    hints = get_type_hints(fault_class)
    fields = [
        (field.name, _json_type(hints[field.name]), _default(field))
        for field in dataclasses.fields(fault_class)
    ]
    return msgspec.defstruct(
        fault_class.__name__,
        fields,
        namespace={"__doc__": inspect.getdoc(fault_class)},
        tag_field="kind",
        tag=name,
        **_STRICT,
    )


def _json_type(hint: Any) -> Any:
    """Remove bytes from a union with str, because JSON has no bytes."""
    members = get_args(hint)
    if bytes in members and str in members:
        return Union.__getitem__(tuple(member for member in members if member is not bytes))
    return hint


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return msgspec.field(default_factory=field.default_factory)
    return msgspec.NODEFAULT if field.default is dataclasses.MISSING else field.default


def _with_fault_type(base: type[msgspec.Struct], fault_type: object) -> type[Any]:
    """Return a subclass of `base` with the same name. The type of `fault` is `fault_type`."""
    return msgspec.defstruct(
        base.__name__,
        [("fault", fault_type)],
        bases=(base,),
        namespace={"__doc__": base.__doc__},
        **_STRICT,
    )


def _parameters(struct: type[msgspec.Struct]) -> tuple[Parameter, ...]:
    schema = schemas([struct])[struct.__name__]
    properties: Mapping[str, Mapping[str, Any]] = schema["properties"]
    return tuple(
        Parameter(name=name, required=name in schema["required"], schema=properties[name])
        for name in struct.__struct_fields__
    )
