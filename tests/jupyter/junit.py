"""Whether JUnit reports are valid by a schema: junit.py SCHEMA REPORT.."""

import sys

from lxml import etree

schema = etree.XMLSchema(etree.parse(sys.argv[1]))
reports = sys.argv[2:]
assert reports, "no report is given"
for path in reports:
    report = etree.parse(path)
    cases = len(report.findall(".//testcase"))
    assert cases, f"{path} has no test case"
    schema.assertValid(report)
    print(f"{path}: {cases} test cases, valid")
