package sandbox

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

// TestExportedTenantAnswersTheSame checks that a tenant read back from its files
// gives the same answers.
func TestExportedTenantAnswersTheSame(t *testing.T) {
	first, dir := made(t, Options{Loans: 1500, Seed: 9}), t.TempDir()
	if err := first.Export(dir); err != nil {
		t.Fatal(err)
	}
	second := made(t, Options{Dir: dir})
	for _, target := range []string{"Loans/Autopal.Search()?$top=3000&$expand=Customers", "Customers/Autopal.Search()?$top=3000"} {
		a, b := call(first, http.MethodPost, apiPath+"/"+target, ""), call(second, http.MethodPost, apiPath+"/"+target, "")
		if a.Code != 200 || a.Body.String() != b.Body.String() {
			t.Errorf("%s answers differently", target)
		}
	}
}

// TestExportRowsHasItsSeed checks that the rows follow the seed of the tenant.
func TestExportRowsHasItsSeed(t *testing.T) {
	files := map[uint64]string{}
	for _, seed := range []uint64{4, 5} {
		s, dir := made(t, Options{Loans: 50, Seed: seed}), t.TempDir()
		if err := s.ExportRows(dir, 30); err != nil {
			t.Fatal(err)
		}
		want := t.TempDir()
		if err := s.tenant.ExportRows(want, 30, seed); err != nil {
			t.Fatal(err)
		}
		files[seed] = read(t, dir)
		if files[seed] != read(t, want) {
			t.Errorf("seed %d: other rows", seed)
		}
	}
	if files[4] == files[5] {
		t.Error("another seed exports the same rows")
	}
}

func read(t testing.TB, dir string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "rows.csv"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestNothingLiveIsHandedOut checks that a caller cannot change the tenant or its
// counters by what it gets.
func TestNothingLiveIsHandedOut(t *testing.T) {
	s := fromFiles(t, someLoans, someCustomers)
	for loan := range s.Loans() {
		for i := range loan.Customers {
			loan.Customers[i].CustomerID = 0
		}
	}
	for loan := range s.Loans() {
		if len(loan.Customers) > 0 && loan.Customers[0].CustomerID == 0 {
			t.Errorf("loan %d was changed", loan.ID)
		}
	}
	call(s, http.MethodPost, searchLoans, `{"query":{"match_all":{}}}`)
	counters := s.Counters()
	clear(counters.ByStatus)
	clear(counters.ByForm)
	if got := s.Counters(); len(got.ByStatus) != 1 || len(got.ByForm) != 1 {
		t.Errorf("counters %+v", got)
	}
}
