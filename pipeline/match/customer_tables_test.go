package match

func namesakeDecisions() []decision {
	return []decision{
		{
			name: "two of a name", row: "John Smith", records: records("John Smith | dob 1980-01-22", "John Smith | zip 94510"),
			want: wantAmbiguous(CodeNamesakes, "by: +name(A)", kindBirth|kindZip, 0, 1),
		},
		{
			name: "two with the household's phone", row: "John Smith | phone 2125550100", records: records("John Smith | phone 2125550100", "John Smith Jr | phone 2125550100"),
			want: wantAmbiguous(CodeNamesakes, "by: +name(A) +phone", 0, 0, 1),
		},
		{
			name: "two with one email", row: "John Smith | email smith@example.com", records: records("John Smith | email smith@example.com", "John Smith | email smith@example.com | dob 1980-01-22"),
			want: wantAmbiguous(CodeNamesakes, "by: +name(A) +email", kindBirth, 0, 1),
		},
		{
			name: "evidence of two", row: "John Smith | dob 1980-01-22 | email smith@example.com", records: records("John Smith | email smith@example.com", "John Smith | dob 1980-01-22"),
			want: wantAmbiguous(CodeNamesakes, "by: +name(A) +dob", 0, 1, 0),
		},
		{
			name: "twins, and the row has the initial", row: "J Smith | dob 1980-01-22", records: records("James Smith | dob 1980-01-22 | ssn 4242", "John Smith | dob 1980-01-22 | ssn 9876"),
			want: wantAmbiguous(CodeNamesakes, "by: +name(B:initial) +dob", kindSSN, 0, 1),
		},
		{
			name: "twins, and one has the name", row: "John Smith | dob 1980-01-22 | phone 2125550100 | zip 94510",
			records: records("Joan Smith | dob 1980-01-22 | phone 2125550100 | zip 94510", "John Smith | dob 1980-01-22 | phone 2125550100 | zip 94510"),
			want:    wantMatch(Strong, "by: +name(A) +dob +phone +zip", 1),
		},
		{
			name: "the twin of a missing record", row: "Joan Smith | dob 1980-01-22 | phone 2125550100 | zip 94510",
			records: records("Joann Smith | dob 1980-01-22 | phone 2125550100 | zip 94510"),
			want:    wantAmbiguous(CodeSimilar, "by: +name(C) +dob +phone +zip", 0, 0),
		},
		{
			name: "a sibling of a missing record", row: "Mary Smith | phone 2125550100 | zip 94510", records: records("Ann Smith | phone 2125550100 | zip 94510"),
			want: wantNotFound(CodeNotFound, ""),
		},
		{
			name: "ties go by system ID", row: "John Smith", records: records("John Smith", "John Smith", "John Smith"),
			want: wantAmbiguous(CodeNamesakes, "by: +name(A)", 0, 0, 1, 2),
		},
	}
}

