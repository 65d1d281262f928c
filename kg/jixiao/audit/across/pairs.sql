-- The pairs of a rule with the names of the files and of what they are on.
SELECT found.*, names.name, one.file, two.file AS other_file
FROM ({rule}) found
JOIN names ON names.focus = found.focus
JOIN (SELECT document, min(file) AS file FROM documents GROUP BY document) one ON one.document = found.document
JOIN (SELECT document, min(file) AS file FROM documents GROUP BY document) two ON two.document = found.other_document
ORDER BY found.focus, one.file, two.file, found.item, found.one, found.other, found.row, found.other_row
