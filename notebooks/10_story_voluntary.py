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
from bhxh_forecast.reporting import show, story

page = show.open_page(scenario, world, draws, seed, as_of, until, lang, run_dir)

# %% tags=["cell:title"]
story.title(page)

# %% tags=["cell:answer-title"]
story.section(page, "answer")

# %% tags=["cell:answer"]
story.short_answer(page)

# %% tags=["cell:today-title"]
story.section(page, "today_chapter")

# %% tags=["cell:today"]
story.today(page)

# %% tags=["cell:when"]
story.when(page)

# %% tags=["cell:measures-title"]
story.section(page, "measures")

# %% tags=["cell:measures"]
story.measures(page)

# %% tags=["cell:price-title"]
story.section(page, "price")

# %% tags=["cell:price-plan"]
story.price_picture(page, "plan")

# %% tags=["cell:price-reported"]
story.price_picture(page, "reported")

# %% tags=["cell:price"]
story.price(page)

# %% tags=["cell:attainable-title"]
story.section(page, "attainable")

# %% tags=["cell:attainable"]
story.attainable(page)

# %% tags=["cell:attainable-picture"]
story.price_picture(page, "modest")

# %% tags=["cell:hangs-title"]
story.section(page, "hangs_on")

# %% tags=["cell:hangs"]
story.hangs_on(page)

# %% tags=["cell:hangs-picture"]
story.hangs_on_picture(page)

# %% tags=["cell:find-out-title"]
story.section(page, "find_out")

# %% tags=["cell:find-out"]
story.find_out(page)
