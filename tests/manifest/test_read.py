"""Reading a manifest: every mistake once, at its place, and whatever is valid kept."""

from typing import TYPE_CHECKING

import pytest

from micronet_spec.document import parse
from micronet_spec.manifest import Broken, Reading, read
from micronet_spec.manifest.layers import Conv2d, Linear

if TYPE_CHECKING:
    from tests.conftest import Expected, Linted, Made, Understood, Unmarked

POOL = "{name: pool, op: global_avg_pool}"
LAST = "{name: fc, op: linear, out: 100}"


def reading(text: str) -> Reading:
    return read(parse(text))


def test_a_valid_manifest_has_no_findings_and_a_score(
    manifest: "Made", expect: "Expected", understood: "Understood"
) -> None:
    expect(manifest())
    entry = understood(manifest())
    assert entry.score
    assert not entry.reading.broken
    assert [layer.name for layer in entry.reading.layers] == ["conv", "pool", "fc"]


def test_a_misspelt_section_is_mended_and_checked_where_it_stands(
    manifest: "Made", expect: "Expected"
) -> None:
    text = manifest(quality=None, **{"«qualty»": "{top1_percent: «79.99»}"})
    mended, _ = expect(text, "MN101", "MN301")
    assert mended.message == "unknown key `qualty`: did you mean `quality`?"
    assert mended.rule.name == "unknown-key"
    assert mended.help == "write `quality`"
    assert mended.primary.text == "unknown"


def test_misspelt_keys_inside_a_misspelt_section_are_mended_too(
    manifest: "Made", expect: "Expected"
) -> None:
    text = manifest(quality=None, **{"«qualty»": "{«top1_corect»: «7999»}"})
    _, inner, missed = expect(text, "MN101", "MN101", "MN301")
    assert inner.message == "unknown key `top1_corect` in `quality`: did you mean `top1_correct`?"
    assert missed.message.startswith("79.99 % misses the target of 80 %")


def test_a_type_inside_a_misspelt_section_is_checked_where_it_stands(
    manifest: "Made", expect: "Expected"
) -> None:
    text = manifest(quality=None, **{"«qualty»": "{top1_correct: «'8050'»}"})
    expect(text, "MN101", "MN103")


def test_a_misspelt_key_of_a_layer_is_mended_and_its_value_counted(
    manifest: "Made", expect: "Expected", understood: "Understood"
) -> None:
    layer = "{name: conv, op: conv2d, out: 4, «kernal»: 3}"
    text = manifest(layers=[layer, POOL, LAST])
    [finding] = expect(text, "MN101")
    assert finding.message == "unknown key `kernal` in layer `conv`: did you mean `kernel`?"
    mended, intact = understood(text.replace("«", "").replace("»", "")), understood(manifest())
    assert mended.score
    assert mended.score == intact.score


@pytest.mark.parametrize(
    ("layer", "codes"),
    [
        ("{name: conv, «opp»: conv2d, out: 4, kernel: 3}", "MN101"),
        ("{name: conv, «opp»: conv2d, out: 4, «kernal»: 3}", "MN101 MN101"),
        ("{name: conv, «opp»: conv2d, out: «'4'», kernel: 3}", "MN101 MN103"),
        ("{name: conv, «opp»: «conv2», out: 4, kernel: 3}", "MN101 MN105"),
        ("{name: conv, «opp»: conv2d, out: 4, kernel: 3, «colour»: red}", "MN101 MN101"),
    ],
)
def test_a_misspelt_op_key_hides_nothing_of_its_layer(
    layer: str, codes: str, manifest: "Made", expect: "Expected"
) -> None:
    findings = expect(manifest(layers=[layer, POOL, LAST]), *codes.split())
    assert any("did you mean `op`?" in finding.message for finding in findings)


