-- The pairs of a rule with the names of the files and of what they are on: of a thing and item each pair of documents once.
SELECT * FROM (
  SELECT found.*, names.name, one.file, two.file AS other_file, row_number() OVER (
    PARTITION BY found.focus, found.document, found.other_document, found.item
    ORDER BY found.one, found.other, found.row, found.other_row) AS place
  FROM ({rule}) found
  JOIN names ON names.focus = found.focus
  JOIN (SELECT document, min(file) AS file FROM documents GROUP BY document) one ON one.document = found.document
  JOIN (SELECT document, min(file) AS file FROM documents GROUP BY document) two ON two.document = found.other_document
) WHERE place = 1
