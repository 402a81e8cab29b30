package match

func customIDDecisions() []decision {
	id := func(name, row string, want Verdict, people ...string) decision {
		return decision{name: name, row: row, records: records(people...), want: want}
	}
	return []decision{
		id("of the name", "John Smith | id C-1", wantMatch(Strong, "by: +name(A) +custom_id", 1), "John Smith | id C-2", "John Smith | id C-1"),
		id("of the name, next to a record without one", "John Smith | id C-1", wantMatch(Strong, "by: +name(A) +custom_id", 1), "John Smith", "John Smith | id C-1"),
		id("of another name", "John Smith | id C-1", wantAmbiguous(CodeIDNameConflict, "by: -name +custom_id", 0, 0), "Mary Jones | id C-1"),
		id("of another name, and the name elsewhere", "John Smith | id C-1", wantAmbiguous(CodeIDNameConflict, "by: +name(A)", kindZip, 1, 0), "Mary Jones | id C-1", "John Smith | zip 94510"),
		id("of another name, and name and number elsewhere", "John Smith | id C-1 | ssn 4242", wantAmbiguous(CodeIDNameConflict, "by: +name(A) +ssn4", 0, 1, 0), "Mary Jones | id C-1", "John Smith | ssn 4242"),
		id("of the name, and name and number elsewhere", "John Smith | id C-1 | ssn 4242", wantAmbiguous(CodeIDNameConflict, "by: +name(A) +custom_id", 0, 0, 1), "John Smith | id C-1", "John Smith | ssn 4242"),
		id("of the name and number, twice", "John Smith | id C-1 | ssn 4242", wantAmbiguous(CodeDuplicateCustomer, "by: +name(A) +custom_id +ssn4", 0, 0, 1), "John Smith | id C-1 | ssn 4242", "John Smith | ssn 4242"),
		id("of two", "John Smith | id C-1", wantAmbiguous(CodeNamesakes, "by: +name(A) +custom_id", kindZip, 0, 1), "John Smith | id C-1", "John Smith | id C-1 | zip 94510"),
		id("that no record has", "John Smith | id C-1", wantAmbiguous(CodeContradicted, "by: +name(A) -custom_id", 0, 0), "John Smith | id C-2"),
		id("that no record has, and an email", "John Smith | id C-1 | email smith@example.com", wantMatch(corroborated, "by: +name(A) +email", 0), "John Smith | email smith@example.com"),
	}
}

func notFoundDecisions() []decision {
	deleted := func(people ...string) []testRecord {
		list := records(people...)
		for i := range list {
			list[i].deleted = true
		}
		return list
	}
	return []decision{
		{name: "no candidates", row: "John Smith | dob 1980-01-22", want: wantNotFound(CodeNotFound, "")},
		{name: "another name", row: "John Smith", records: records("Mary Jones"), want: wantNotFound(CodeNotFound, "")},
		{name: "another name and the phone", row: "John Smith | phone 2125550100", records: records("Mary Jones | phone 2125550100"), want: wantNotFound(CodeNotFound, "")},
		{name: "another name and the birth date", row: "John Smith | dob 1980-01-22", records: records("Mary Jones | dob 1980-01-22"), want: wantNotFound(CodeNotFound, "")},
		{
			name: "another name and the email", row: "John Smith | email smith@example.com", records: records("Mary Jones | email smith@example.com | zip 94510"),
			want: wantAmbiguous(CodeSimilar, "by: -name +email", 0, 0),
		},
		{
			name: "another name, phone and birth date", row: "John Smith | phone 2125550100 | dob 1980-01-22", records: records("Mary Jones | phone 2125550100 | dob 1980-01-22"),
			want: wantAmbiguous(CodeSimilar, "by: -name +dob +phone", 0, 0),
		},
		{
			name: "another name, phone and number", row: "John Smith | phone 2125550100 | ssn 4242", records: records("Mary Jones | phone 2125550100 | ssn 4242"),
			want: wantAmbiguous(CodeSimilar, "by: -name +ssn4 +phone", 0, 0),
		},
		{name: "a similar name", row: "John Reed", records: records("John Reid | dob 1980-01-22"), want: wantAmbiguous(CodeSimilar, "by: +name(C)", 0, 0)},
		{name: "a similar name, and the birth date", row: "John Reed | dob 1980-01-22", records: records("John Rees-Jones | dob 1980-01-22"), want: wantNotFound(CodeNotFound, "")},
		{name: "a deleted one", row: "John Smith | dob 1980-01-22", records: deleted("John Smith | dob 1980-01-22"), want: wantNotFound(CodeDeleted, "by: +name(A) +dob -deleted", 0)},
		{name: "the best of deleted ones", row: "John Smith | dob 1980-01-22", records: deleted("John Smith", "John Smith | dob 1980-01-22"), want: wantNotFound(CodeDeleted, "by: +name(A) +dob -deleted", 1)},
		{name: "a deleted one with a similar name", row: "John Reed", records: deleted("John Reid"), want: wantNotFound(CodeNotFound, "")},
		{name: "a deleted one of another name", row: "John Smith | email smith@example.com", records: deleted("Mary Jones | email smith@example.com"), want: wantNotFound(CodeNotFound, "")},
	}
}