func dominatedDecisions() []decision {
	return []decision{
		{
			name: "father and son, distinguished by the suffix", row: "John Smith Jr | phone 2125550100 | email smith@example.com",
			records: records("John Smith Sr | phone 2125550100 | email smith@example.com", "John Smith Jr | phone 2125550100 | email smith@example.com"),
			want:    wantMatch(corroborated, "by: +name(A) +suffix +email +phone", 1),
		},
		{
			name: "father and son, distinguished by the birth date", row: "John Smith | dob 1980-01-22 | email smith@example.com",
			records: records("John Smith | dob 1955-06-01 | email smith@example.com", "John Smith | dob 1980-01-22 | email smith@example.com"),
			want:    wantMatch(Strong, "by: +name(A) +dob +email", 1),
		},
		{
			name: "father and son, distinguished by the middle initial", row: "John Q Smith | email smith@example.com",
			records: records("John R Smith | email smith@example.com", "John Q Smith | email smith@example.com"),
			want:    wantMatch(corroborated, "by: +name(A) +middle +email", 1),
		},
		{
			name: "ruled out by a field that the other lacks", row: "John Q Smith | email smith@example.com",
			records: records("John R Smith | email smith@example.com", "John Smith | email smith@example.com"),
			want:    wantAmbiguous(CodeNamesakes, "by: +name(A) +email", 0, 1, 0),
		},
		{
			name: "ruled out, but born when the row says", row: "John Smith Jr | dob 1980-01-22 | email smith@example.com",
			records: records("John Smith Sr | dob 1980-01-22", "John Smith Jr | email smith@example.com"),
			want:    wantAmbiguous(CodeNamesakes, "by: +name(A) +suffix +email", 0, 1, 0),
		},
		{
			name: "ruled out by number, but born when the row says", row: "John Smith | dob 1980-01-22 | ssn 4242",
			records: records("John Smith | dob 1980-01-22 | ssn 9876", "John Smith | ssn 4242"),
			want:    wantMatch(Strong, "by: +name(A) +ssn4", 1),
		},
		{
			name: "ruled out by birth, but of the row's number", row: "John Smith | dob 1980-01-22 | ssn 4242",
			records: records("John Smith | dob 1955-06-01 | ssn 4242", "John Smith | dob 1980-01-22"),
			want:    wantMatch(Strong, "by: +name(A) +dob", 1),
		},
		{
			name: "ruled out by the suffix, but of the same email", row: "John Smith Jr | dob 1980-01-22 | email smith@example.com",
			records: records("John Smith Sr | email smith@example.com", "John Smith | dob 1980-01-22"),
			want:    wantAmbiguous(CodeNamesakes, "by: +name(A) +dob", 0, 1, 0),
		},
		{
			name: "ruled out, but of the row's custom ID", row: "John Q Smith | id C-1 | email smith@example.com",
			records: records("John R Smith | id C-1", "John Q Smith | email smith@example.com"),
			want:    wantAmbiguous(CodeNamesakes, "by: +name(A) +middle +email", 0, 1, 0),
		},
		{
			name: "a hint at a relative does not make way for a third", row: "John Smith Jr | id C-1 | email smith@example.com",
			records: records("John Smith | email smith@example.com", "John Smith | id C-1"),
			want:    wantAmbiguous(CodeNamesakes, "by: +name(A) +custom_id", 0, 1, 0),
		},
		{
			name: "the same name before a variant", row: "John Smith | email smith@example.com | phone 2125550100",
			records: records("Jack Smith | email smith@example.com", "John Smith | email smith@example.com | phone 2125550100"),
			want:    wantMatch(corroborated, "by: +name(A) +email +phone", 1),
		},
		{
			name: "a variant with more agreement", row: "John Smith | email smith@example.com | phone 2125550100",
			records: records("Jack Smith | email smith@example.com | phone 2125550100", "John Smith | email smith@example.com"),
			want:    wantAmbiguous(CodeNamesakes, "by: +name(B:nickname) +email +phone", 0, 0, 1),
		},
		{
			name: "a variant with different agreement", row: "John Smith | dob 1980-01-22 | email smith@example.com | phone 2125550100",
			records: records("Jack Smith | dob 1980-01-22 | phone 2125550100", "John Smith | dob 1980-01-22 | email smith@example.com"),
			want:    wantAmbiguous(CodeDuplicateCustomer, "by: +name(A) +dob +email", 0, 1, 0),
		},
		{
			name: "the same name is not enough if it is ruled out", row: "John Q Smith | dob 1980-01-22", records: records("Jack Smith | dob 1980-01-22", "John R Smith | dob 1980-01-22"),
			want: wantAmbiguous(CodeNamesakes, "by: +name(B:nickname) +dob", 0, 0, 1),
		},
		{
			name: "the same name twice is not enough", row: "John Smith | dob 1980-01-22 | zip 94510", records: records("John Smith | dob 1980-01-22 | zip 94510", "John Smith | dob 1980-01-22"),
			want: wantAmbiguous(CodeDuplicateCustomer, "by: +name(A) +dob +zip", 0, 0, 1),
		},
		{
			name: "everything agrees with both", row: "John Smith | dob 1980-01-22 | ssn 4242 | id C-1 | email smith@example.com",
			records: records("Jack Smith | dob 1980-01-22 | ssn 4242 | id C-1 | email smith@example.com", "John Smith | dob 1980-01-22 | ssn 4242 | id C-1 | email smith@example.com"),
			want:    wantMatch(Strong, "by: +name(A) +custom_id +ssn4 +dob +email", 1),
		},
	}
}

