package question

import (
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
