"""The real entries, a line each: what the rulebook counts, and what the team's own counts make."""

from fractions import Fraction
from pathlib import Path

import pytest

from micronet_spec.audit.audit import audit
from micronet_spec.audit.ranking import Row

FOLDER = Path(__file__).parents[1] / "submissions/micronet-2019"
DIGITS = 10

# The least and the most that the rulebook counts, and the total that the claims file adds up to:
# the team's own, unrounded if that is known.
ENTRIES = {
    "cifar100/05-msunet-v3": ("0.0107364236", "0.0109822084", "0.0108281460"),
    "cifar100/06-msunet-v2": ("0.0124479704", "0.0127208805", "0.0125464852"),
    "cifar100/07-msunet-v1": ("0.0171664588", "0.0174485396", "0.0171114852"),
    "cifar100/08-woody": ("0.0137305449", "0.0286628078", "0.0154544522"),
    "cifar100/09-woody": ("0.0138653856", "0.0294346157", "0.0159256713"),
    "cifar100/10-hhi-mal": ("0.0197860625", "0.0653330749", "0.0241573710"),
    "cifar100/11-woody": ("0.0166839525", "0.0278191334", "0.0266062631"),
    "cifar100/13-sloth": ("0.0536054799", "0.0536054799", "0.0618321070"),
    "cifar100/14-mb-pm-research": ("0.1209127045", "0.1209127045", "0.0653566720"),
    "cifar100/15-qualcommai-nanowrn": ("0.0759736599", "0.0776571824", "0.0720597046"),
    "cifar100/17-wavecomp": ("0.0487325500", "0.0505780634", "0.0455776233"),
    "cifar100/18-wavecomp": ("0.0495119747", "0.0514321678", "0.0464305000"),
    "cifar100/19-wavecomp": ("0.0532757624", "0.0583407047", "0.0467310158"),
    "cifar100/21-autoprune-astar": ("0.1121034896", "0.1121036360", "0.1118140468"),
    "cifar100/23-frenzy": ("0.1384677264", "0.1384677264", "0.1395659872"),
    "cifar100/24-proxylessnas-ttq": ("0.2655935665", "0.2655935665", "0.1433521801"),
    "imagenet/01-riair": ("0.0468680299", "0.1275694485", "0.1294709991"),
    "imagenet/04-qualcommai-mixnet": ("0.3064662803", "0.3101334833", "0.2967725753"),
    "imagenet/05-distillers": ("0.6318132317", "0.6318132317", "0.3771739379"),
    "imagenet/06-qualcommai-efficientnet": ("0.4321941981", "0.5217704579", "0.3789490896"),
    "imagenet/09-dqstarter": ("0.7381795098", "0.7381795098", "0.5192179133"),
    "imagenet/10-qualcommai-m0": ("0.6757459574", "0.6757459574", "0.5479541797"),
    "imagenet/12-dqstarter": ("0.7979519424", "0.7979519424", "0.5918559868"),
    "imagenet/13-hhi-mal": ("0.3683132241", "0.7689134047", "0.5818049052"),
    "imagenet/14-mb-pm-research": ("1.8686432059", "1.8686432059", "0.6196171152"),
    "imagenet/17-autoprune-astar": ("0.8256057898", "0.8256061603", "0.8280999885"),
    "imagenet/19-sisyphus": ("1.0301434930", "1.0301434930", "1.0318235539"),
}


@pytest.fixture(scope="module", params=ENTRIES)
def row(request: pytest.FixtureRequest) -> Row:
    (row,) = audit([FOLDER / f"{request.param}.yaml"]).rows
    return row


def test_the_rulebook_counts(row: Row) -> None:
    assert row.entry.interval
    low, high, _ = ENTRIES[row.entry.id]
    assert [f"{float(end):.{DIGITS}f}" for end in row.entry.interval] == [low, high]


def test_the_teams_counts_add_up(row: Row) -> None:
    assert row.counted_total
    *_, total = ENTRIES[row.entry.id]
    assert f"{float(row.counted_total):.{DIGITS}f}" == total


def test_the_shares_sum_to_the_difference(row: Row) -> None:
    assert row.rulebook is not None
    assert row.counted_total is not None
    difference = row.rulebook - row.counted_total
    assert sum((share.score for share in row.shares), Fraction()) == difference


def test_widths_that_nobody_published_leave_an_interval() -> None:
    (row,) = audit([FOLDER / "imagenet/08-texas-eic.yaml"]).rows
    assert row.entry.interval
    assert [f"{float(end):.{DIGITS}f}" for end in row.entry.interval] == [
        "0.5711180499",
        "0.7582392586",
    ]
    assert row.counted_total is None  # the team's counts need the widths too
