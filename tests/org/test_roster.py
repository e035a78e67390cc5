"""Lists of people as spreadsheets save them."""

import pytest

from crossdesk.org import roster
from crossdesk.org.roster import BadFile, Line

ADA = Line(2, "ada@crossdesk.example", "Ada Lövelace", ("Legal", "Sales"), "lead")


@pytest.mark.parametrize(
    "text",
    [
        'email,name,departments,role\nada@crossdesk.example,Ada Lövelace,"Legal, Sales",lead\n',
        "E-Mail-Adresse;Vor- und Nachname;Abteilungen;Rolle\nada@crossdesk.example;Ada Lövelace;Legal|Sales;lead\n",
        "Rolle\tE-Mail\tVorname\tNachname\tAbteilung\tAbteilung\nlead\tada@crossdesk.example\tAda\tLövelace\tLegal\tSales\n",
        'Role|Name|E-mail|Team\nlead| Ada   Lövelace |ada@crossdesk.example|"Legal; Sales; Legal"',
    ],
)
@pytest.mark.parametrize("letters", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_separator_letters_and_headings_are_found_out(text, letters):
    assert roster.read(roster.decoded(text.encode(letters))).lines == [ADA]


def test_lines_keep_the_number_that_an_editor_shows():
    text = '\nemail,name\n\na@crossdesk.example,"Ada\nLovelace"\n,,\nb@crossdesk.example\n'

    assert roster.read(text).lines == [
        Line(4, "a@crossdesk.example", "Ada Lovelace"),
        Line(7, "b@crossdesk.example"),
    ]


def test_columns_that_are_not_known_are_named():
    found = roster.read("Phone,Email,Shoe size,\n1,a@crossdesk.example,42,")

    assert (found.columns, found.ignored) == (["email"], ["Phone", "Shoe size"])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (b" \n\n", "The file is empty."),
        (b"name,role\nAda,lead", "There is no column with e-mail addresses."),
        (b"email,role,e-mail\na,b,c", "Two columns are both read as"),
        (b"email,name\n,\n", "There is nobody below the headings."),
        (b"PK\x03\x04rest", "This is a workbook."),
        (b"email\x00name\n", "This is no text file."),
        (b"email\n" + b"x" * 200_000, "The file is broken"),
        (b"x" * 500_001, "The file is too large."),
        (b"email\n" + b"a@crossdesk.example\n" * 501, "A file holds 500 people at most."),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(content, words):
    with pytest.raises(BadFile) as error:
        roster.read(roster.decoded(content))

    assert error.value.message.startswith(words)
