"""Rows to layers: what a table says is written, what it does not say is marked."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from micronet_spec.challenge.challenge import load_challenge
from micronet_spec.init import Draft, Head, claims_text, draft, manifest_text, read_table
from micronet_spec.init.names import Names

CHALLENGE = load_challenge("micronet-2019")
HERE = Path(__file__).parent
SHAPED = "name,op,input_h,input_w,c_in,c_out"
WEIGHTS = "name,op,c_in,c_out,bias,nnz_weights,weight_count,mults"
Tabled = Callable[..., Path]


def drafted(path: Path) -> Draft:
    table = read_table(path)
    assert table.valid, table.findings[0].message
    return draft(table.rows, CHALLENGE, (32, 32))


def layers(path: Path) -> list[dict[str, Any]]:
    return [layer.manifest() for layer in drafted(path).layers]


def test_the_draft_of_a_small_table_is_as_reviewed() -> None:
    head = Head(CHALLENGE, "cifar100", assumed_task=False, name="Small one")
    small = drafted(HERE / "small.csv")
    texts = {
        "small.yaml": manifest_text(small, head, "small.csv"),
        "small.claims.csv": claims_text(small, "small.csv"),
    }
    for name, text in texts.items():
        if os.environ.get("UPDATE_GOLDEN"):
            (HERE / name).write_text(text, encoding="utf-8")
        assert text == (HERE / name).read_text(encoding="utf-8")


def test_rows_that_are_no_step_of_inference_are_left_out_and_counted(tabled: Tabled) -> None:
    rows = ["a,linear,1,1,3,5", "b,Dropout,1,1,5,5", "c,Flatten,1,1,5,5", "d,linear,1,1,5,2"]
    small = drafted(tabled(*rows, header=SHAPED))
    assert ([layer.name for layer in small.layers], small.left_out) == (["a", "d"], 2)
    counted = tabled("a,linear,3,5,", "b,dropout,5,5,20", header="name,op,c_in,c_out,mults")
    assert drafted(counted).left_out == 0


@pytest.mark.parametrize(
    ("op", "why"),
    [("lstm", "for which a table does not say enough"), ("warp", "which is no op of the language")],
)
def test_a_row_that_is_written_out_says_why(tabled: Tabled, op: str, why: str) -> None:
    [_, cell] = layers(tabled("a,linear,1,1,3,5", f"b,{op},1,1,5,5", header=SHAPED))
    assert (cell["op"], cell["reason"]) == ("custom", f"TODO: the table calls it {op}, {why}")


def test_layers_chain_where_shapes_do_and_are_unstated_elsewhere(tabled: Tabled) -> None:
    chained, broken = layers(
        tabled("a,relu,8,8,4,4", "b,relu,8,8,4,4", "c,relu,8,8,6,6", header=SHAPED)
    )[1:]
    assert "from" not in chained
    assert (broken["from"], broken["input"]) == ("unstated", (6, 8, 8))


def test_a_concatenation_reads_the_only_outputs_whose_channels_add_up(tabled: Tabled) -> None:
    rows = ["a,linear,1,1,3,5", "b,linear,1,1,3,7", "c,linear,1,1,3,9", "all,concat,1,1,16,16"]
    assert layers(tabled(*rows, header=SHAPED))[-1]["from"] == ("b", "c")


def test_a_concatenation_with_two_choices_is_unstated(tabled: Tabled) -> None:
    rows = ["a,linear,1,1,3,5", "b,linear,1,1,3,5", "c,linear,1,1,3,5", "all,concat,1,1,10,10"]
    assert layers(tabled(*rows, header=SHAPED))[-1]["from"] == "unstated"


def test_a_sum_reads_the_only_two_unread_outputs_of_its_shape(tabled: Tabled) -> None:
    rows = ["a,linear,1,1,3,5", "b,linear,1,1,3,5", "sum,add,1,1,5,5"]
    assert layers(tabled(*rows, header=SHAPED))[-1]["from"] == ("a", "b")


def test_a_sum_with_an_input_that_shapes_do_not_prove_states_it(tabled: Tabled) -> None:
    rows = ["a,linear,1,1,3,5", "b,relu,1,1,5,5", "sum,add,1,1,5,5"]
    assert layers(tabled(*rows, header=SHAPED))[-1]["from"] == ("b", "unstated")


def test_a_product_reads_the_only_unread_gate(tabled: Tabled) -> None:
    rows = ["a,conv2d,8,8,3,5,1,1", "g,linear,,,3,5,,", "p,mul,8,8,5,5,,"]
    path = tabled(*rows, header=f"{SHAPED},kernel_h,kernel_w")
    last = layers(path)[-1]
    # A gate of one dimension cannot be multiplied with an image: then nothing is connected.
    assert last["from"] == ("unstated", "unstated")


def test_no_output_is_read_twice(tabled: Tabled) -> None:
    rows = ["a,relu,8,8,4,4", "b,relu,8,8,4,4", "c,add,8,8,4,4", "d,add,8,8,4,4"]
    read = [layer.wire.reads for layer in drafted(tabled(*rows, header=SHAPED)).layers]
    assert read == [(), ("a",), ("b",), ("c",)]


def test_as_many_nonzeros_as_weights_are_stored_dense_and_fewer_under_a_mask(
    tabled: Tabled,
) -> None:
    path = tabled("a,linear,4,5,,20,20,", "b,linear,5,4,,7,20,", header=WEIGHTS)
    dense, masked = layers(path)
    assert "weight" not in dense
    assert masked["weight"] == {"store": "mask", "nonzero": 7}


def test_nonzeros_nobody_counted_are_unknown_beside_masks(tabled: Tabled) -> None:
    path = tabled("a,linear,4,5,,7,20,", "b,linear,5,4,,,20,", header=WEIGHTS)
    assert layers(path)[1]["weight"] == {"store": "mask", "nonzero": "unknown"}


def test_nonzeros_nobody_counted_are_dense_where_nothing_is_sparse(tabled: Tabled) -> None:
    [layer] = drafted(tabled("a,linear,4,5,,,20,", header=WEIGHTS)).layers
    assert "weight" not in layer.manifest()
    assert layer.comments == ["zeros: the table does not say"]


def test_biases_among_the_nonzeros_are_taken_out_where_products_prove_them(
    tabled: Tabled,
) -> None:
    [layer] = drafted(tabled("a,linear,4,5,yes,12,25,7", header=WEIGHTS)).layers
    assert layer.manifest()["weight"] == {"store": "mask", "nonzero": 7}
    assert layer.comments == ["12 nonzeros in the table, 5 biases among them"]


def test_biases_among_the_nonzeros_leave_bounds_where_nothing_proves_them(
    tabled: Tabled,
) -> None:
    [layer] = drafted(tabled("a,linear,4,5,yes,12,25,20", header=WEIGHTS)).layers
    assert layer.manifest()["weight"]["nonzero"] == {"at_least": 7, "at_most": 12}
    assert layer.todos == layer.unknown == 1


def test_an_output_layer_that_counts_its_biases_only_may_share_its_weights(
    tabled: Tabled,
) -> None:
    [layer] = drafted(tabled("a,linear,4,5,yes,5,5,20", header=WEIGHTS)).layers
    assert "same_as" in layer.comments[0]


@pytest.mark.parametrize(
    ("row", "op"),
    [
        ("a,depthwise_conv2d,8,8,4,4,3,,", "conv2d"),
        ("a,shuffle,8,8,4,4,,,", "permute"),
        ("a,other,8,8,4,4,,,elu", "elu"),
        ("a,other,8,8,4,4,,,hard_sigmoid", "hsigmoid"),
        ("a,other,8,8,4,4,,,round_clamp_uint4", "quantize"),
        ("a,quantize,8,8,4,4,,,", "quantize"),
        ("a,embedding,1,1,4,4,,,", "embedding"),
        ("a,global_avg_pool,8,8,4,4,,,", "global_avg_pool"),
        ("a,max_pool,8,8,4,4,2,,", "max_pool"),
        ("a,max_pool,8,8,4,4,,,", "custom"),
        ("a,max_pool,8,8,4,4,99,,", "custom"),
        ("a,conv2d,8,8,4,,3,,", "custom"),
        ("a,conv2d,8,8,4,4,,,", "custom"),
        ("a,conv2d,8,8,4,4,3,3,", "custom"),
        ("a,fourier,8,8,4,4,,,", "custom"),
    ],
)
def test_a_word_of_the_table_becomes_an_op_or_is_written_out(
    tabled: Tabled, row: str, op: str
) -> None:
    path = tabled(row, header=f"{SHAPED},kernel_h,groups,activation")
    [layer] = drafted(path).layers
    assert layer.op == op
    assert layer.manifest().get("reason", "TODO").startswith("TODO")


def test_an_activation_without_a_row_becomes_a_layer(tabled: Tabled) -> None:
    header = "name,op,c_in,c_out,activation"
    named = layers(tabled("a,linear,4,4,relu", "b,linear,4,4,none", header=header))
    assert [layer["name"] for layer in named] == ["a", "a.relu", "b"]
    own = layers(tabled("a,linear,4,4,relu", "b,relu,4,4,", header=header))
    assert [layer["name"] for layer in own] == ["a", "b"]


def test_the_commonest_widths_are_the_defaults_and_others_are_said(tabled: Tabled) -> None:
    header = "name,op,c_in,c_out,weight_bits,act_bits,add_bits"
    path = tabled("a,linear,4,4,4,8,16", "b,linear,4,4,4,8,16", "c,linear,4,4,6,32,", header=header)
    result = drafted(path)
    assert result.formats.defaults == {"weight": "int4", "activation": "act8", "accumulator": 16}
    last = result.layers[-1].manifest()
    assert (last["reads"], last["weight"]) == ("float32", {"format": "int6"})
    assert result.formats.declared["act8"][1].startswith("TODO signed or not")


def test_names_are_made_legal_and_unique() -> None:
    names = Names({"plain", "taken.2"})
    originals = [
        "plain",
        "plain",
        "input",
        "a b",
        "sum (not counted)",
        "(  )",
        "é",
        "taken",
        "taken",
    ]
    given = [names.give(original) for original in originals]
    assert given == [
        *("plain", "plain.2", "input.2", "a_b", "sum"),
        *("(_)", "layer", "taken", "taken.3"),
    ]


def test_a_name_that_was_changed_is_said_with_the_original(tabled: Tabled) -> None:
    [layer] = drafted(tabled("the sum (not counted),relu,4,4")).layers
    assert (layer.name, layer.comments) == ("the_sum", ['"the sum (not counted)" in the table'])


def test_fifty_thousand_rows_take_seconds(tabled: Tabled) -> None:
    path = tabled(*(f"l{i},relu,16,16" for i in range(50_000)))
    started = time.monotonic()
    assert len(drafted(path).layers) == 50_000
    assert time.monotonic() - started < 60


def test_a_batch_norm_counted_as_additions_alone_is_folded(tabled: Tabled) -> None:
    header = f"{SHAPED},kernel_h,kernel_w,mults,adds"
    for adds in (4 * 64, 4):  # of every element, or of every channel
        rows = ["c,conv2d,8,8,3,4,1,1,768,512", f"n,batch_norm,8,8,4,4,,,0,{adds}"]
        assert layers(tabled(*rows, header=header))[1]["fold"] == {"into": "c"}
    kept = ["c,conv2d,8,8,3,4,1,1,768,512", "n,batch_norm,8,8,4,4,,,0,"]
    assert "fold" not in layers(tabled(*kept, header=header))[1]


def test_a_scale_that_stores_nothing_after_a_gate_is_a_product(tabled: Tabled) -> None:
    gate = ["c,relu,8,8,4,4,", "p,global_avg_pool,8,8,4,4,", "g,sigmoid,1,1,4,4,"]
    for weights, op in (("", "mul"), ("0", "mul"), ("4", "scale")):
        rows = [*gate, f"s,scale,8,8,4,4,{weights}"]
        assert layers(tabled(*rows, header=f"{SHAPED},weight_count"))[-1]["op"] == op
    alone = layers(tabled("c,relu,8,8,4,4,", "s,scale,8,8,4,4,", header=f"{SHAPED},weight_count"))
    assert (alone[-1]["op"], alone[-1]["per"]) == ("scale", "constant")


def test_biases_are_as_wide_as_weights_of_floating_point(tabled: Tabled) -> None:
    for bits, parameter in ((16, "float16"), (8, None)):
        path = tabled(f"a,linear,4,5,yes,{bits}", header="name,op,c_in,c_out,bias,weight_bits")
        assert drafted(path).formats.defaults.get("parameter") == parameter


def test_keys_of_one_module_may_be_joined(tabled: Tabled) -> None:
    header = "name,op,c_in,c_out,bias,checkpoint_key"
    [joined] = layers(tabled("a,linear,4,5,yes,net.a.weight+mask+bias", header=header))
    assert joined["weight"] == {"tensor": "net.a.weight"}
    assert joined["bias"] == {"tensor": "net.a.bias"}
    [other] = layers(tabled("a,linear,4,5,yes,net.a.weight+scale", header=header))
    assert "weight" not in other


def test_an_other_may_be_named_by_the_last_word_of_its_name(tabled: Tabled) -> None:
    path = tabled("block layernorm (per token),other,1,1,8,8", header=SHAPED)
    assert layers(path)[0]["op"] == "layer_norm"


def test_a_window_over_all_positions_is_global(tabled: Tabled) -> None:
    header = f"{SHAPED},kernel_h,kernel_w"
    path = tabled("p,max_pool,8,8,4,4,8,8", "a,relu,1,1,4,4,,", header=header)
    assert layers(path)[0]["op"] == "global_max_pool"
    assert layers(tabled("p,max_pool,8,8,4,4,4,8", header=header))[0]["op"] == "max_pool"