// The surname is a different one after a marriage, or has more than one typing error.
func changedNameDecisions() []decision {
	const row = "Ann Kowalski | "
	const similar = "by: ~name"
	return []decision{
		{name: "birth date and phone", row: row + "dob 1980-01-22 | phone 2125550100", records: records("Ann Jones | dob 1980-01-22 | phone 2125550100"), want: wantMatch(Strong, similar+" +dob +phone", 0)},
		{name: "and back", row: "Ann Jones | dob 1980-01-22 | phone 2125550100", records: records("Ann Kowalski | dob 1980-01-22 | phone 2125550100"), want: wantMatch(Strong, similar+" +dob +phone", 0)},
		{name: "birth date and email", row: row + "dob 1980-01-22 | email ann@example.com", records: records("Ann Jones | dob 1980-01-22 | email ann@example.com"), want: wantMatch(Strong, similar+" +dob +email", 0)},
		{name: "birth date and number", row: row + "dob 1980-01-22 | ssn 4242", records: records("Ann Jones | dob 1980-01-22 | ssn 4242"), want: wantMatch(Strong, similar+" +ssn4 +dob", 0)},
		{name: "number and email", row: row + "ssn 4242 | email ann@example.com", records: records("Ann Jones | ssn 4242 | email ann@example.com"), want: wantMatch(Strong, similar+" +ssn4 +email", 0)},
		{name: "birth date and custom ID", row: row + "dob 1980-01-22 | id C-1", records: records("Ann Jones | dob 1980-01-22 | id C-1"), want: wantMatch(Strong, similar+" +custom_id +dob", 0)},
		{name: "birth date and zip", row: row + "dob 1980-01-22 | zip 94510", records: records("Ann Jones | dob 1980-01-22 | zip 94510"), want: wantMatch(Strong, similar+" +dob +zip", 0)},
		{name: "number and zip", row: row + "ssn 4242 | zip 94510", records: records("Ann Jones | ssn 4242 | zip 94510"), want: wantMatch(Strong, similar+" +ssn4 +zip", 0)},
		{name: "birth date and another zip", row: row + "dob 1980-01-22 | zip 94510", records: records("Ann Jones | dob 1980-01-22 | zip 10001"), want: wantNotFound(CodeNotFound, "")},
		{name: "birth date and zip, and another email", row: row + "dob 1980-01-22 | zip 94510 | email a@example.com", records: records("Ann Jones | dob 1980-01-22 | zip 94510 | email j@example.com"), want: wantAmbiguous(CodeSimilar, similar+" +dob ~email +zip", 0, 0)},
		{name: "birth date and zip, and a nickname", row: row + "dob 1980-01-22 | zip 94510", records: records("Annie Jones | dob 1980-01-22 | zip 94510"), want: wantAmbiguous(CodeSimilar, similar+" +dob +zip", 0, 0)},
		{name: "birth date alone", row: row + "dob 1980-01-22", records: records("Ann Jones | dob 1980-01-22"), want: wantNotFound(CodeNotFound, "")},
		{
			name: "email and phone", row: row + "email ann@example.com | phone 2125550100", records: records("Ann Jones | email ann@example.com | phone 2125550100"),
			want: wantAmbiguous(CodeSimilar, similar+" +email +phone", 0, 0),
		},
		{
			name: "another middle initial", row: "Ann Q Kowalski | dob 1980-01-22 | phone 2125550100", records: records("Ann R Jones | dob 1980-01-22 | phone 2125550100"),
			want: wantMatch(Strong, similar+" +dob +phone", 0),
		},
		{
			name: "another number", row: row + "dob 1980-01-22 | phone 2125550100 | ssn 4242", records: records("Ann Jones | dob 1980-01-22 | phone 2125550100 | ssn 9876"),
			want: wantAmbiguous(CodeContradicted, similar+" -ssn4 +dob +phone", 0, 0),
		},
		{
			name: "another given name", row: row + "dob 1980-01-22 | phone 2125550100", records: records("Mary Jones | dob 1980-01-22 | phone 2125550100"),
			want: wantAmbiguous(CodeSimilar, "by: -name +dob +phone", 0, 0),
		},
		{
			name: "an initial is no given name", row: "A Kowalski | dob 1980-01-22 | phone 2125550100", records: records("Ann Jones | dob 1980-01-22 | phone 2125550100"),
			want: wantAmbiguous(CodeSimilar, "by: -name +dob +phone", 0, 0),
		},
		{
			name: "letters, number and phone", row: "Maria Luxford | ssn 4242 | phone 2125550100", records: records("Maria Luxon | ssn 4242 | phone 2125550100"),
			want: wantMatch(Strong, "by: +name(C) +ssn4 +phone", 0),
		},
		{
			name: "letters, custom ID and phone", row: "Maria Luxford | id C-1 | phone 2125550100", records: records("Maria Luxon | id C-1 | phone 2125550100"),
			want: wantMatch(Strong, "by: +name(C) +custom_id +phone", 0),
		},
		{
			name: "letters, birth date, email and phone", row: "Maria Luxford | dob 1980-01-22 | email m@example.com | phone 2125550100", records: records("Maria Luxon | dob 1980-01-22 | email m@example.com | phone 2125550100"),
			want: wantMatch(Strong, "by: +name(C) +dob +email +phone", 0),
		},
		{
			name: "letters, birth date and email", row: "Maria Luxford | dob 1980-01-22 | email mary@example.com", records: records("Maria Luxon | dob 1980-01-22 | email mary@example.com"),
			want: wantMatch(Strong, "by: +name(C) +dob +email", 0),
		},
		{
			name: "letters, birth date and phone", row: "Maria Luxford | dob 1980-01-22 | phone 2125550100 | zip 94510", records: records("Maria Luxon | dob 1980-01-22 | phone 2125550100 | zip 94510"),
			want: wantMatch(Strong, "by: +name(C) +dob +phone +zip", 0),
		},
		{
			name: "letters and number", row: "Maria Luxford | ssn 4242", records: records("Maria Luxon | ssn 4242"),
			want: wantAmbiguous(CodeSimilar, "by: +name(C) +ssn4", 0, 0),
		},
		{
			name: "letters, number and zip", row: "Maria Luxford | ssn 4242 | zip 94510", records: records("Maria Luxon | ssn 4242 | zip 94510"),
			want: wantMatch(Strong, "by: +name(C) +ssn4 +zip", 0),
		},
		{
			name: "letters, number, zip and another phone", row: "Maria Luxford | ssn 4242 | zip 94510 | phone 2125550100", records: records("Maria Luxon | ssn 4242 | zip 94510 | phone 6465550111"),
			want: wantAmbiguous(CodeSimilar, "by: +name(C) +ssn4 ~phone +zip", 0, 0),
		},
		{
			name: "letters, birth date and zip", row: "Maria Luxford | dob 1980-01-22 | zip 94510", records: records("Maria Luxon | dob 1980-01-22 | zip 94510"),
			want: wantMatch(Strong, "by: +name(C) +dob +zip", 0),
		},
		{
			name: "letters of both parts, birth date and zip", row: "Marja Luxford | dob 1980-01-22 | zip 94510", records: records("Maria Luxon | dob 1980-01-22 | zip 94510"),
			want: wantAmbiguous(CodeSimilar, "by: -name +dob +zip", 0, 0),
		},
		{
			name: "a given name alone, birth date and zip", row: "Ann | dob 1980-01-22 | zip 94510", records: records("Ann Jones | dob 1980-01-22 | zip 94510"),
			want: wantMatch(Strong, "by: +name(C) +dob +zip", 0),
		},
		{
			name: "a given name alone, and the birth date", row: "Ann | dob 1980-01-22", records: records("Ann Jones | dob 1980-01-22"),
			want: wantAmbiguous(CodeSimilar, "by: +name(C) +dob", 0, 0),
		},
		{
			name: "a surname alone, birth date and zip, as of an absent twin", row: "Jones | dob 1980-01-22 | zip 94510", records: records("Ann Jones | dob 1980-01-22 | zip 94510"),
			want: wantAmbiguous(CodeSimilar, "by: +name(C) +dob +zip", 0, 0),
		},
		{
			name: "another given name, birth date and zip, as of an absent twin", row: "Mary Jones | dob 1980-01-22 | zip 94510", records: records("Ann Jones | dob 1980-01-22 | zip 94510"),
			want: wantAmbiguous(CodeSimilar, "by: -name +dob +zip", 0, 0),
		},
		{
			name: "an absent twin, surname first", row: "Jones Mary | dob 1980-01-22 | phone 2125550100 | zip 94510", records: records("Ann Jones | dob 1980-01-22 | phone 2125550100 | zip 94510"),
			want: wantAmbiguous(CodeSimilar, "by: -name +dob +phone +zip", 0, 0),
		},
		{
			name: "an absent twin of a short name, surname first", row: "Jones Jan | dob 1980-01-22", records: records("Jane Jones | dob 1980-01-22"),
			want: wantNotFound(CodeNotFound, ""),
		},
		{
			name: "letters, email and phone", row: "Maria Luxford | email mary@example.com | phone 2125550100", records: records("Maria Luxon | email mary@example.com | phone 2125550100"),
			want: wantAmbiguous(CodeSimilar, "by: +name(C) +email +phone", 0, 0),
		},
		{
			name: "next to a record with the name", row: row + "dob 1980-01-22 | phone 2125550100", records: records("Ann Jones | dob 1980-01-22 | phone 2125550100", "Ann Kowalski | zip 94510"),
			want: wantMatch(Strong, similar+" +dob +phone", 0),
		},
	}
}

