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
show.title(page, "05_comparison")

# %% tags=["cell:meanings"]
show.scenario_meanings(page)

# %% tags=["cell:scenarios-title"]
show.section(page, "scenarios")

# %% tags=["cell:scenarios"]
show.scenario_tables(page)

# %% tags=["cell:odds-title"]
show.section(page, "odds")

# %% tags=["cell:odds"]
show.figure(figures.scenario_odds(page))

# %% tags=["cell:cost-title"]
show.section(page, "cost")

# %% tags=["cell:cost"]
show.figure(figures.scenario_cost(page))
