# SPDX-License-Identifier: Apache-2.0
"""Reads templates: as data with every short form spelled out, and as a tree that knows its lines."""
import yaml

LONG_FORMS = {"Ref": "Ref", "Condition": "Condition"}


class Loader(yaml.SafeLoader):
    """YAML as CloudFormation reads it: short forms, and neither dates nor `Yes` for true."""


def spelled_out(loader, suffix, node):
    name = LONG_FORMS.get(suffix, f"Fn::{suffix}")
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        return {name: value.split(".", 1) if suffix == "GetAtt" else value}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    return {name: loader.construct_mapping(node, deep=True)}


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_multi_constructor("!", spelled_out)


def as_data(path):
    return yaml.load(path.read_text(), Loader)


def scalars(path):
    """Every scalar with the keys above it and its line, counted from 0."""
    yield from _scalars(yaml.compose(path.read_text(), Loader), ())


def _scalars(node, keys):
    if isinstance(node, yaml.ScalarNode):
        yield keys, node.value, node.start_mark.line
    elif isinstance(node, yaml.SequenceNode):
        for each in node.value:
            yield from _scalars(each, keys)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _scalars(value, (*keys, key.value))
