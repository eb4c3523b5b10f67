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
show.title(page, "01_history_and_data")

# %% tags=["cell:bases-title"]
show.section(page, "bases")

# %% tags=["cell:denominators"]
show.denominators(page)

# %% tags=["cell:denominators-figure"]
show.figure(figures.denominators(page))

# %% tags=["cell:check-title"]
show.section(page, "check")

# %% tags=["cell:compulsory-figure"]
show.figure(figures.count_fan(page, "csi_participants", "ui_participants"))

# %% tags=["cell:voluntary-figure"]
show.figure(figures.count_fan(page, "si_participants", "vsi_participants"))

# %% tags=["cell:published-title"]
show.section(page, "published")

# %% tags=["cell:counts"]
show.published_table(page, "csi_participants", "vsi_participants", "si_participants", "ui_participants")

# %% tags=["cell:shares"]
show.published_table(page, "csi_share", "si_share", "vsi_share", "ui_share", "lfs_15plus")

# %% tags=["cell:beneficiaries"]
show.published_table(page, "pension_monthly_beneficiaries", "social_pension_beneficiaries")

# %% tags=["cell:missing-title"]
show.section(page, "missing")

# %% tags=["cell:missing"]
show.missing_table(page)
