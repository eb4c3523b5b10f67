"""Backtest: benchmarks by hand, scores against closed forms, nothing of the future in a projection of the past."""

import json
import shutil
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from bhxh_forecast.analysis.backtest import benchmarks
from bhxh_forecast.analysis.backtest.origins import as_of, between, national_cases, records, yearly
from bhxh_forecast.analysis.backtest.place import ORIGINS as PLACE_ORIGINS
from bhxh_forecast.analysis.backtest.place import place_figures
from bhxh_forecast.analysis.backtest.run import KEYS
from bhxh_forecast.analysis.backtest.scores import score
from bhxh_forecast.analysis.backtest.shown import as_dict, bars_of, text
from bhxh_forecast.analysis.backtest.store import Backtest, backtest_key, read, read_alternatives, write
from bhxh_forecast.analysis.backtest.summary import by_horizon, interval, paired, skill, skills
from bhxh_forecast.calibration.figures import Figure
from bhxh_forecast.calibration.nation import as_then, build_nation
from bhxh_forecast.inputs.reader import load_inputs
from bhxh_forecast.simulation import simulate
from bhxh_forecast.timeline import Timeline

LOGS = np.log([100.0, 110.0, 118.0, 131.0, 139.0, 150.0])


@pytest.fixture(scope="module")
def today():
    return load_inputs()


@pytest.fixture(scope="module")
def stored(today):
    found = read(today.data_dir)
    assert found is not None
    return found


def test_no_change_and_drift_by_hand():
    changes = np.diff(LOGS)
    mean, sd = benchmarks.no_change(LOGS, 3)
    assert mean == pytest.approx(np.full(3, LOGS[-1]))
    assert sd == pytest.approx(np.sqrt((changes**2).mean() * np.array([1, 2, 3])))
    mean, sd = benchmarks.drift(LOGS, 2)
    assert mean == pytest.approx(LOGS[-1] + (LOGS[-1] - LOGS[0]) / 5 * np.array([1, 2]))
    assert sd == pytest.approx(changes.std(ddof=1) * np.sqrt([1 * (1 + 1 / 5), 2 * (1 + 2 / 5)]))


def test_every_benchmark_forecasts_as_soon_as_it_can():
    assert set(benchmarks.forecasts(LOGS[:2], 5)) == {"no_change"}
    assert set(benchmarks.forecasts(LOGS[:3], 5)) == {"no_change", "drift"}
    for count in (4, 6):
        found = benchmarks.forecasts(LOGS[:count], 5)
        assert set(found) == set(benchmarks.NAMES)
        assert all(
            mean.shape == (5,) and np.isfinite(mean).all() and (sd > 0).all() for mean, sd in found.values()
        )


def test_scores_of_a_normal_band_are_the_closed_forms():
    """CRPS of a normal at z = 0: sd (2 phi(0) - 1/sqrt(pi)); the log score is that of the normal density."""
    import scoringrules

    draws = benchmarks.places(np.log(200.0), 0.1)
    found = score(draws, 210.0, 1e-9, "x")
    assert found["crps"] * 210.0 == pytest.approx(
        float(scoringrules.crps_lognormal(210.0, np.log(200.0), 0.1)), rel=2e-3
    )
    place = (np.log(210.0) - np.log(200.0)) / 0.1
    assert found["pit"] == pytest.approx(norm.cdf(place), abs=2e-3)
    assert found["log_score"] == pytest.approx(-norm.logpdf(np.log(210.0), np.log(200.0), 0.1), abs=0.05)
    assert found["error"] == pytest.approx(200 / 210 - 1, abs=1e-3)
    assert found["p90"] == pytest.approx(200 * np.exp(0.1 * norm.ppf(0.9)), rel=2e-3)


def test_places_within_ties_are_spread_evenly():
    """All draws at the figure: the place is random between 0 and 1, not always one of them."""
    found = [score(np.full(9, 5.0), 5.0, 0.0, str(k))["pit"] for k in range(400)]
    assert np.histogram(found, bins=4, range=(0, 1))[0].min() > 60


def test_yearly_takes_the_last_autumn_figure_and_fills_gaps():
    line = Timeline(date(2020, 12, 31), 2025, np.datetime64("2010-12", "M"))
    at = {"2015-09": 1.0, "2015-12": 2.0, "2016-03": 9.0, "2018-10": 5.0}
    found = [Figure(line.index(m), np.exp(v), v, 0.01, (m,)) for m, v in at.items()]
    logs, last = yearly(found, line)
    assert last == 2018
    assert logs == pytest.approx([2.0, 3.0, 4.0, 5.0])