@pytest.mark.parametrize(
    ("weight", "codes"),
    [
        ("«wieght»: {store: mask, nonzero: 50}", "MN101"),
        ("weight: {«stor»: mask, nonzero: 50}", "MN101"),
        ("weight: {store: mask, «nonzeros»: 50}", "MN101"),
        ("weight: {«stor»: mask, «nonzeros»: 50}", "MN101 MN101"),
        ("«wieght»: {«stor»: mask, «nonzeros»: «'50'»}", "MN101 MN101 MN101 MN104"),
        ("«wieght»: {store: mask, nonzero: «1000»}", "MN101 MN201"),
        ("«wieght»: {format: «int3»}", "MN101 MN108"),
        ("weight: {store: mask, nonzero: 50, «fromat»: float16}", "MN101"),
        ("weight: {store: mask, nonzero: 50, «colour»: red}", "MN101"),
    ],
)
def test_nested_misspellings_are_each_found(
    weight: str, codes: str, manifest: "Made", expect: "Expected"
) -> None:
    layer = f"{{name: conv, op: conv2d, out: 4, kernel: 3, {weight}}}"
    expect(manifest(layers=[layer, POOL, LAST]), *codes.split())


def test_an_unknown_key_without_a_likeness_lists_those_there_are(
    manifest: "Made", expect: "Expected"
) -> None:
    [finding] = expect(manifest(checkpoint="{file: m, «zzz»: 1}"), "MN101")
    assert finding.message == "unknown key `zzz` in `checkpoint`"
    assert finding.help == "the keys here are: file, sha256, bytes, url, conversions"


def test_a_key_of_another_op_says_where_it_belongs(manifest: "Made", expect: "Expected") -> None:
    text = manifest(layers=["{name: fc, op: linear, out: 100, «stride»: 2}"])
    [finding] = expect(text, "MN101")
    assert finding.help.startswith("`stride` belongs to `op: conv2d` or `op: avg_pool`")


def test_a_key_of_another_store_says_where_it_belongs(manifest: "Made", expect: "Expected") -> None:
    text = manifest(layers=["{name: fc, op: linear, out: 100, weight: {«nonzero»: 2}}"])
    [finding] = expect(text, "MN101")
    assert finding.help == "`nonzero` belongs to `store: mask`"


def test_python_names_are_not_keys(manifest: "Made", expect: "Expected") -> None:
    text = manifest(layers=["{name: fc, op: linear, out: 100, «sources»: input}"])
    expect(text, "MN101")


@pytest.mark.parametrize(
    "word",
    [
        *("<conv2d>", "<mask>", "<number>", "<>", "[key]", "<", "conv2d", "mask", "text"),
        *("0", "", "é", "a b", "__class__", "model_fields"),
    ],
)
def test_no_key_is_mistaken_for_the_readers_own_words(
    word: str, manifest: "Made", expect: "Expected"
) -> None:
    key = f"«'{word}'»"
    expect(manifest(**{key: "1"}), "MN101")
    expect(manifest(team=f"{{name: T, members: [{{name: A, {key}: 1}}]}}"), "MN101")
    for layer in (
        f"{{name: fc, op: linear, out: 100, {key}: 1}}",
        f"{{name: fc, op: linear, out: 100, weight: {{store: mask, nonzero: 3, {key}: 1}}}}",
        f"{{name: fc, op: linear, out: 100, weight: {{{key}: 1}}}}",
        f"{{name: fc, op: linear, out: 100, bias: {{{key}: 1}}}}",
    ):
        expect(manifest(layers=[layer]), "MN101")


@pytest.mark.parametrize("name", ["a b", "8bit", "é", "x" * 65, "''"])
def test_a_name_that_no_format_can_have_is_reported_at_the_name(
    name: str, manifest: "Made", expect: "Expected"
) -> None:
    written = name if name == "''" else f"'{name}'"
    text = manifest(numerics=f"{{formats: {{«{written}»: {{kind: float, bits: 8}}}}}}")
    [finding] = expect(text, "MN104")
    assert "a name of letters, digits" in finding.message
    assert "found a mapping" not in finding.message


@pytest.mark.parametrize("name", ["<float>", "<", "[key]"])
def test_a_format_name_like_the_readers_own_words_is_one_finding_at_the_name(
    name: str, manifest: "Made", lint: "Linted", unmark: "Unmarked"
) -> None:
    marked = manifest(numerics=f"{{formats: {{«'{name}'»: {{kind: float, bits: 8}}}}}}")
    text, [span] = unmark(marked)
    [finding] = lint(text)
    assert finding.code in {"MN101", "MN104"}
    assert finding.primary.span == span


