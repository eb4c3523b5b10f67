"""What the published figures taught about each behavioural parameter, and what rests on the prior alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bhxh_forecast.reporting.blocks import Block, Column, Row, Table, paragraph
from bhxh_forecast.reporting.text import capital

if TYPE_CHECKING:
    from bhxh_forecast.reporting.page import Page

LEFT = "left"
BEHAVIOUR = ("compulsory", "unemployment", "voluntary", "old_age")  # blocks of the priors
OVERLAP, SPREAD = 0.9, 0.9  # from these on the posterior of a parameter is taken for its prior


def on_prior_alone(found: dict[str, Any]) -> bool:
    """Whether the posterior of a parameter is so close to its prior that the figures said nothing of it."""
    return bool(found["overlap"] >= OVERLAP and found["spread"] >= SPREAD)


def learnt_table(page: Page) -> Block:
    """Prior against posterior of every behavioural parameter, those that the figures moved most first."""
    from bhxh_forecast.calibration.posterior import current_posterior

    t, f = page.text, page.fmt
    posterior = current_posterior(page.inputs)
    if posterior is None:
        return paragraph(t("learnt.none"))
    about = posterior.about
    priors = page.inputs.priors
    mine = {k: v for k, v in about["by_parameter"].items() if k in priors and priors[k].block in BEHAVIOUR}
    rows = [
        Row(
            [
                capital(priors[name].name[page.lang]),
                f.number(found["shift"], 2),
                f.share(found["spread"], 0),
                f.share(found["overlap"], 0),
                f.number(found["rhat"], 3),
                f.number(found["ess"]),
                t("learnt.prior" if on_prior_alone(found) else "learnt.figures"),
            ]
        )
        for name, found in sorted(mine.items(), key=lambda item: item[1]["overlap"])
    ]
    heads = ("shift", "spread", "overlap", "rhat", "ess", "rests")
    columns = [Column(t("learnt.parameter"), LEFT), *(Column(t(f"learnt.{head}")) for head in heads)]
    note = t(
        "learnt.note",
        chains=f.number(about["populations"] * about["chains"]),
        populations=f.number(about["populations"]),
        rhat=f.number(about["rhat"], 3),
        ess=f.number(about["ess"]),
    )
    return Table(t("learnt.title"), t("learnt.unit"), columns, rows, note).block()