def test_between_whole_years_mean_and_variance_are_linear():
    mean, sd = between(np.array([1.0, 2.0]), np.array([0.1, 0.2]), 0.0, 1.5)
    assert mean == pytest.approx(1.5)
    assert sd == pytest.approx(np.sqrt((0.01 + 0.04) / 2))


def test_before_the_best_figure_is_out_the_last_one_that_was_stands_in(today):
    """End of 2019: 558 thousand came out in 2021; in March 2020 a reader had 574 thousand."""
    early = load_inputs(as_of=date(2020, 3, 31)).observations
    chosen = as_then(early).set_index("id")
    group = chosen[(chosen["duplicate_group"] == "vsi_participants.vn.2019-12-31") & (chosen["use"] == "fit")]
    assert group["value"].tolist() == [574000.0]
    assert group["sd_log"].tolist() == [0.03]
    now = as_then(today.observations)
    assert now["use"].eq("fit").groupby(now["duplicate_group"]).sum().drop("").max() == 1


def test_the_regime_of_targets_is_not_known_before_its_resolution():
    before, after = (build_nation(load_inputs(as_of=as_of(year)), year + 5) for year in (2017, 2018))
    assert not before.knows_regime
    assert not before.regime.any()
    assert not before.peak_months
    assert after.knows_regime
    assert after.regime[-1] == 1.0


def corrupted(tmp_path, day):
    """A copy of the data in which everything dated after a day is wrong."""
    root = tmp_path / "data"
    shutil.copytree(load_inputs().data_dir, root, ignore=shutil.ignore_patterns("posterior", "backtest"))
    for name, column in (
        ("observations/observations.csv", "published"),
        ("targets/assigned.csv", "published"),
        ("macro/price_path.csv", "published"),
        ("macro/income_path.csv", "published"),
        ("labour/poverty_shares.csv", "date"),
    ):
        frame = pd.read_csv(root / name, dtype=str, keep_default_na=False)
        late = pd.to_datetime(frame[column], errors="coerce") > pd.Timestamp(day)
        assert late.any()
        for field in set(frame.columns) & {"value", "inflation", "poor", "near_poor"}:
            numbers = pd.to_numeric(frame[field], errors="coerce")
            broken = late & numbers.notna()
            frame.loc[broken, field] = (numbers[broken] * 1.7).map("{:.8g}".format)
        frame.to_csv(root / name, index=False)
    priors = pd.read_csv(root / "priors/priors.csv", dtype=str, keep_default_na=False)
    late = pd.to_datetime(priors["data_to"], errors="coerce") > pd.Timestamp(day)
    assert late.any()
    priors.loc[late, "p1"] = (pd.to_numeric(priors.loc[late, "p1"]) * 1.3 + 0.01).map("{:.8g}".format)
    priors.to_csv(root / "priors/priors.csv", index=False)
    assert corrupt_law(root, day) > 20
    return root


def corrupt_law(root, day):
    """Change the numbers of every row enacted after the day; returns how many."""
    changed = 0
    for path in sorted((root / "law").glob("*.yaml")):
        rows, out = path.read_text(encoding="utf-8").splitlines(), []
        at = None
        for number, line in enumerate(rows):
            if line.strip().startswith("value:"):
                at = number
            if line.strip().startswith("enacted:") and at is not None:
                enacted, value = line.split(":", 1)[1].strip(), rows[at].split(":", 1)[1].strip()
                try:
                    wrong = float(value) * 0.9
                except ValueError:
                    wrong = None
                if wrong is not None and enacted > str(day):
                    out[at] = rows[at].replace(value, f"{wrong:.8g}")
                    changed += 1
            out.append(line)
        path.write_text("\n".join(out) + "\n", encoding="utf-8")
    return changed


@pytest.mark.slow
def test_a_projection_of_the_past_sees_nothing_of_what_came_after(tmp_path, today):
    """Everything dated after the origin is corrupted: the nation's forecasts stay the same to the last bit."""
    origin = 2014
    root = corrupted(tmp_path, as_of(origin))
    plain, other = (list(national_cases(origin, data, today, 256)) for data in (None, root))
    for mine, theirs in zip(plain, other, strict=True):
        assert np.array_equal(mine.yearly, theirs.yearly)
        for years in mine.ahead:
            assert np.array_equal(mine.ahead[years][0], theirs.ahead[years][0])


@pytest.mark.slow
def test_the_tables_of_a_day_in_the_past_see_nothing_of_what_came_after(tmp_path):
    """The view at the time of the plan: every table of a run as of the end of 2018."""
    day = date(2018, 12, 31)
    root = corrupted(tmp_path, day)
    plain, other = (
        simulate(draws=64, until=2025, inputs=load_inputs(data, as_of=day)) for data in (None, root)
    )
    for name in ("targets", "coverage", "budget", "population", "workforce", "indicators"):
        pd.testing.assert_frame_equal(getattr(plain, name)(), getattr(other, name)(), check_exact=True)


