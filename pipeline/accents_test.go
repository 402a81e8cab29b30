package pipeline

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"loanmap/io/loanpro/sandbox"
	"loanmap/pipeline/lookup"
	"loanmap/pipeline/question"
)

// accentedTenant writes a tenant in which some names have accents and signs.
func accentedTenant(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	var customers strings.Builder
	customers.WriteString("id,first_name,last_name,email\n" +
		"1001,Barbara,Ødegård,b@example.com\n1002,Gökçe,Şahinoğlu,g@example.com\n1003,Ryan,O'Shaughnessy,r@example.com\n1004,Brian,Groß,x@example.com\n" +
		"1005,Peter,Longfellow,p@example.com\n1006,Mary Ann,Kowalski,m@example.com\n")
	for i := range 300 {
		customers.WriteString(strconv.Itoa(i+1) + ",Given" + strconv.Itoa(i) + ",Family" + strconv.Itoa(i*7) + ",c" + strconv.Itoa(i) + "@example.com\n")
	}
	for name, text := range map[string]string{"customers.csv": customers.String(), "loans.csv": "id,display_id,customers\n1,L1,1:primary\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// answersTo returns the status and the candidates of each row, and how many requests were sent.
func answersTo(t *testing.T, dir string, mapping sandbox.Mapping, rows ...string) (answers []string, requests int) {
	t.Helper()
	client, _ := tenantOf(t, sandbox.Options{Dir: dir, Shape: sandbox.Shape{Mapping: mapping}}, nil)
	j := job(t, client)
	j.Input.By, j.Lookup.Batch, j.Lookup.Plan = question.Names.Flag, 200, lookup.Search
	if err := os.WriteFile(j.Input.Path, []byte("Name,Email\n"+strings.Join(rows, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	summary, err := j.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rowsOf(t, j.file("in.resolved.csv")) {
		answers = append(answers, row["match_status"]+" "+row["candidates"])
	}
	return answers, int(summary.LoanPro.Requests)
}

// An index may hold names with accents and signs or without. The answer to a row is the same
// whichever rows are in its batch, though some of these find who has an accent: by the name as
// it is written, or by the email.
func TestAccentsInABatch(t *testing.T) {
	t.Parallel()
	dir := accentedTenant(t)
	rows := []string{"Barbara Odegard,", "Gokce Sahinoglu,", "Ryan Oshaughnessy,", "Brian Gross,", "Brian Ross,", "Peter Longfellow,", "Ann Kowalski,"}
	others := []string{
		"Barbara Ødegård,", "Gökçe Şahinoğlu,", "Ryan O'Shaughnessy,", "Brian Groß,", "Mary Ann Kowalski,",
		"Someone Else,b@example.com", "Another One,x@example.com",
	}
	for _, mapping := range []sandbox.Mapping{"text", "folded", "text+keyword", "keyword", "lowercase"} {
		t.Run(string(mapping), func(t *testing.T) {
			t.Parallel()
			var alone []string
			for _, row := range rows {
				answers, _ := answersTo(t, dir, mapping, row)
				alone = append(alone, answers[0])
			}
			together, requests := answersTo(t, dir, mapping, append(rows, others...)...)
			for i, row := range rows {
				if together[i] != alone[i] {
					t.Errorf("%s alone: %s; together: %s", row, alone[i], together[i])
				}
			}
			t.Logf("%d requests; %q", requests, alone)
			if found := strings.Contains(alone[0], "1001"); found != (mapping == "folded") {
				t.Errorf("Odegard finds %s", alone[0])
			}
		})
	}
}