@pytest.mark.parametrize(
    ("op", "meant"),
    [
        ("conv2", "conv2d"),
        ("liner", "linear"),
        ("relu7", "relu"),
        ("glob_avg_pool", "global_avg_pool"),
    ],
)
def test_an_unknown_op_asks_for_the_one_it_is_like(
    op: str, meant: str, manifest: "Made", expect: "Expected"
) -> None:
    text = manifest(layers=[f"{{name: fc, op: «{op}», out: 100}}", POOL])
    [finding] = expect(text, "MN105")
    assert finding.message == f'unknown op, found the text "{op}": did you mean `{meant}`?'
    assert finding.help.startswith("`op` is one of: conv2d, linear, embedding, ")


@pytest.mark.parametrize(
    ("op", "meant"),
    [("Conv2d", "conv2d"), ("ReLU", "relu"), ("batchnorm", "batch_norm"), ("Hard-Swish", "hswish")],
)
def test_another_word_for_an_op_can_be_mended(
    op: str, meant: str, manifest: "Made", expect: "Expected"
) -> None:
    [finding] = expect(manifest(layers=[f"{{name: fc, op: «{op}», out: 100}}", POOL]), "MN105")
    assert finding.message == f'unknown op, found the text "{op}": that is `{meant}` here'
    assert finding.fix
    assert finding.fix.safe
    [change] = finding.fix.changes
    text = finding.primary.document.text
    assert (text[change.start : change.end], change.text) == (op, meant)


@pytest.mark.parametrize(
    ("op", "advice"),
    [
        ("gelu", "`custom`"),
        ("depthwise_conv2d", "`groups: depthwise`"),
        ("Dropout", "leave it out"),
    ],
)
def test_an_op_that_the_language_says_otherwise_is_not_taken_for_one_like_it(
    op: str, advice: str, manifest: "Made", expect: "Expected"
) -> None:
    [finding] = expect(manifest(layers=[f"{{name: fc, op: «{op}», out: 100}}", POOL]), "MN105")
    assert finding.message == f'unknown op, found the text "{op}"'
    assert advice in finding.help
    assert not finding.fix


@pytest.mark.parametrize("op", ["hardmish", "5", "[conv2d]", "{conv2d: 1}", "true", "0.5"])
def test_an_op_like_no_other_lists_those_there_are(
    op: str, manifest: "Made", expect: "Expected"
) -> None:
    [finding] = expect(manifest(layers=[f"{{name: fc, op: «{op}», out: 100}}"]), "MN105")
    assert "did you mean" not in finding.message
    assert finding.help.endswith(", custom")


def test_a_layer_without_op_is_told_so_at_its_name(manifest: "Made", expect: "Expected") -> None:
    [finding] = expect(manifest(layers=["{name: «fc», out: 100}"]), "MN102")
    assert finding.message == "the key `op` is missing in layer `fc`"
    assert finding.primary.text == "here"


def test_several_mistakes_in_one_layer_are_several_findings(
    manifest: "Made", expect: "Expected"
) -> None:
    layer = (
        "{name: conv, op: conv2d, out: «four», «kernal»: «[3, 3, 3]», padding: «full», "
        "weight: {store: mask, nonzero: «-5», «colour»: red}, bias: «none», reads: «8bit»}"
    )
    findings = expect(
        manifest(layers=[layer, POOL, LAST]),
        *("MN103", "MN101", "MN104", "MN104", "MN104", "MN101", "MN103", "MN104"),
    )
    assert findings[0].message == '`out`: expected a whole number, found the text "four"'


def test_mistakes_in_several_layers_and_sections_are_all_found(
    manifest: "Made", expect: "Expected"
) -> None:
    text = manifest(
        task="«7»",
        name="«''»",
        team="{name: T, «member»: [{nam: A}]}".replace("nam:", "«nam»:"),
        quality="{top1_percent: «'80'»}",
        layers=["{name: conv, op: conv2d, out: «0», kernel: 3}", POOL, "{name: «fc», op: linear}"],
    )
    expect(text, "MN103", "MN104", "MN101", "MN101", "MN103", "MN104", "MN102")


