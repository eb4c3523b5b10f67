# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: tags,-all
#     formats: py:percent,ipynb
#     notebook_metadata_filter: jupytext,kernelspec,-all
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% tags=["parameters"]
scenario = "current_policy"
world = "reference"
draws = 10_000
seed = 20181116
as_of = ""
until = 2030
lang = "vi"
run_dir = ""

# %% tags=["cell:page"]
from bhxh_forecast.reporting import figures, show

page = show.open_page(scenario, world, draws, seed, as_of, until, lang, run_dir)

# %% tags=["cell:title"]
show.title(page, "03_coverage_and_targets")

# %% tags=["cell:headline"]
show.front_page(page)

# %% tags=["cell:targets-title"]
show.section(page, "targets")

# %% tags=["cell:odds"]
show.figure(figures.target_odds(page))

# %% tags=["cell:targets"]
show.target_table(page)

# %% tags=["cell:si-title"]
show.section(page, "si")

# %% tags=["cell:si"]
show.figure(figures.coverage_fan(page, "si_coverage"))

# %% tags=["cell:vsi-title"]
show.section(page, "vsi")

# %% tags=["cell:vsi"]
show.figure(figures.coverage_fan(page, "vsi_coverage"))

# %% tags=["cell:ui-title"]
show.section(page, "ui")

# %% tags=["cell:ui"]
show.figure(figures.coverage_fan(page, "ui_coverage"))

# %% tags=["cell:old-age-title"]
show.section(page, "old_age")

# %% tags=["cell:old-age"]
show.figure(figures.coverage_fan(page, "old_age_coverage"))

# %% tags=["cell:counts-title"]
show.section(page, "counts")

# %% tags=["cell:counts"]
show.figure(figures.count_fan(page, "vsi_participants", "vsi_paying"))

# %% tags=["cell:indicators-title"]
show.section(page, "indicators")

# %% tags=["cell:indicators"]
show.indicator_table(page)