// slipDecisions are slips that the rest of the evidence makes up for, and the same ones
// where it does not.
func slipDecisions() []decision {
	slip := func(name, row, record string, want Verdict) decision {
		return decision{name: name, row: row, records: records(record), want: want}
	}
	similar := func(reasons string) Verdict { return wantAmbiguous(CodeSimilar, reasons, 0, 0) }
	return []decision{
		slip("a digit of the number", "John Smith | ssn 4242 | dob 1980-01-22", "John Smith | ssn 4243 | dob 1980-01-22", wantMatch(Strong, "by: +name(A) ~ssn4 +dob", 0)),
		slip("two digits of the number changed places", "John Smith | ssn 4281 | dob 1980-01-22", "John Smith | ssn 4821 | dob 1980-01-22", wantMatch(Strong, "by: +name(A) ~ssn4 +dob", 0)),
		slip("a digit of the number, and no birth date", "John Smith | ssn 4242", "John Smith | ssn 4243", wantAmbiguous(CodeContradicted, "by: +name(A) -ssn4", 0, 0)),
		slip("the last digit of a twin's number, and an initial", "J Smith | ssn 4242 | dob 1980-01-22", "John Smith | ssn 4243 | dob 1980-01-22", wantAmbiguous(CodeContradicted, "by: +name(B:initial) -ssn4 +dob", 0, 0)),
		slip("the last digit of a twin's number, and both parts", "Patricka Johnosn | ssn 4242 | dob 1980-01-22", "Patricia Johnson | ssn 4243 | dob 1980-01-22", similar("by: +name(C) -ssn4 +dob")),
		slip("another digit of the number, and both parts", "Patricka Johnosn | ssn 4242 | dob 1980-01-22", "Patricia Johnson | ssn 4742 | dob 1980-01-22", wantMatch(Strong, "by: +name(C) ~ssn4 +dob", 0)),
		slip("a digit of the number, and another surname", "Ann Kowalski | ssn 4242 | dob 1980-01-22", "Ann Jones | ssn 4243 | dob 1980-01-22", wantMatch(Strong, "by: ~name ~ssn4 +dob", 0)),
		slip("a digit of the number, and another given name", "Rachel Byers | ssn 4242 | dob 1980-01-22", "Georgia Byers | ssn 4742 | dob 1980-01-22", wantNotFound(CodeNotFound, "")),
		slip("a digit of the number and one of the birth date", "John Smith | ssn 4242 | dob 1980-01-22", "John Smith | ssn 4243 | dob 1980-01-23",
			wantAmbiguous(CodeContradicted, "by: +name(A) -ssn4 ~dob", 0, 0)),
		slip("a digit of the number, another given name, and the zip", "Rachel Byers | ssn 4242 | dob 1980-01-22 | zip 94510", "Georgia Byers | ssn 4742 | dob 1980-01-22 | zip 94510",
			wantMatch(Strong, "by: ~name(part) ~ssn4 +dob +zip", 0)),
		slip("the last digit of a twin's number, another given name, and the zip", "Rachel Byers | ssn 4242 | dob 1980-01-22 | zip 94510", "Georgia Byers | ssn 4243 | dob 1980-01-22 | zip 94510",
			similar("by: -name -ssn4 +dob +zip")),
		slip("in both parts, which changed places, and the birth date", "Filipob Imoegn | dob 1980-01-22", "Imogen Filipov | dob 1980-01-22", wantMatch(Strong, "by: +name(C) +dob", 0)),
		slip("in both parts, which changed places, and the email", "Filipob Imoegn | email i@example.com", "Imogen Filipov | email i@example.com", similar("by: +name(C) +email")),
		slip("in both parts, which changed places, and the given name is another one", "Johnosn Julian | dob 1980-01-22", "Julia Johnson | dob 1980-01-22", wantNotFound(CodeNotFound, "")),
		slip("a surname alone, and both identifiers", "Rachel Byers | ssn 4242 | dob 1980-01-22", "Georgia Byers | ssn 4242 | dob 1980-01-22", wantMatch(Strong, "by: ~name(part) +ssn4 +dob", 0)),
		slip("a similar surname alone, and both identifiers", "Rachel Byersi | ssn 4242 | dob 1980-01-22", "Georgia Byers | ssn 4242 | dob 1980-01-22", wantMatch(Strong, "by: ~name(part) +ssn4 +dob", 0)),
		slip("a similar word alone, and both identifiers", "Seehusesn | ssn 4242 | dob 1980-01-22", "Jasmyn Seehusen | ssn 4242 | dob 1980-01-22", wantMatch(Strong, "by: ~name(part) +ssn4 +dob", 0)),
		slip("a similar given name alone, and both identifiers", "Haylqey | ssn 4242 | dob 1980-01-22", "Hayley Sherriff | ssn 4242 | dob 1980-01-22", wantMatch(Strong, "by: ~name(part) +ssn4 +dob", 0)),
		slip("two similar words alone, and both identifiers", "Swings | ssn 4242 | dob 1980-01-22", "Swiggsy | ssn 4242 | dob 1980-01-22", wantMatch(Strong, "by: ~name(part) +ssn4 +dob", 0)),
		slip("another word alone, and both identifiers", "Walker | ssn 4242 | dob 1980-01-22", "Jasmyn Seehusen | ssn 4242 | dob 1980-01-22", wantNotFound(CodeNotFound, "")),
		slip("a similar surname that comes first, and both identifiers", "Kranx Kiera | ssn 4242 | dob 1980-01-22", "Gabriel Kranz | ssn 4242 | dob 1980-01-22", wantMatch(Strong, "by: ~name(part) +ssn4 +dob", 0)),
		slip("a similar word alone, and the birth date", "Seehusesn | dob 1980-01-22", "Jasmyn Seehusen | dob 1980-01-22", wantNotFound(CodeNotFound, "")),
		slip("a surname alone, and the birth date", "Rachel Byers | ssn 4242 | dob 1980-01-22", "Georgia Byers | dob 1980-01-22", wantNotFound(CodeNotFound, "")),
		slip("no part of the name, and both identifiers", "Rachel Byers | ssn 4242 | dob 1980-01-22 | phone 2125550100", "John Smith | ssn 4242 | dob 1980-01-22 | phone 2125550100",
			similar("by: -name +ssn4 +dob +phone")),
		slip("in both parts, and the birth date", "Patricka Johnosn | dob 1980-01-22", "Patricia Johnson | dob 1980-01-22", wantMatch(Strong, "by: +name(C) +dob", 0)),
		slip("in both parts, and the number", "Patricka Johnosn | ssn 4242", "Patricia Johnson | ssn 4242", wantMatch(Strong, "by: +name(C) +ssn4", 0)),
		slip("in both parts, and the email", "Patricka Johnosn | email p@example.com", "Patricia Johnson | email p@example.com", similar("by: +name(C) +email")),
		slip("in both parts, the birth date, and another phone", "Patricka Johnosn | dob 1980-01-22 | phone 2125550100", "Patricia Johnson | dob 1980-01-22 | phone 6465550111",
			similar("by: +name(C) +dob ~phone")),
		slip("in both parts, and the given name is another one", "Julian Johnosn | dob 1980-01-22", "Julia Johnson | dob 1980-01-22", wantNotFound(CodeNotFound, "")),
		slip("of four letters, and the birth date", "John Reed | dob 1980-01-22", "John Reid | dob 1980-01-22", wantMatch(Strong, "by: +name(C) +dob", 0)),
		slip("of four letters of an unknown given name", "Jaqk Miller | dob 1980-01-22", "Jack Miller | dob 1980-01-22", wantMatch(Strong, "by: +name(C) +dob", 0)),
		slip("of four letters, and the email", "John Reed | email j@example.com", "John Reid | email j@example.com", similar("by: +name(C) +email")),
		slip("of four letters, the birth date, and another email", "John Reed | dob 1980-01-22 | email j@example.com", "John Reid | dob 1980-01-22 | email r@example.com", similar("by: +name(C) +dob ~email")),
		slip("of four letters, the birth date, and another zip", "John Reed | dob 1980-01-22 | zip 94510", "John Reid | dob 1980-01-22 | zip 10001", wantMatch(Strong, "by: +name(C) +dob ~zip", 0)),
		slip("of two letters, and the birth date", "Minh Vo | dob 1980-01-22", "Minh Ho | dob 1980-01-22", wantMatch(Strong, "by: ~name +dob", 0)),
		slip("of two letters, and the phone", "Minh Vo | phone 2125550100", "Minh Ho | phone 2125550100", wantNotFound(CodeNotFound, "")),
		slip("in the surname, which comes first, and the birth date", "McCarrhy Timothy | dob 1980-01-22", "Timothy McCarthy | dob 1980-01-22", wantMatch(Strong, "by: +name(C) +dob", 0)),
		slip("in the given name, which comes last, and the number", "Rees Mariianne | ssn 4242", "Marianne Rees | ssn 4242", wantMatch(Strong, "by: +name(C) +ssn4", 0)),
		slip("in the surname, which comes first, and the email", "McCarrhy Timothy | email t@example.com", "Timothy McCarthy | email t@example.com", similar("by: +name(C) +email")),
		slip("twice in a long surname, and the birth date", "Georgia Gryosler | dob 1980-01-22", "Georgia Grosser | dob 1980-01-22", wantMatch(Strong, "by: +name(C) +dob", 0)),
		slip("twice in a long surname, and the email", "Georgia Gryosler | email g@example.com", "Georgia Grosser | email g@example.com", similar("by: +name(C) +email")),
		slip("two letters more, and the birth date", "Peter Martin | dob 1980-01-22", "Peter Martinez | dob 1980-01-22", similar("by: +name(C) +dob")),
		slip("twice in a surname of five letters, and the birth date", "Peter Marxyn | dob 1980-01-22", "Peter Marin | dob 1980-01-22", similar("by: +name(C) +dob")),
		slip("twice in a long surname, and once in the given name", "Georgja Gryosler | dob 1980-01-22", "Georgia Grosser | dob 1980-01-22", wantNotFound(CodeNotFound, "")),
		slip("in a short given name, and the birth date", "Zoed Miller | dob 1980-01-22", "Zoe Miller | dob 1980-01-22", wantMatch(Strong, "by: +name(C) +dob", 0)),
		slip("of three letters of the given name, and the birth date", "Zoh Miller | dob 1980-01-22", "Zoe Miller | dob 1980-01-22", wantNotFound(CodeNotFound, "")),
		slip("in a short given name and in the surname, and the birth date", "Zoed Muller | dob 1980-01-22", "Zoe Miller | dob 1980-01-22", wantNotFound(CodeNotFound, "")),
		slip("in a single word, and the birth date", "Siwggs | dob 1980-01-22", "Swiggs | dob 1980-01-22", wantMatch(Strong, "by: +name(C) +dob", 0)),
		slip("in a single word, and the email", "Siwggs | email s@example.com", "Swiggs | email s@example.com", similar("by: +name(C) +email")),
		slip("of the birth date's day and the number, and the zip", "John Smith | dob 1980-01-22 | ssn 4242 | zip 94510", "John Smith | dob 1980-01-23 | ssn 4243 | zip 94510", wantMatch(corroborated, "by: +name(A) ~ssn4 ~dob +zip", 0)),
		slip("of the birth date's year and the number, and the zip", "John Smith | dob 1980-01-22 | ssn 4242 | zip 94510", "John Smith | dob 1981-01-22 | ssn 4243 | zip 94510",
			wantAmbiguous(CodeContradicted, "by: +name(A) -ssn4 ~dob +zip", 0, 0)),
		slip("of two letters of the surname, and a nickname", "Bob Vo | dob 1980-01-22", "Robert Ho | dob 1980-01-22", wantNotFound(CodeNotFound, "")),
		slip("of the birth date's day, and the zip", "John Smith | dob 1980-01-22 | zip 94510", "John Smith | dob 1980-01-23 | zip 94510", wantMatch(corroborated, "by: +name(A) ~dob +zip", 0)),
		slip("of the birth date's order, and the phone", "John Smith | dob 1980-02-11 | phone 2125550100", "John Smith | dob 1980-11-02 | phone 2125550100", wantMatch(corroborated, "by: +name(A) ~dob +phone", 0)),
		slip("of the birth date's year, and the zip", "John Smith | dob 1980-01-22 | zip 94510", "John Smith | dob 1981-01-22 | zip 94510", wantAmbiguous(CodeUnconfirmed, "by: +name(A) ~dob +zip", 0, 0)),
		slip("of the birth date, and another zip", "John Smith | dob 1980-01-22 | zip 94510", "John Smith | dob 1980-01-23 | zip 10001", wantAmbiguous(CodeUnconfirmed, "by: +name(A) ~dob ~zip", 0, 0)),
		slip("of the birth date, the zip, and an initial", "J Smith | dob 1980-01-22 | zip 94510", "John Smith | dob 1980-01-23 | zip 94510", wantAmbiguous(CodeUnconfirmed, "by: +name(B:initial) ~dob +zip", 0, 0)),
		slip("a month without its day, and the zip", "John Smith | dob Mar 1980 | zip 94510", "John Smith | dob 1980-05-22 | zip 94510", wantAmbiguous(CodeUnconfirmed, "by: +name(A) ~dob +zip", 0, 0)),
	}
}

