"""Reads as much of a pipeline.config (protobuf text format) as the peer needs, without a schema."""

import re

TOKEN = re.compile(r'\s+|#[^\n]*|("(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|[\w.+-]+|[{}:\[\],<>;])')


def parse(text):
    """`text` as nested dicts: every field is a list of its values, strings unquoted, all else left as text."""
    position, tokens = 0, []
    while position < len(text):
        found = TOKEN.match(text, position)
        if not found:
            line = text.count("\n", 0, position) + 1
            raise SystemExit(f"pipeline.config:{line}: unexpected character {text[position]!r}")
        if found[1]:
            tokens.append(found[1])
        position = found.end()
    message, rest = _message(tokens, 0)
    if rest != len(tokens):
        raise SystemExit(f"pipeline.config: unexpected {tokens[rest]!r}")
    return message


def _message(tokens, at):
    message = {}
    while at < len(tokens) and tokens[at] not in "}>":
        name, at = tokens[at], at + 1
        if tokens[at] == ":":
            at += 1
        if tokens[at] in "{<":
            value, at = _message(tokens, at + 1)
            at += 1
        else:
            value = tokens[at]
            value = value[1:-1] if value[0] in "\"'" else value
            at += 1
        message.setdefault(name, []).append(value)
        if at < len(tokens) and tokens[at] in ",;":
            at += 1
    return message, at


def features(config):
    """The features by name, in the file's order: (kind, settings), sequence sub-features as `<sequence>__<name>`."""
    found = {}
    for entry in config["feature_configs"]:
        ((kind, (settings,)),) = entry.items()
        if kind != "sequence_feature":
            found[settings["feature_name"][0]] = (kind, settings)
            continue
        for sub in settings["features"]:
            ((sub_kind, (sub_settings,)),) = sub.items()
            name = f"{settings['sequence_name'][0]}__{sub_settings['feature_name'][0]}"
            found[name] = (f"sequence_{sub_kind}", sub_settings)
    return found


def user_side(config):
    """The features that a request gives once: those of user inputs, and sequences, which are a user's."""
    return {
        name for name, (kind, settings) in features(config).items()
        if kind.startswith("sequence_") or settings.get("expression", [""])[0].startswith("user:")
    }


def groups(config):
    """The feature groups by name: (type, feature names in order)."""
    return {
        group["group_name"][0]: (group["group_type"][0], group["feature_names"])
        for group in config["model_config"][0]["feature_groups"]
    }


def embedding_name(feature, settings):
    """The name of the embedding table of `feature`."""
    return settings.get("embedding_name", [f"{feature.split('__')[-1]}_emb"])[0]
