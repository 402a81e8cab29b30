package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// fromFiles returns a tenant from files with these texts.
func fromFiles(t testing.TB, loans, customers string) *Sandbox {
	t.Helper()
	s, err := New(Options{Dir: folder(t, loans, customers)})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func folder(t testing.TB, loans, customers string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"loans.csv": loans, "customers.csv": customers} {
		if text == "" {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func made(t testing.TB, options Options) *Sandbox {
	t.Helper()
	s, err := New(options)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// call sends a request with good credentials, which edit can change.
func call(s *Sandbox, method, target, body string, edit ...func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	authorized(s, r)
	for _, e := range edit {
		e(r)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// rows is the answer to a search, decoded.
type rows struct {
	D struct {
		Results []map[string]any
		Summary struct{ Start, PageSize, Total int }
	}
	Error struct {
		Message any
		Type    string
		Code    int
	}
}

func searched(t testing.TB, s *Sandbox, target, body string) (int, rows) {
	t.Helper()
	w := call(s, http.MethodPost, apiPath+"/"+target, body)
	var out rows
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		t.Fatalf("%s %s: %v in %s", target, body, err, w.Body)
	}
	return w.Code, out
}

// ids returns the system IDs of the rows, in order.
func (r rows) ids(t testing.TB) []int {
	t.Helper()
	out := []int{}
	for _, row := range r.D.Results {
		id, err := strconv.Atoi(fmt.Sprint(row["id"]))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, id)
	}
	return out
}

// asJSON writes a value as JSON for a query.
func asJSON(t testing.TB, v any) string {
	t.Helper()
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