def test_a_broken_layer_keeps_its_place_and_name() -> None:
    found = reading(
        "model:\n  input: [3, 8, 8]\n  layers:\n"
        "    - {name: a, op: conv2d, out: 4, kernel: 3}\n"
        "    - {name: b, op: conv3d}\n"
        "    - {op: relu}\n"
        "    - {name: 7, op: relu}\n"
        "    - relu\n"
        "    - {name: f, op: linear, out: 10}\n"
    )
    first, *broken, last = found.layers
    assert isinstance(first, Conv2d)
    assert broken == [Broken("b"), Broken(None), Broken(None), Broken(None)]
    assert isinstance(last, Linear)
    assert "layers" in found.broken
    assert "model" not in found.broken


def test_layers_that_read_a_broken_one_are_not_blamed(manifest: "Made", expect: "Expected") -> None:
    text = manifest(
        layers=[
            "{name: conv, op: conv2d, out: «four», kernel: 3}",
            "{name: act, op: relu, from: conv}",
            "{name: sum, op: add, from: [act, conv]}",
            POOL,
            "{name: fc, op: linear, from: «pol», out: 100}",
        ]
    )
    expect(text, "MN103", "MN112")


def test_a_network_with_a_broken_layer_is_not_counted(
    manifest: "Made", understood: "Understood"
) -> None:
    entry = understood(manifest(layers=["{name: conv, op: conv2d, out: x, kernel: 3}", POOL, LAST]))
    assert entry.graph
    assert not entry.graph.complete
    assert entry.cost is None
    assert entry.score is None


@pytest.mark.parametrize("count", [1, 3])
def test_when_every_layer_is_broken_each_is_one_finding(
    count: int, manifest: "Made", expect: "Expected"
) -> None:
    expect(manifest(layers=["{name: a, op: «rnn»}"] * count), *["MN105"] * count)


@pytest.mark.parametrize(
    ("section", "value", "code"),
    [
        ("team", "«Team»", "MN103"),
        ("repository", "«[a]»", "MN103"),
        ("training", "{data: «5», start_weights: none}", "MN103"),
        ("quality", "{top1_percent: «high»}", "MN103"),
        ("claims", "{score: «-1»}", "MN104"),
        ("checkpoint", "{file: «1»}", "MN103"),
        ("numerics", "{freebie: «8»}", "MN103"),
        ("submitted", "«yesterday»", "MN104"),
    ],
)
def test_a_broken_section_is_reported_and_left_out(
    section: str, value: str, code: str, manifest: "Made", expect: "Expected"
) -> None:
    text = manifest(**{section: value}, layers=["{name: fc, op: linear, out: 100, from: «x»}"])
    expect(text, code, "MN112")
    found = reading(text.replace("«", "").replace("»", ""))
    assert found.broken == {section}


@pytest.mark.parametrize(
    "team",
    [
        "{name: T, members: [«Ada»]}",
        "{name: T, members: [{github: «a b»}]}",
        "{name: T, members: [{name: Ada}, «Bob», «7»]}",
    ],
)
def test_a_broken_item_does_not_make_its_list_short(
    team: str, manifest: "Made", expect: "Expected"
) -> None:
    text = manifest(team=team)
    expect(text, *["MN104" if "a b" in team else "MN103"] * text.count("«"))


@pytest.mark.parametrize(
    ("layer", "code"),
    [
        ("{name: a, op: avg_pool, kernel: «[2]»}", "MN104"),
        ("{name: a, op: avg_pool, kernel: «[]»}", "MN104"),
        ("{name: a, op: avg_pool, kernel: «[1, 2, 3]»}", "MN104"),
        ("{name: a, op: slice, channels: «[1]»}", "MN104"),
        ("{name: a, op: avg_pool, kernel: 2, padding: «[1, 1]»}", "MN104"),
        ("{name: a, op: avg_pool, kernel: [«2.0», «x»]}", "MN103"),
    ],
)
def test_a_list_of_the_wrong_length_is_one_finding_at_the_list(
    layer: str, code: str, manifest: "Made", expect: "Expected"
) -> None:
    findings = expect(manifest(layers=[layer]), *[code] * layer.count("«"))
    assert not any("the key `" in finding.message for finding in findings)


