"""Which names are likely the weights, and what else there is."""

from micronet_spec.checkpoint.groups import Group, Kind, groups

WEIGHTS, AVERAGES, TRAINING = Kind


def test_a_plain_state_dict_is_one_group() -> None:
    assert groups(["conv.weight", "fc.bias", "scale"]) == (Group("", WEIGHTS, 3),)


def test_a_training_checkpoint() -> None:
    names = [
        "optimizer.state.0.momentum_buffer",
        "ema.module.conv.weight",
        "state_dict.module.conv.weight",
        "state_dict.module.conv.bias",
    ]
    assert groups(names) == (
        Group("state_dict.module.", WEIGHTS, 2),
        Group("ema.module.", AVERAGES, 1),
        Group("optimizer.", TRAINING, 1),
    )


def test_a_layer_may_be_called_net() -> None:
    assert groups(["net.conv.weight", "classifier.weight"]) == (Group("", WEIGHTS, 2),)
    assert groups(["net.conv.weight", "net.fc.weight"]) == (Group("net.", WEIGHTS, 2),)


def test_the_last_word_is_a_tensor() -> None:
    assert groups(["model"]) == (Group("", WEIGHTS, 1),)
