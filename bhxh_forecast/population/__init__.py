"""Population by age and sex: life tables, cohort-component projection, one or many draws, retirement age."""

from bhxh_forecast.population.engine import PopulationResult, project
from bhxh_forecast.population.lifetable import life_table
from bhxh_forecast.population.rates import Rates

__all__ = ["PopulationResult", "Rates", "life_table", "project"]
