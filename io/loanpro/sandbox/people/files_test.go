package people

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/gocarina/gocsv"
	"github.com/google/go-cmp/cmp"
)

func TestExportAndLoad(t *testing.T) {
	first := generated(Config{Loans: 2500, Seed: 9})
	dir := filepath.Join(t.TempDir(), "new", "tenant")
	if err := first.Export(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(dir, loansFile), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := first.Export(dir); err != nil { // over a file that others may read
		t.Fatal(err)
	}
	second, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	second.population = first.population // other facts and absent people are in no file
	if !reflect.DeepEqual(first, second) {
		t.Fatal("read back another tenant")
	}
	for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, loansFile): 0o600, filepath.Join(dir, customersFile): 0o600} {
		if got, err := os.Stat(path); err != nil || got.Mode().Perm() != want {
			t.Errorf("%s: %v %v", path, got.Mode(), err)
		}
	}
}

func TestLoadFillsIn(t *testing.T) {
	tenant := loaded(t, "\ufeffdisplay_id,id,note\nB,20,x\n\"A,\n1\",10,y\n", "")
	want := []Loan{
		{ID: 10, DisplayID: "A,\n1", Title: "A,\n1", Status: "Open", StatusID: 2},
		{ID: 20, DisplayID: "B", Title: "B", Status: "Open", StatusID: 2},
	}
	if diff := cmp.Diff(want, tenant.Loans); diff != "" {
		t.Error(diff)
	}
}

func TestLoadRefuses(t *testing.T) {
	people := "id,first_name\n751,Brett\n"
	for _, c := range []struct{ name, loans, customers, says string }{
		{"no loans", "", people, "give a folder that holds loans.csv"},
		{"no rows", "id,display_id\n", "", "has 0 loans"},
		{"empty file", " ", "", "loans.csv"},
		{"missing column", "id,title\n1,x\n", "", "line 1, column display_id: is missing"},
		{"capital header", "ID,display_id\n1,x\n", "", "column id: is missing"},
		{"semicolons", "id;display_id\n1;x\n", "", "separated by commas"},
		{"column twice", "id,display_id,id\n1,x,2\n", "", "column id: appears twice"},
		{"ID not a number", "id,display_id\n1,x\n\"1,5\",y\n", "", `line 3, column id: "1,5" is not a system ID`},
		{"ID zero", "id,display_id\n0,x\n", "", "line 2, column id"},
		{"ID missing", "id,display_id\n,x\n", "", "line 2, column id"},
		{"ID twice", "id,display_id\n7,x\n7,y\n", "", "line 3, column id: 7 is also on an earlier line"},
		{"no display ID", "id,display_id\n7,\n", "", "line 2, column display_id: is empty"},
		{"long display ID", "id,display_id\n7," + strings.Repeat("ö", 51) + "\n", "", "column display_id: has 51 characters"},
		{"not UTF-8", "id,display_id\n7,\xe9\n", "", "save the file as UTF-8"},
		{"flag", "id,display_id,archived\n7,x,maybe\n", "", "line 2, column archived: is not a flag"},
		{"unknown customer", "id,display_id,customers\n7,x,752:primary\n", people, "column customers: customer 752 is not in customers.csv"},
		{"unknown role", "id,display_id,customers\n7,x,751:boss\n", people, `"751:boss" has no known role`},
		{"broken link", "id,display_id,customers\n7,x,Brett\n", people, `"Brett" is not a link`},
		{"ragged", "id,display_id\n7,x,y\n", "", "wrong number of fields"},
		{"customer twice", "id,display_id\n7,x\n", "id\n1\n1\n", "customers.csv: line 3, column id"},
		{"birth date", "id,display_id\n7,x\n", "id,birth_date\n1,3/4/80\n", "customers.csv: line 2, column birth_date"},
	} {
		_, err := Load(folder(t, c.loans, c.customers))
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestExportFails(t *testing.T) {
	tenant := generated(Config{Loans: 5})
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := tenant.Export(file); err == nil {
		t.Error("exported into a file")
	}
}

// TestExportRows checks that the file has the rows, cell by cell, and that only
// the user can read it.
func TestExportRows(t *testing.T) {
	tenant, dir := generated(Config{Loans: 50, People: 60, Present: 0.5, Seed: 4}), t.TempDir()
	if err := tenant.ExportRows(dir, 80, 4); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, rowsFile)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const header = "Name,Email,Phone,Birth Date,SSN,Zip,Customer Number,Loan Number,truth,trap\n"
	if !strings.HasPrefix(string(text), header) {
		t.Errorf("header %.100s", text)
	}
	var got []Row
	if err := gocsv.UnmarshalBytes(text, &got); err != nil {
		t.Fatal(err)
	}
	want := slices.Collect(tenant.Rows(80, 4))
	for i := range want {
		want[i].Also = nil // not in the file
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
}