@pytest.mark.parametrize("nothing", ["", "~", "null"])
def test_a_key_without_value_is_one_finding_at_the_key(
    nothing: str, manifest: "Made", expect: "Expected"
) -> None:
    [finding] = expect(manifest(quality=None, **{"«quality»": nothing}), "MN109")
    assert finding.message == "`quality` has no value"
    expect(manifest(team=f"{{«name»: {nothing}, members: [{{name: A}}]}}"), "MN109")
    expect(manifest(numerics=f"{{«freebie»: {nothing}}}"), "MN109")
    expect(manifest(model=None, **{"«model»": nothing}), "MN109")
    expect(manifest(layers=[f"{{name: a, op: relu, «unused»: {nothing}}}"]), "MN109")
    expect(manifest(layers=[f"{{name: a, «op»: {nothing}}}"]), "MN109")
    expect(
        manifest(layers=[f"{{name: a, op: linear, out: 1, weight: {{«store»: {nothing}}}}}"]),
        "MN109",
    )


def test_a_list_item_without_value_is_found_where_it_should_be(
    manifest: "Made", expect: "Expected"
) -> None:
    [finding] = expect(manifest(layers=["«~»", POOL, LAST]), "MN109")
    assert finding.message == "layer 1 has no value"
    [finding] = expect(manifest(training="{data: [a, «null»], start_weights: none}"), "MN109")
    assert finding.message == "item 2 of `training.data` has no value"


def test_a_number_in_quotes_is_told_to_lose_them(manifest: "Made", expect: "Expected") -> None:
    [finding] = expect(manifest(layers=["{name: fc, op: linear, out: «'100'»}"]), "MN103")
    assert finding.message == '`out`: expected a whole number, found the text "100"'
    assert finding.help == "remove the quotes"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("«- a»\n- b\n", "a list of 2"),
        ("«[]»", "a list of 0"),
        ("«hello»", 'the text "hello"'),
        ("«5»", "5"),
        ("«0.50»", "0.50"),
        ("«true»", "true"),
        ("«null»", "nothing"),
        ("«" + "x" * 500 + "»", 'the text "' + "x" * 37 + '..."'),
    ],
)
def test_what_is_no_mapping_is_one_finding(text: str, found: str, expect: "Expected") -> None:
    [finding] = expect(text, "MN103")
    assert finding.message == f"a manifest is a mapping of keys to values, found {found}"


def test_what_is_no_mapping_breaks_every_section(manifest: "Made") -> None:
    broken = reading("- a\n").broken
    sections = {line.split(":")[0] for line in manifest().splitlines() if not line.startswith(" ")}
    assert sections | {"layers", "numerics", "claims", "method", "status"} == broken


def test_an_empty_mapping_lacks_every_required_key(lint: "Linted") -> None:
    findings = lint("{}")
    missing = {f.message for f in findings if f.code == "MN102"}
    required = ("manifest", "challenge", "task", "name", "submitted", "team", "model")
    assert missing == {f"the key `{key}` is missing" for key in required}


def test_a_missing_key_of_the_manifest_is_told_at_the_name(
    manifest: "Made", expect: "Expected"
) -> None:
    [finding] = expect(manifest(team=None, name="«Example»"), "MN102")
    assert finding.message == "the key `team` is missing"


@pytest.mark.parametrize("version", ["true", "1.0", "'1'", "2", "[1]"])
def test_the_version_of_the_language_is_the_whole_number_one(
    version: str, manifest: "Made", lint: "Linted"
) -> None:
    assert {finding.code for finding in lint(manifest(manifest=version))} <= {"MN103", "MN104"}
    assert len(lint(manifest(manifest=version))) == 1


