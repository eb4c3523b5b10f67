"""``python -m bhxh_forecast.cli``: the same as the ``bhxh`` executable."""

from bhxh_forecast.cli import main

if __name__ == "__main__":
    main()
