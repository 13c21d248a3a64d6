"""Filter and smoother against the numbers of two other libraries, whose names and versions are in the file."""

# ruff: noqa: N806 (P is the field's own letter)

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from signals import kalman

REFERENCE = json.loads(Path(__file__).with_name("kalman_reference.json").read_text())
CASES = {case["name"]: case for case in REFERENCE["cases"]}


def filtered(case: dict[str, Any]) -> tuple[kalman.KalmanModel, kalman.Update]:
    model = kalman.KalmanModel(REFERENCE["F"], REFERENCE["H"], REFERENCE["Q"], case["R"])
    return model, kalman.filter(model, REFERENCE["x0"], REFERENCE["P0"], np.array(case["zs"], dtype=np.float64))


@pytest.mark.parametrize("name", CASES)
def test_states_and_likelihood(name: str) -> None:
    case = CASES[name]
    result = filtered(case)[1]
    for field in ("x", "P", "log_likelihood"):
        np.testing.assert_allclose(getattr(result, field), case[field], rtol=1e-12, atol=1e-12, err_msg=field)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if "smoothed_x" in case])
def test_smoothed_states(name: str) -> None:
    case = CASES[name]
    x, P = kalman.smooth(*filtered(case))
    np.testing.assert_allclose(x, case["smoothed_x"], rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(P, case["smoothed_P"], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if "nis" in case])
def test_normalised_innovations(name: str) -> None:
    case = CASES[name]
    result = filtered(case)[1]
    np.testing.assert_allclose(result.nis, case["nis"], rtol=1e-12)
    assert (result.dof == 4).all()


def test_degrees_of_freedom_are_the_components_observed() -> None:
    case = CASES["statsmodels, independent noise, 35 % missing"]
    assert filtered(case)[1].dof.tolist() == [sum(value is not None for value in row) for row in case["zs"]]
