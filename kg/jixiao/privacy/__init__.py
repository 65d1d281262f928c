"""Keep persons out of everything that is made from a document (个人信息).

Printed rows are published word for word as the source of what was lifted, so leaving a field out of the records is not
enough: the text itself must not hold the person. What is withheld reads 〔已隐去〕; the rest of the row stays.
"""

from jixiao.privacy.texts import withhold_name, withhold_text
from jixiao.privacy.withholding import withhold_persons

__all__ = ["withhold_name", "withhold_persons", "withhold_text"]