// outweighedDecisions are people of whom one identifier differs, while the rest agrees or
// does not.
func outweighedDecisions() []decision {
	one := func(name, row, record string, want Verdict) decision {
		return decision{name: name, row: row, records: records(record), want: want}
	}
	contradicted := func(reasons string) Verdict { return wantAmbiguous(CodeContradicted, reasons, 0, 0) }
	const row, born, number = "Emma Reid | dob 1980-01-22 | ssn 4242", " | dob 1955-06-01 | ssn 4242", " | dob 1980-01-22 | ssn 9876"
	return []decision{
		one("another birth date", row+" | zip 94510", "Emma Reid"+born+" | zip 94510", wantMatch(Strong, "by: +name(A) +ssn4 ~dob(other) +zip", 0)),
		one("another birth date and a nickname", row+" | phone 2125550100", "Emmy Reid"+born+" | phone 2125550100", wantMatch(Strong, "by: +name(B:nickname) +ssn4 ~dob(other) +phone", 0)),
		one("another birth date and an initial", "E Reid | dob 1980-01-22 | ssn 4242 | zip 94510", "Emma Reid"+born+" | zip 94510", contradicted("by: +name(B:initial) +ssn4 -dob +zip")),
		one("another birth date and another home", row+" | zip 94510", "Emma Reid"+born+" | zip 10001", contradicted("by: +name(A) +ssn4 -dob ~zip")),
		one("another birth date and a slip in the zip", row+" | zip 94510", "Emma Reid"+born+" | zip 94501", wantMatch(Strong, "by: +name(A) +ssn4 ~dob(other) ~zip", 0)),
		one("another birth date and no home", row, "Emma Reid"+born, contradicted("by: +name(A) +ssn4 -dob")),
		one("another birth date and a suffix", "Emma Reid Jr | dob 1980-01-22 | ssn 4242 | zip 94510", "Emma Reid"+born+" | zip 94510", contradicted("by: +name(A) +ssn4 -dob +zip")),
		one("another birth date and another middle name", "Emma Jane Reid | dob 1980-01-22 | ssn 4242 | zip 94510", "Emma Joan Reid"+born+" | zip 94510",
			contradicted("by: +name(A) ~middle +ssn4 -dob +zip")),
		one("another number", row+" | zip 94510", "Emma Reid"+number+" | zip 94510", wantMatch(Strong, "by: +name(A) ~ssn4(other) +dob +zip", 0)),
		one("another number and a typing error in the surname", "Emma Rivedra | dob 1980-01-22 | ssn 4242 | email e@example.com", "Emma Rivera"+number+" | email e@example.com",
			wantMatch(Strong, "by: +name(B:typo) ~ssn4(other) +dob +email", 0)),
		one("another number and a short surname with a typing error", "Emma Ried | dob 1980-01-22 | ssn 4242 | zip 94510", "Emma Reid"+number+" | zip 94510",
			wantMatch(Strong, "by: +name(C) ~ssn4(other) +dob +zip", 0)),
		one("the twin of a missing record", "Xiomarra Rivera | dob 1980-01-22 | ssn 4242 | zip 94510", "Xiomara Rivera"+number+" | zip 94510", contradicted("by: +name(B:typo) -ssn4 +dob +zip")),
		one("another number and another birth date", row+" | zip 94510 | email e@example.com", "Emma Reid | dob 1955-06-01 | ssn 9876 | zip 94510 | email e@example.com",
			contradicted("by: +name(A) -ssn4 -dob +email +zip")),
		{
			name: "mother and daughter, and the row has the birth date of one and the number of the other", row: row + " | zip 94510",
			records: records("Emma Reid"+born+" | zip 94510", "Emma Reid"+number+" | zip 94510"),
			want:    wantAmbiguous(CodeNamesakes, "by: +name(A) +ssn4 ~dob(other) +zip", 0, 0, 1),
		},
	}
}

