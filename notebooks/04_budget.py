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
show.title(page, "04_budget")

# %% tags=["cell:gate"]
show.legal_gate(page)

# %% tags=["cell:cost"]
show.cost(page)

# %% tags=["cell:programmes-title"]
show.section(page, "programmes")

# %% tags=["cell:programmes"]
show.budget_table(page, "programme")

# %% tags=["cell:programmes-figure"]
show.figure(figures.budget_stack(page, "programme"))

# %% tags=["cell:risk-title"]
show.section(page, "risk")

# %% tags=["cell:risk"]
show.risk_table(page)

# %% tags=["cell:risk-figure"]
show.figure(figures.cost_fan(page))

# %% tags=["cell:sources-title"]
show.section(page, "sources")

# %% tags=["cell:sources"]
show.budget_table(page, "funding_source")

# %% tags=["cell:sources-figure"]
show.figure(figures.budget_stack(page, "funding_source"))

# %% tags=["cell:origin-title"]
show.section(page, "origin")

# %% tags=["cell:origin"]
show.budget_table(page, "legal_origin")

# %% tags=["cell:fields-title"]
show.section(page, "fields")

# %% tags=["cell:fields"]
show.budget_table(page, "spending_field")

# %% tags=["cell:prices-title"]
show.section(page, "prices")

# %% tags=["cell:prices"]
show.price_table(page)
