"""Mixed-integer programs for HiGHS: columns from 0 to 1, lines over them, and how far the solver may go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Literal

import highspy
import numpy as np

from helhet.words.arrays import Floats, Ints

Status = Literal["optimal", "within gap", "node limit", "time limit", "infeasible"]
WORSE: tuple[Status, ...] = ("optimal", "within gap", "node limit", "time limit", "infeasible")


@dataclass(frozen=True)
class Effort:
    """When the search may stop: at a relative ``gap``, after ``nodes``, or after ``seconds``.

    Answers are the same on every run as long as ``seconds`` is not what stops it; so it is infinite unless given.
    """

    gap: float = 0.02
    nodes: int = 500
    seconds: float = inf


EFFORT = Effort()
"""About a minute for thirty measures with six starts each, three needs, ten years by quarter and 200 futures."""

_ENDED: Mapping[highspy.HighsModelStatus, Status] = {
    highspy.HighsModelStatus.kOptimal: "within gap",
    highspy.HighsModelStatus.kSolutionLimit: "node limit",
    highspy.HighsModelStatus.kTimeLimit: "time limit",
}


@dataclass(frozen=True, eq=False)
class Solved:
    """The columns' values, what no solution goes below, why the search ended, and the nodes it took."""

    values: Floats
    bound: float
    status: Status
    nodes: int


class _Quiet(highspy.Highs):
    """HiGHS without a word: its constructor prints a line unless told not to before this, its first call."""

    def enableCallbacks(self) -> None:  # noqa: N802 # HiGHS's own name
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()  # type: ignore[no-untyped-call]  # HiGHS types only some


class Program:
    """A mixed-integer program in the making: columns from 0 to 1, and lines over them."""

    def __init__(self) -> None:
        self.costs: list[float] = []
        self.kinds: list[highspy.HighsVarType] = []
        self.lines: list[tuple[Ints, Floats, float, float]] = []

    def add(self, costs: Floats, whole: bool = True) -> Ints:
        """New columns, binary if ``whole``; their numbers."""
        first = len(self.costs)
        self.costs += costs.tolist()
        self.kinds += [highspy.HighsVarType.kInteger if whole else highspy.HighsVarType.kContinuous] * len(costs)
        return np.arange(first, len(self.costs))

    def line(self, columns: Ints, values: Floats, low: float = -inf, high: float = inf) -> None:
        """``low`` <= the sum of ``values`` times ``columns`` <= ``high``."""
        used = values != 0
        self.lines.append((columns[used], values[used], low, high))

    def _model(self) -> highspy.HighsLp:
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self.costs), len(self.lines)
        model.col_cost_ = np.array(self.costs)
        model.col_lower_, model.col_upper_ = np.zeros(len(self.costs)), np.ones(len(self.costs))
        model.row_lower_ = np.array([low for _, _, low, _ in self.lines])
        model.row_upper_ = np.array([high for _, _, _, high in self.lines])
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.cumsum([0, *(len(columns) for columns, _, _, _ in self.lines)]).astype(np.int32)
        model.a_matrix_.index_ = np.concatenate([columns for columns, _, _, _ in self.lines]).astype(np.int32)
        model.a_matrix_.value_ = np.concatenate([values for _, values, _, _ in self.lines])
        model.integrality_ = self.kinds
        return model

    def solve(self, effort: Effort, start: tuple[Ints, Floats] | None = None) -> Solved:
        """The best found, and how good it is; ``start`` gives some columns their values in a solution known."""
        highs = _Quiet()  # type: ignore[no-untyped-call] # its constructor has no types
        options = {"threads": 1, "random_seed": 1, "mip_heuristic_effort": 0.15}
        limits = {"mip_rel_gap": effort.gap, "mip_max_nodes": effort.nodes, "time_limit": effort.seconds}
        for name, value in (options | limits | {"mip_feasibility_tolerance": 1e-7}).items():
            highs.setOptionValue(name, value)
        highs.passModel(self._model())
        if start is not None:
            highs.setSolution(len(start[0]), start[0].astype(np.int32), start[1])
        highs.run()
        info, status = highs.getInfo(), highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return Solved(np.zeros(0), inf, "infeasible", 0)
        if status not in _ENDED:
            raise ArithmeticError(f"HiGHS ends with {highs.modelStatusToString(status)}, which should not occur")
        return Solved(np.array(highs.getSolution().col_value), info.mip_dual_bound, _ENDED[status], info.mip_node_count)
