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
show.title(page, "02_population_and_workforce")

# %% tags=["cell:population-title"]
show.section(page, "population")

# %% tags=["cell:pyramid"]
show.figure(figures.population_pyramid(page))

# %% tags=["cell:totals"]
show.figure(figures.population_totals(page))

# %% tags=["cell:ratios"]
show.figure(figures.ratio_fan(page))

# %% tags=["cell:known"]
show.known_total_table(page)

# %% tags=["cell:vital"]
show.vital_table(page)

# %% tags=["cell:other-projection"]
show.other_projection_table(page)

# %% tags=["cell:census"]
show.census_table(page)

# %% tags=["cell:spread"]
show.spread_table(page)

# %% tags=["cell:workforce-title"]
show.section(page, "workforce")

# %% tags=["cell:bases"]
show.figure(figures.workforce_bases(page))

# %% tags=["cell:kinds"]
show.figure(figures.base_kinds(page))

# %% tags=["cell:kind-table"]
show.kind_table(page)

# %% tags=["cell:base-table"]
show.base_table(page)

# %% tags=["cell:pools"]
show.pools_table(page)

# %% tags=["cell:participation"]
show.figure(figures.participation_profiles(page))