// portalTraps are the traps in LoanPro's own records.
func portalTraps() []decision {
	return []decision{
		{
			name: "two records of one person", row: "John Smith | dob 1980-01-22", records: records("John Smith | dob 1980-01-22 | email john@example.com", "Smith, John | dob 1980-01-22 | ssn 4242"),
			want: wantAmbiguous(CodeDuplicateCustomer, "by: +name(A) +dob", kindEmail|kindSSN, 0, 1),
		},
		{
			name: "two records of one person, by number", row: "John Smith | ssn 4242", records: records("John Smith | ssn 4242", "John Q Smith | ssn 4242"),
			want: wantAmbiguous(CodeDuplicateCustomer, "by: +name(A) +ssn4", 0, 0, 1),
		},
		{
			name: "two records of one person, and the row has the initial and the number", row: "J Smith | ssn 4242", records: records("John Smith | ssn 4242", "John Smith | ssn 4242"),
			want: wantAmbiguous(CodeDuplicateCustomer, "by: +name(B:initial) +ssn4", 0, 0, 1),
		},
		{
			name: "three records, one perhaps of another person", row: "John Smith | dob 1980-01-22 | email smith@example.com",
			records: records("John Smith | dob 1980-01-22", "John Smith | dob 1980-01-22", "John Smith | email smith@example.com"),
			want:    wantAmbiguous(CodeNamesakes, "by: +name(A) +dob", 0, 0, 1, 2),
		},
		{
			name: "two records, one of them ruled out", row: "John Q Smith | dob 1980-01-22", records: records("John Smith | dob 1980-01-22", "John R Smith | dob 1980-01-22"),
			want: wantAmbiguous(CodeNamesakes, "by: +name(A) +dob", 0, 0, 1),
		},
		{
			name: "one of two is deleted", row: "John Smith | dob 1980-01-22",
			records: []testRecord{{person: "John Smith | dob 1980-01-22", deleted: true}, {person: "John Smith | dob 1980-01-22"}}, want: wantMatch(Strong, "by: +name(A) +dob", 1),
		},
		{
			name: "the right one is deleted, a namesake is not", row: "John Smith | dob 1980-01-22",
			records: []testRecord{{person: "John Smith | dob 1980-01-22", deleted: true}, {person: "John Smith | dob 1955-06-01"}},
			want:    wantAmbiguous(CodeContradicted, "by: +name(A) -dob", 0, 1),
		},
	}
}

// sheetTraps are the traps in spreadsheets.
func sheetTraps() []decision {
	john := records("John Smith | dob 1980-01-22 | zip 07030 | ssn 0042 | id 000212 | phone 2125550100 | email john@example.com")
	day := records("John Smith | dob 1980-04-05 | email john@example.com")
	return []decision{
		{name: "a lost zero of a zip", row: "John Smith | zip 7030 | dob 1980-01-22", records: john, want: wantMatch(Strong, "by: +name(A) +dob +zip", 0)},
		{name: "a lost zero of a zip with four more", row: "John Smith | zip 70301234 | dob 1980-01-22", records: john, want: wantMatch(Strong, "by: +name(A) +dob +zip", 0)},
		{name: "a date as a serial number", row: "John Smith | dob 29242", records: john, want: wantMatch(Strong, "by: +name(A) +dob", 0)},
		{name: "a date as a serial number with a time", row: "John Smith | dob 29242.4375", records: john, want: wantMatch(Strong, "by: +name(A) +dob", 0)},
		{name: "the day first", row: "John Smith | dob 22/01/1980", records: john, want: wantMatch(Strong, "by: +name(A) +dob", 0)},
		{
			name: "day or month first, unclear", row: "John Smith | dob 05/04/1980", records: day,
			want: wantAmbiguous(CodeUnconfirmed, "by: +name(A) ~dob", kindEmail, 0),
		},
		{
			name: "day or month first, and an email", row: "John Smith | dob 05/04/1980 | email john@example.com", records: day,
			want: wantMatch(corroborated, "by: +name(A) ~dob +email", 0),
		},
		{name: "a leading apostrophe", row: "'John Smith | ssn '0042", records: john, want: wantMatch(Strong, "by: +name(A) +ssn4", 0)},
		{name: "a formula of an export", row: `John Smith | id ="000212"`, records: john, want: wantMatch(Strong, "by: +name(A) +custom_id", 0)},
		{name: "lost zeros of a custom ID", row: "John Smith | id 212", records: john, want: wantAmbiguous(CodeContradicted, "by: +name(A) -custom_id", 0, 0)},
		{
			name: "a phone in scientific notation", row: "John Smith | phone 2.125550100E9", records: records("John Smith | dob 1980-01-22"),
			want: wantAmbiguous(CodeNameOnly, "by: +name(A)", kindBirth, 0),
		},
		{name: "blanks after it", row: "John Smith\u00a0  | ssn 0042\u00a0", records: john, want: wantMatch(Strong, "by: +name(A) +ssn4", 0)},
	}
}