def test_a_number_too_large_is_reported_once(manifest: "Made", expect: "Expected") -> None:
    expect(manifest(quality=f"{{top1_correct: «{'9' * 400}»}}"), "MN008")
    expect(manifest(layers=[f"{{name: fc, op: linear, out: «{'9' * 400}»}}"]), "MN008")
    expect(
        manifest(quality=None, **{"«qualty»": f"{{top1_percent: «{'9' * 400}»}}"}), "MN101", "MN008"
    )


def test_the_first_of_two_equal_keys_counts(manifest: "Made", expect: "Expected") -> None:
    text = manifest(quality="{top1_percent: «79»}") + "«quality»: {top1_percent: 81}\n"
    expect(text, "MN301", "MN005")


MESSAGES = {
    "training: {data: «some», start_weights: none}": (
        "`data`: expected 'unstated', found the text \"some\""
    ),
    "training: {data: [], start_weights: «imagenet»}": (
        "`start_weights`: expected 'none' or 'unstated', found the text \"imagenet\""
    ),
    "training: {data: [], start_weights: «5»}": (
        "`start_weights`: expected a name or a mapping, found 5"
    ),
    "training: {data: [a, «5»], start_weights: none}": (
        "item 2 of `training.data`: expected text, found 5"
    ),
    "training: {data: [«A»], start_weights: none}": (
        "item 1 of `training.data`: expected an id of lower-case letters, digits, `-` and `/`, "
        'found the text "A"'
    ),
    "numerics: {freebie: «8»}": "`freebie`: expected text, found 8",
    "numerics: {defaults: {accumulator: «65»}}": (
        "`accumulator`: expected a number from 1 to 64, such as 2, 0.5 or 7/10, or `tree`, found 65"
    ),
    "numerics: {formats: {a: {kind: «int», bits: 8}}}": (
        'unknown kind, found the text "int": did you mean `integer`?'
    ),
    "checkpoint: {file: m, bytes: «0»}": "`bytes`: expected at least 1, found 0",
    "checkpoint: {file: m, sha256: «ab»}": (
        '`sha256`: expected 64 lower-case hexadecimal digits, found the text "ab"'
    ),
    "quality: {top1_correct: «-0.5»}": "`top1_correct`: expected a whole number, found -0.5",
    "quality: {top1_percent: «.inf»}": "`top1_percent`: expected a finite number, found Infinity",
    "team: {name: «true», members: [{}]}": "`name`: expected text, found true",
    "repository: {url: «example.org»}": (
        '`url`: expected an address that begins with https://, found the text "example.org"'
    ),
    "model: {input: «[1, 2, 3, 4]», layers: [{name: a, op: relu}]}": (
        "`input`: expected a list of at most 3 items, found 4"
    ),
    "model: {input: [3], layers: «5»}": "`layers`: expected a list, found 5",
    "model: {input: [3], layers: [{name: a, op: avg_pool, kernel: «x»}]}": (
        '`kernel`: expected a whole number or a list, found the text "x"'
    ),
    "model: {input: [3], layers: [{name: a, op: avg_pool, kernel: 1, padding: «full»}]}": (
        "`padding`: expected 'same' or 'valid', found the text \"full\""
    ),
}


@pytest.mark.parametrize("written", MESSAGES)
def test_a_message_says_what_was_expected_and_what_was_found(
    written: str, manifest: "Made", lint: "Linted", unmark: "Unmarked"
) -> None:
    section, value = written.split(": ", 1)
    text, [span] = unmark(manifest(**{section: value}))
    [finding] = lint(text)
    assert finding.message == MESSAGES[written]
    assert finding.primary.span == span


def test_a_long_text_is_shortened_in_messages(manifest: "Made", expect: "Expected") -> None:
    [finding] = expect(manifest(task="«" + "X" * 3_000 + "»"), "MN104")
    assert len(finding.message) < 200


def test_columns_count_characters_after_text_of_other_alphabets(
    manifest: "Made", expect: "Expected"
) -> None:
    expect(
        manifest(team="{name: 漢字 😀, members: [{name: Ünï, «githb»: ada}, «5»]}"),
        "MN101",
        "MN103",
    )
