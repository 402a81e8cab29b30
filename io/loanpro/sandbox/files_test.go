package sandbox

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestExportAndLoad(t *testing.T) {
	first := made(t, Options{Loans: 2500, Seed: 9})
	dir := filepath.Join(t.TempDir(), "new", "tenant")
	if err := first.Export(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(dir, loansFile), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := first.Export(dir); err != nil { // over a file which others may read
		t.Fatal(err)
	}
	second := made(t, Options{Dir: dir})
	second.tenant.folk = first.tenant.folk // lives are in no file
	if !reflect.DeepEqual(first.tenant, second.tenant) {
		t.Fatal("read back another tenant")
	}
	for _, target := range []string{"Loans/Autopal.Search()?$top=3000&$expand=Customers", "Customers/Autopal.Search()?$top=3000"} {
		a, b := call(first, "POST", apiPath+"/"+target, ""), call(second, "POST", apiPath+"/"+target, "")
		if a.Code != 200 || a.Body.String() != b.Body.String() {
			t.Errorf("%s answers differently", target)
		}
	}
	for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, loansFile): 0o600, filepath.Join(dir, customersFile): 0o600} {
		if got, err := os.Stat(path); err != nil || got.Mode().Perm() != want {
			t.Errorf("%s: %v %v", path, got.Mode(), err)
		}
	}
}

func TestLoadFillsIn(t *testing.T) {
	s := fromFiles(t, "\ufeffdisplay_id,id,note\nB,20,x\n\"A,\n1\",10,y\n", "")
	want := []Loan{
		{ID: 10, DisplayID: "A,\n1", Title: "A,\n1", Status: "Open", StatusID: 2},
		{ID: 20, DisplayID: "B", Title: "B", Status: "Open", StatusID: 2},
	}
	if diff := cmp.Diff(want, s.tenant.loans); diff != "" {
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
		{"column twice", "id,display_id,id\n1,x,2\n", "", "column id: stands there twice"},
		{"ID not a number", "id,display_id\n1,x\n\"1,5\",y\n", "", `line 3, column id: "1,5" is no system ID`},
		{"ID zero", "id,display_id\n0,x\n", "", "line 2, column id"},
		{"ID missing", "id,display_id\n,x\n", "", "line 2, column id"},
		{"ID twice", "id,display_id\n7,x\n7,y\n", "", "line 3, column id: 7 stands on a line above too"},
		{"no display ID", "id,display_id\n7,\n", "", "line 2, column display_id: is empty"},
		{"long display ID", "id,display_id\n7," + strings.Repeat("ö", 51) + "\n", "", "column display_id: has 51 characters"},
		{"not UTF-8", "id,display_id\n7,\xe9\n", "", "save the file as UTF-8"},
		{"flag", "id,display_id,archived\n7,x,maybe\n", "", "line 2, column archived: is no flag"},
		{"unknown customer", "id,display_id,customers\n7,x,752:primary\n", people, "column customers: there is no customer 752"},
		{"unknown role", "id,display_id,customers\n7,x,751:boss\n", people, `"751:boss" has no known role`},
		{"broken link", "id,display_id,customers\n7,x,Brett\n", people, `"Brett" is no link`},
		{"ragged", "id,display_id\n7,x,y\n", "", "wrong number of fields"},
		{"customer twice", "id,display_id\n7,x\n", "id\n1\n1\n", "customers.csv: line 3, column id"},
		{"birth date", "id,display_id\n7,x\n", "id,birth_date\n1,3/4/80\n", "customers.csv: line 2, column birth_date"},
	} {
		_, err := New(Options{Dir: folder(t, c.loans, c.customers)})
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestExportFails(t *testing.T) {
	s := made(t, Options{Loans: 5})
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.Export(file); err == nil {
		t.Error("exported into a file")
	}
}
