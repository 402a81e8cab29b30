package question

import (
	"errors"
	"os"
	"strings"
	"testing"
)

// kindsOf names the kinds of columns that a header gives.
func kindsOf(name string) string {
	header := readHeader([]string{name})
	var kinds []string
	add := func(kind string, h headerPatterns) {
		if len(h.columns(header)) > 0 && !strings.Contains(" "+strings.Join(kinds, " ")+" ", " "+kind+" ") {
			kinds = append(kinds, kind)
		}
	}
	for _, k := range []*Kind{DisplayIDs, LoanIDs, CustomerIDs, CustomIDs, Names} {
		add(k.Flag, k.Headers)
	}
	for _, e := range []Evidence{firstName, middleName, lastName, nameSuffix, company, email, phone, birthDate, ssn, zip} {
		add(string(e), evidenceHeaders[e])
	}
	for _, k := range []*Kind{DisplayIDs, CustomIDs} {
		if len(k.Headers.columns(header)) == 0 {
			add(k.Flag+"?", vagueHeaders[k])
		}
	}
	if len(kinds) == 0 {
		return "-"
	}
	return strings.Join(kinds, " ")
}

// TestHeaders compares the kinds of many headers with testdata/headers.txt.
func TestHeaders(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../testdata/headers.txt")
	if err != nil {
		t.Fatal(err)
	}
	some, none := 0, 0
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || strings.HasPrefix(line, "# ") {
			continue
		}
		want, headers, _ := strings.Cut(line, ": ")
		for header := range strings.SplitSeq(headers, "|") {
			if got := kindsOf(header); got != want {
				t.Errorf("%q (%s) gives %s, want %s", strings.TrimSpace(header), wordsOf(header), got, want)
			}
			if want == "-" {
				none++
			} else {
				some++
			}
		}
	}
	t.Logf("%d headers give a kind, %d give none", some, none)
	if some < 200 || none < 80 {
		t.Errorf("the table has %d headers that give a kind and %d that give none", some, none)
	}
}

func TestDetectKind(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]*Kind{
		"Borrower Name,Email":               Names,
		"First Name,Last Name,DOB":          Names,
		"Account #,Borrower Name,Email":     DisplayIDs,
		"Borrower Name,Loan No.":            DisplayIDs,
		"Name,Account":                      DisplayIDs, // and asked, as the next test says
		"Name,Bank Account Number":          Names,
		"Name,Note":                         Names,
		"Name,Customer #":                   Names,
		"#,Name":                            Names,
		"Customer Name,Co-Borrower Name":    Names,
		"Customer Name,Contract Date":       Names,
		"Borrower,Number of Loans,Zip Code": Names,
		"Amount,Date":                       DisplayIDs,
	} {
		if got := DetectKind(strings.Split(header, ",")); got != want {
			t.Errorf("%s: --by %s, want %s", header, got.Flag, want.Flag)
		}
	}
}

// Names next to a column that may hold loan numbers are asked about, with a command for
// each meaning.
func TestNamesNextToLoansAreAskedAbout(t *testing.T) {
	t.Parallel()
	for _, other := range []string{
		"Account", "Loan", "Loan ID", "Contract", "Old Loan #", "Loan Reference", "Previous Account No.", "Lease ID", "Account ID", "ID",
		"Loan Number 2", "Dealer Contract Number", "LoanPro ID", "Acct", "Loan Key",
	} {
		header := []string{"Borrower", other, "Email"}
		_, err := Map(header, Options{Kind: DetectKind(header)})
		e, ok := errors.AsType[*UsageError](err)
		if !ok {
			t.Errorf("%q is not asked about: %v", other, err)
			continue
		}
		for _, command := range []string{"give --column B;", "give --by loan-id --column B;", "give --by customer"} {
			if !strings.Contains(e.Hint, command) {
				t.Errorf("%q: hint %q lacks %q", other, e.Hint, command)
			}
		}
	}
}

// LoanPro's words come before those of lenders, so that a second column does not put the
// first in doubt. Two of LoanPro's are in doubt.
func TestWordsOfLoanProComeFirst(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]int{
		"Contract #,Loan Number,File No": 1, "Note Number,Display ID": 1, "Customer Account #,Account No.": 1,
		"Contract #,Lease #": -1, "Loan #,Acct No": -1,
	} {
		got, err := readHeader(strings.Split(header, ",")).findColumn(DisplayIDs, "")
		if err == nil && got != want || (err == nil) != (want >= 0) {
			t.Errorf("%s: column %d, %v; want %d", header, got, err, want)
		}
	}
}

