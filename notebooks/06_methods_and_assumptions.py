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
show.title(page, "06_methods_and_assumptions")

# %% tags=["cell:plausibility-title", "shared-only"]
show.section(page, "plausibility")

# %% tags=["cell:support", "shared-only"]
show.support_table(page)

# %% tags=["cell:growth", "shared-only"]
show.growth_table(page)

# %% tags=["cell:track-title"]
show.section(page, "track")

# %% tags=["cell:track"]
show.track_table(page)

# %% tags=["cell:bars", "shared-only"]
show.bar_table(page)

# %% tags=["cell:learnt-title", "shared-only"]
show.section(page, "learnt")

# %% tags=["cell:learnt", "shared-only"]
show.learnt_table(page)

# %% tags=["cell:random-title"]
show.section(page, "random")

# %% tags=["cell:random"]
show.random_and_frozen(page)

# %% tags=["cell:assumptions-title"]
show.section(page, "assumptions")

# %% tags=["cell:effects"]
show.figure(figures.assumption_effects(page))

# %% tags=["cell:assumptions", "shared-only"]
show.assumption_table(page)

# %% tags=["cell:main-assumptions", "report-only"]
show.assumption_table(page, 25)

# %% tags=["cell:missing-title", "shared-only"]
show.section(page, "missing")

# %% tags=["cell:missing", "shared-only"]
show.missing_table(page)

# %% tags=["cell:equations-title"]
show.section(page, "equations")

# %% tags=["cell:equations"]
show.pointer(page)
