package match_test

import (
	"fmt"

	"loanmap/pipeline/match"
)

// The same name in another order, with a nickname. That alone is not a match.
func ExampleCompareNames() {
	row := match.ReadName(match.NameParts{Whole: "SMITH, BOB"})
	record := match.ReadName(match.NameParts{First: "Robert", Middle: "Q", Last: "Smith"})
	names := match.CompareNames(&row, &record)

	rowBirth := match.Evidence{Birth: match.ReadBirth("1/22/1980")}
	recordBirth := match.Evidence{Birth: match.ReadBirth("1980-01-22")}
	fmt.Println(names.WithEvidence(&match.Evidence{}, &recordBirth).Reasons())
	fmt.Println(names.WithEvidence(&rowBirth, &recordBirth).Reasons())
	// Output:
	// by: +name(B:nickname)
	// by: +name(B:nickname) +dob
}

func ExampleReadBirth() {
	for _, cell := range []string{"1/22/1980", "22-JAN-80", "29242", "/Date(1043193600)/", "1900-01-01", "N/A"} {
		date := match.ReadBirth(cell)
		if date == (match.Date{}) {
			fmt.Println("no date")
			continue
		}
		fmt.Println(date.Year, date.Month, date.Day)
	}
	// Output:
	// 1980 1 22
	// 80 1 22
	// 1980 1 22
	// 2003 1 22
	// no date
	// no date
}

// Two customers have the name. The birth date decides between them; without it a person
// must choose.
func ExampleCustomer() {
	candidates := func(row *match.Person) []match.Candidate {
		var list []match.Candidate
		for i, birth := range []string{"1955-06-01", "1980-01-22"} {
			record := match.Person{
				Name:     match.ReadName(match.NameParts{First: "John", Last: "Smith"}),
				Evidence: match.Evidence{Birth: match.ReadBirth(birth)},
			}
			list = append(list, match.Candidate{ID: int64(i + 1), Comparison: match.Compare(row, &record), Live: true})
		}
		return list
	}
	row := match.Person{Name: match.ReadName(match.NameParts{Whole: "John Smith"})}
	v := match.Customer(&row, candidates(&row), match.CustomerOptions{})
	fmt.Println(v.Status, v.Code, v.Candidates, v.MissingEvidence.Names())

	row.Evidence.Birth = match.ReadBirth("1/22/1980")
	v = match.Customer(&row, candidates(&row), match.CustomerOptions{})
	fmt.Println(v.Status, v.Confidence, v.Candidates, v.Reasons)
	// Output:
	// ambiguous namesakes [0 1] [birth]
	// matched strong [1] by: +name(A) +dob
}

func ExampleNumber() {
	records := []match.Record{
		{ID: 4711, Number: "L000212", Deleted: true},
		{ID: 8890, Number: "l000212"},
	}
	v := match.Number("display_id", "L000212", records)
	fmt.Println(v.Status, v.Code, v.Reasons)
	v = match.Number("display_id", "L000212", records[1:])
	fmt.Println(v.Status, v.Confidence, v.Reasons)
	// Output:
	// ambiguous case_or_deleted by: +display_id(case) -deleted
	// matched case_insensitive by: +display_id(case)
}
