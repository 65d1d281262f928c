"""Money tables (收支总表 … 三公经费) to amounts."""

from jixiao.accounts.counting import count_printed_amounts
from jixiao.accounts.reading import read_money_tables

__all__ = ["count_printed_amounts", "read_money_tables"]