def test_figures_of_the_place_in_the_past_are_only_those_of_then(today):
    for origin in PLACE_ORIGINS:
        inputs = load_inputs(as_of=as_of(origin))
        line = Timeline(inputs.as_of, 2025)
        ids = {name for found in place_figures(inputs, line).values() for f in found for name in f.ids}
        published = today.observations.set_index("id").loc[sorted(ids), "published"]
        assert (published <= pd.Timestamp(as_of(origin))).all()


@pytest.mark.slow
def test_one_origin_run_again_gives_the_stored_scores(stored, today):
    """The nation from 2013; another machine may resample a draw or two differently, no more."""
    origin = 2013
    again = pd.DataFrame(row for case in national_cases(origin, None, today) for row in records(case))
    again = again.sort_values(KEYS).reset_index(drop=True)
    kept = stored.rows[(stored.rows["origin"] == origin) & stored.rows["geo"].isin(set(again["geo"]))]
    kept = kept.sort_values(KEYS).reset_index(drop=True)
    assert again[KEYS].values.tolist() == kept[KEYS].values.tolist()
    for column in ("p10", "p50", "p90", "crps"):
        assert again[column].to_numpy() == pytest.approx(kept[column].to_numpy(), rel=0.03)


def test_stored_rows_hold_every_origin_series_and_benchmark(stored):
    rows = stored.rows
    national = rows[rows["geo"] == min(rows["geo"], key=len)]
    assert set(national["origin"]) == set(range(2013, 2024))
    for series in ("vsi_participants", "csi_participants"):
        mine = national[national["series"] == series]
        assert set(mine["method"]) == {"model", *benchmarks.NAMES}
        assert set(mine["horizon"]) == {1, 2, 3, 4, 5}
    assert set(rows.loc[rows["geo"] != min(rows["geo"], key=len), "series"]) == {
        "vsi_participants",
        "csi_participants",
        "ui_participants",
    }
    assert set(stored.about["seconds"]) == {str(year) for year in range(2013, 2024)}


def test_summary_counts_and_pairs(stored):
    table = by_horizon(stored.rows)
    nation = min(table["geo"], key=len)
    mine = table[(table["geo"] == nation) & (table["series"] == "vsi_participants")]
    assert mine.groupby("horizon")["count"].nunique().eq(1).all()
    assert (mine["inside_50"] <= mine["inside_80"]).all()
    assert (mine["inside_80"] <= mine["inside_90"]).all()
    wide = paired(stored.rows, "vsi_participants", nation, "crps", (3, 5))
    assert wide.notna().all().all()
    found = skills(stored.rows)
    row = found[(found["geo"] == nation) & (found["series"] == "vsi_participants") & (found["span"] == "3-5")]
    for benchmark, value, low, high in row[["benchmark", "skill", "low", "high"]].itertuples(index=False):
        assert value == pytest.approx(skill(wide["model"].to_numpy(), wide[benchmark].to_numpy()))
        assert low <= high


def test_interval_of_a_constant_saving_is_that_saving():
    benchmark = np.array([1.0, 2.0, 3.0, 2.0, 5.0])
    assert interval(0.8 * benchmark, benchmark) == pytest.approx((0.2, 0.2))


def test_bars_name_their_values_and_are_met_when_they_are(stored, today):
    for row in bars_of(stored.rows).to_dict("records"):
        smaller = str(row["bar"]).startswith("width")
        assert row["met"] == (row["value"] <= row["required"] if smaller else row["value"] >= row["required"])
    shown = as_dict(stored.rows, read_alternatives(today.data_dir))
    json.dumps(shown)
    assert {"by_horizon", "skills", "bars", "alternatives"} == set(shown)
    assert all(name in text(stored.rows, pd.DataFrame()) for name in benchmarks.NAMES)


def test_the_key_of_a_backtest_follows_its_rows(today, tmp_path):
    rows = pd.DataFrame([dict.fromkeys(KEYS, 1)])
    write(tmp_path / "backtest", rows, {"sha256": backtest_key(today), "as_of": "2026-01-01"})
    kept = read(tmp_path)
    assert kept is not None
    assert kept.fits(today)
    changed = today.observations.copy()
    fit = np.flatnonzero((changed["use"] == "fit") & (changed["series"] == "vsi_participants"))[0]
    changed.loc[fit, "value"] += 1
    assert not Backtest(kept.rows, kept.about).fits(replace(today, observations=changed))
    assert read(tmp_path / "nothing") is None
