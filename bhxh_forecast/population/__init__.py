"""Population by age and sex: life tables, cohort-component projection, one or many draws, retirement age."""

from bhxh_forecast.population.engine import PopulationResult, project
from bhxh_forecast.population.lifetable import life_expectancy, life_table
from bhxh_forecast.population.measures import births, dependency_ratios, median_age, total_fertility
from bhxh_forecast.population.rates import Rates

__all__ = [
    "PopulationResult",
    "Rates",
    "births",
    "dependency_ratios",
    "life_expectancy",
    "life_table",
    "median_age",
    "project",
    "total_fertility",
]
