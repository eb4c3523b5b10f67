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
show.title(page, "07_population_validation")

# %% tags=["cell:validation-title"]
show.section(page, "validation")

# %% tags=["cell:errors"]
show.validation_table(page)

# %% tags=["cell:surface"]
show.figure(figures.validation_surface(page))

# %% tags=["cell:flows"]
show.flow_table(page)

# %% tags=["cell:spread-title"]
show.section(page, "nation_spread")

# %% tags=["cell:fan"]
show.figure(figures.nation_fan(page))

# %% tags=["cell:bands"]
show.band_table(page)
