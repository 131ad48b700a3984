"""The figures on questions say what their names say."""

from __future__ import annotations

from bot.evaluation.figures import Outcome, figures_of, print_figures
from bot.evaluation.metrics import Bin, Share, calibration_error, reliability

RIGHT = Outcome(in_scope=True, right=True, in_top=True, decision="answer", confidence=0.9)
WRONG = Outcome(in_scope=True, right=False, in_top=False, decision="answer", confidence=0.9)
ASKED_BACK = Outcome(in_scope=True, right=False, in_top=True, decision="clarify", confidence=0.4, section_right=False)
GAVE_UP = Outcome(in_scope=True, right=False, in_top=True, decision="fallback", confidence=0.6)
REFUSED = Outcome(in_scope=False, right=True, in_top=False, decision="fallback", confidence=0.6)
FOOLED = Outcome(in_scope=False, right=False, in_top=False, decision="urgent", confidence=0.9)


def test_each_figure_counts_its_own_questions():
    found = figures_of([RIGHT, WRONG, ASKED_BACK, GAVE_UP, REFUSED, FOOLED])
    assert {name: (share.hits, share.of) for name, share in found.items()} == {
        "top-1": (1, 4),
        "top-3": (3, 4),
        "section right, where one is asked for": (0, 1),
        "in scope, wrongly sent to fallback": (1, 4),
        "in scope, asked back (clarify)": (1, 4),
        "of these, the right one among the titles": (1, 1),
        "out of scope, fallback (recall)": (1, 2),
        "out of scope, given a confident answer": (1, 2),
    }


def test_a_figure_of_nothing_is_left_out(capsys):
    print_figures(figures_of([RIGHT]), [])
    assert "out of scope" not in capsys.readouterr().out


def test_a_share_is_printed_with_its_interval():
    assert str(Share(120, 170)) == " 70.6%  [63.3%, 76.9%]  120 of 170"


def test_nothing_of_nothing_may_be_anything():
    assert Share(0, 0).interval() == (0.0, 1.0)


def test_confidence_that_is_right_as_often_as_it_says_has_no_error():
    assert reliability([0.75] * 4, [True, True, True, False]) == [Bin(4, 0.75, 0.75)]
    assert calibration_error([Bin(4, 0.75, 0.75)]) == 0