const shownBranches = `"Branch" (column A), "Branch" (column B), "Branch" (column C), "Branch" (column D), "Branch" (column E), "Branch" (column F), "Branch" (column G)`

// Without a header, the first row has people's data: only known words are shown.
func TestShownHeader(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ header, wanted, want string }{
		{"Report: open loans,,", "", `"Report: open loans" (column A) and 2 more`},
		{"Branch,LoanAmount,Status Codes", "", `"Branch" (column A), "LoanAmount" (column B), "Status Codes" (column C)`},
		{"Brett Adams,L000212,Reno", "", ""},
		{"Brett Adams,L000212,Reno", "Display ID, Loan Number", ""},
		{"Brett Adams,Amount,4111 Loan Road", "", `"Amount" (column B) and 2 more`},
		{"Mark Field,Loan2,a@example.com", "", ""},
		{"951011803,2024-01-02", "", ""},
		// The nearest comes first, also if it is not made of known words.
		{"Branch,Status,Loan Number", "loan numbr", `"Loan Number" (column C), "Branch" (column A), "Status" (column B)`},
		{"Branch,Qwfpg Ref,Brett Adams", "qwfpg-reff", `"Qwfpg Ref" (column B), "Branch" (column A) and 1 more`},
		{"Branch,Account No,Status", "Display ID, Account Number", `"Account No" (column B), "Status" (column C), "Branch" (column A)`},
		{strings.Repeat("Branch,", 9) + "Status", "status", `"Status" (column J), ` + shownBranches + ` and 2 more`},
	} {
		if got := ShownHeader(strings.Split(c.header, ","), c.wanted); got != c.want {
			t.Errorf("%s is shown as %s, want %s", c.header, got, c.want)
		}
	}
}

func TestNamesLikeData(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind *Kind
		name string
		want bool
	}{
		{DisplayIDs, "L000212", true}, {DisplayIDs, "00212", true}, {DisplayIDs, "LN-2024-17", true}, {LoanIDs, "8890", true}, {CustomIDs, "C-1001", true},
		{DisplayIDs, "Loan 212", false}, {DisplayIDs, "Loan Number", false}, {DisplayIDs, "Column A", false}, {DisplayIDs, "7", false}, {DisplayIDs, "", false},
		{Emails, "a@example.com", true}, {Emails, "Email", false}, {Emails, "12345", false}, {Names, "Brett Adams 1234567", false},
	} {
		if got := c.kind.LikeData([]string{c.name}) == 0; got != c.want {
			t.Errorf("--by %s: %q looks like data: %t", c.kind.Flag, c.name, got)
		}
	}
	if _, err := Map([]string{"Branch", "Old", "20240101"}, Options{Kind: DisplayIDs, Column: "Old"}); err != nil {
		t.Error(err) // a name of known words makes it a header
	}
	header := []string{"Brett Adams", "L000212"}
	for _, c := range []struct {
		options Options
		good    bool
	}{
		{Options{Kind: DisplayIDs, Column: "B"}, false}, {Options{Kind: DisplayIDs, Column: "A"}, false}, {Options{Kind: DisplayIDs, Column: "B", HeaderGiven: true}, true}, {Options{Kind: Names, Column: "A"}, true},
	} {
		if _, err := Map(header, c.options); (err == nil) != c.good {
			t.Errorf("%+v: %v", c.options, err)
		}
	}
}

// A hostile header costs little.
func TestHostileHeaders(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("no", 1<<20)
	for _, name := range []string{long, long[:longestHeader], strings.Repeat("no", 20) + "x", strings.Repeat("#", 200), strings.Repeat("zipcode", 28) + "x", strings.Repeat("s", 199) + "x", strings.Repeat("a b ", 50)} {
		if got := kindsOf(name); got != "-" {
			t.Errorf("%.20q gives %s", name, got)
		}
	}
}

func BenchmarkReadHeader(b *testing.B) {
	names := make([]string, 16_384) // as many as a workbook has columns
	for i := range names {
		names[i] = []string{"Loan Number", "Customer_Name", "Amount due", "DateOfBirth"}[i%4]
	}
	for b.Loop() {
		readHeader(names)
	}
}