// loanOf returns records of which those marked + are the customers of the row's loan.
func loanOf(people ...string) []testRecord {
	list := records(people...)
	for i := range list {
		if rest, is := parseBorrower(list[i].person); is {
			list[i] = testRecord{person: rest, borrower: true}
		}
	}
	return list
}

// parseBorrower removes the mark, and reports whether there was one.
func parseBorrower(person string) (string, bool) {
	if person[0] == '+' {
		return person[1:], true
	}
	return person, false
}

func loanDecisions() []decision {
	loan := func(name, row string, want Verdict, people ...string) decision {
		return decision{name: name, row: row, records: loanOf(people...), loan: true, want: want}
	}
	return []decision{
		loan("its only customer", "John Smith", wantMatch(Strong, "by: +name(A) +loan", 0), "+John Smith"),
		loan("its only customer, by a nickname", "Jack Smith", wantMatch(Strong, "by: +name(B:nickname) +loan", 0), "+John Smith"),
		loan("a namesake elsewhere", "John Smith", wantMatch(Strong, "by: +name(A) +loan", 1), "John Smith | zip 94510", "+John Smith"),
		loan("a namesake elsewhere whose email agrees", "John Smith | email smith@example.com", wantMatch(Strong, "by: +name(A) +loan", 1), "John Smith | email smith@example.com", "+John Smith"),
		loan("two customers, one with the name", "John Smith", wantMatch(Strong, "by: +name(A) +loan", 1), "+Mary Smith", "+John Smith"),
		loan("father and son", "John Smith", wantAmbiguous(CodeNamesakes, "by: +name(A) +loan", kindZip, 0, 1), "+John Smith Sr | zip 94510", "+John Smith Jr | zip 94510"),
		loan("father and son, distinguished by the suffix", "John Smith Jr", wantMatch(Strong, "by: +name(A) +suffix +loan", 1), "+John Smith Sr", "+John Smith Jr"),
		loan("father and son, one without a suffix", "John Smith Jr", wantAmbiguous(CodeNamesakes, "by: +name(A) +suffix +loan", 0, 1, 0), "+John Smith", "+John Smith Jr"),
		loan("father and son, distinguished by the birth date", "John Smith | dob 1980-01-22", wantMatch(Strong, "by: +name(A) +loan +dob", 1),
			"+John Smith Sr | dob 1955-06-01", "+John Smith Jr | dob 1980-01-22"),
		loan("no customer with the name", "John Smith", wantAmbiguous(CodeIDNameConflict, "by: -name +loan", 0, 0, 1), "+Mary Jones", "+Peter Jones"),
		loan("no customer with the name, which another record has", "John Smith | ssn 4242", wantAmbiguous(CodeIDNameConflict, "by: -name +loan", 0, 0, 1),
			"+Mary Jones", "John Smith | ssn 4242"),
		loan("the name, and number and name elsewhere", "John Smith | ssn 4242", wantAmbiguous(CodeIDNameConflict, "by: +name(A) +loan", 0, 1, 0), "John Smith | ssn 4242", "+John Smith"),
		loan("the name, and birth date and name elsewhere", "John Smith | dob 1980-01-22", wantAmbiguous(CodeIDNameConflict, "by: +name(A) +loan", 0, 0, 1), "+John Smith", "John Smith | dob 1980-01-22"),
		loan("the name and number, and both elsewhere", "John Smith | ssn 4242", wantMatch(Strong, "by: +name(A) +loan +ssn4", 0), "+John Smith | ssn 4242", "John Smith | ssn 4242"),
		loan("the name and birth date, and number elsewhere", "John Smith | ssn 4242 | dob 1980-01-22", wantMatch(Strong, "by: +name(A) +loan +dob", 0), "+John Smith | dob 1980-01-22", "John Smith | ssn 4242"),
		loan("another person's birth date", "John Smith | dob 1980-01-22 | phone 2125550100", wantMatch(Strong, "by: +name(A) +loan", 0), "+John Smith", "Mary Jones | dob 1980-01-22 | phone 2125550100"),
		loan("ruled out by the number", "John Smith | ssn 4242", wantAmbiguous(CodeContradicted, "by: +name(A) +loan -ssn4", 0, 0), "+John Smith | ssn 9876"),
		loan("another person's custom ID", "John Smith | id C-1", wantAmbiguous(CodeIDNameConflict, "by: -name -loan +custom_id", 0, 0), "Mary Jones | id C-1"),
		loan("the custom ID of a namesake, and no customer with the name", "John Smith | id C-1", wantAmbiguous(CodeIDNameConflict, "by: -name +loan", 0, 0, 1),
			"+Mary Jones", "John Smith | id C-1"),
		loan("the custom ID of a namesake", "John Smith | id C-1", wantAmbiguous(CodeIDNameConflict, "by: +name(A) +loan", 0, 0, 1), "+John Smith", "John Smith | id C-1"),
		loan("the custom ID of a namesake, and the birth date", "John Smith | id C-1 | dob 1980-01-22", wantMatch(Strong, "by: +name(A) +loan +dob", 0),
			"+John Smith | dob 1980-01-22", "John Smith | id C-1"),
		loan("the custom ID and birth date of a namesake", "John Smith | id C-1 | dob 1980-01-22", wantAmbiguous(CodeIDNameConflict, "by: +name(A) +loan", 0, 0, 1),
			"+John Smith", "John Smith | id C-1 | dob 1980-01-22"),
		loan("the birth date of one of another name, and elsewhere", "John Smith | dob 1980-01-22", wantAmbiguous(CodeIDNameConflict, "by: +name(A) +loan", 0, 1, 0, 2),
			"+Mary Jones | dob 1980-01-22", "+John Smith", "John Smith | dob 1980-01-22"),
		loan("a similar name, email and phone", "Maria Luxford | email m@example.com | phone 2125550100", wantAmbiguous(CodeIDNameConflict, "by: +name(C) +loan +email +phone", 0, 0),
			"+Maria Luxon | email m@example.com | phone 2125550100"),
		loan("a similar name, birth date and phone", "Maria Luxford | dob 1980-01-22 | phone 2125550100", wantMatch(Strong, "by: +name(C) +loan +dob +phone", 0),
			"+Maria Luxon | dob 1980-01-22 | phone 2125550100"),
		loan("a similar name", "John Reed", wantAmbiguous(CodeIDNameConflict, "by: +name(C) +loan", 0, 0), "+John Reid"),
		loan("the name elsewhere alone", "John Smith", wantAmbiguous(CodeIDNameConflict, "by: +name(A) -loan", 0, 0), "John Smith"),
	}
}