// placeholderTraps are rows and records with the same placeholder, which agrees with
// nothing.
func placeholderTraps() []decision {
	var traps []decision
	for _, field := range []string{
		"dob 1900-01-01", "dob 1/1/1900", "ssn 000-00-0000", "ssn 0000", "ssn 1234", "ssn 123-45-6789", "phone 555-555-5555", "phone 000-000-0000", "phone 1234567890",
		"email none@none.com", "email noemail@noemail.com", "email test@test.com", "zip 00000", "id N/A", "id NULL", "email #N/A", "dob -", "ssn Unknown",
	} {
		traps = append(traps, decision{
			name: field, row: "John Smith | " + field, records: records("John Smith | " + field), want: wantAmbiguous(CodeNameOnly, "by: +name(A)", 0, 0),
		})
	}
	return traps
}

// jointTraps are rows about more than one person: only a person can say who is asked
// for, whatever agrees.
func jointTraps() []decision {
	joint := func(name, row string, want Verdict, people ...string) decision {
		return decision{name: name, row: row, records: records(people...), want: want}
	}
	return []decision{
		joint("husband and wife", "John & Mary Smith | dob 1980-01-22", wantAmbiguous(CodeJoint, "by: +name(C) +dob", 0, 0, 1), "John Smith | dob 1980-01-22", "Mary Smith"),
		joint("two full names", "John Smith and Mary Jones | ssn 4242 | phone 2125550100", wantAmbiguous(CodeJoint, "by: +name(C) +ssn4 +phone", 0, 0), "John Smith | ssn 4242 | phone 2125550100"),
		joint("an estate", "Estate of John Smith | dob 1980-01-22", wantAmbiguous(CodeJoint, "by: +name(C) +dob", 0, 0), "John Smith | dob 1980-01-22"),
		joint("care of", "John Smith c/o Mary Jones | id C-1", wantAmbiguous(CodeJoint, "by: +name(C) +custom_id", 0, 0), "John Smith | id C-1"),
		joint("a record that is joint", "John Smith | dob 1980-01-22", wantAmbiguous(CodeSimilar, "by: +name(C) +dob", 0, 0), "John & Mary Smith | dob 1980-01-22"),
		joint("no plausible record", "John & Mary Smith", wantNotFound(CodeNotFound, ""), "Peter Jones"),
	}
}

func companyDecisions() []decision {
	company := func(name, row string, want Verdict, people ...string) decision {
		return decision{name: name, row: row, records: records(people...), want: want}
	}
	return []decision{
		company("phone", "Acme Motors, LLC | phone 2125550100", wantMatch(corroborated, "by: +name(A) +company +phone", 0), "Acme Motors LLC | phone 2125550100"),
		company("email", "Acme Motors Inc | email office@example.com", wantMatch(corroborated, "by: +name(B:legal form) +company +email", 0), "Acme Motors LLC | email office@example.com"),
		company("another legal form and a phone", "Acme Motors Inc | phone 2125550100", wantAmbiguous(CodeUnconfirmed, "by: +name(B:legal form) +company +phone", 0, 0), "Acme Motors LLC | phone 2125550100"),
		company("zip", "Acme Motors LLC | zip 94510", wantAmbiguous(CodeNameOnly, "by: +name(A) +company +zip", kindPhone, 0), "Acme Motors LLC | zip 94510 | phone 2125550100"),
		company("custom ID", "Acme Motors LLC | id C-1", wantMatch(Strong, "by: +name(A) +company +custom_id", 0), "Acme Motors LLC | id C-1"),
		company("another fund", "Acme Fund 1 LP | phone 2125550100", wantAmbiguous(CodeSimilar, "by: +name(C) -company +phone", 0, 0), "Acme Fund 2 LP | phone 2125550100"),
		company("its owner", "John Smith LLC | email smith@example.com", wantAmbiguous(CodeSimilar, "by: -name -company +email", 0, 0), "Smith, John | email smith@example.com"),
		company("a person of its first word", "Smith Motors LLC", wantNotFound(CodeNotFound, ""), "John Smith"),
	}
}
