package sandbox

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const similarCustomers = `id,first_name,middle_name,last_name,company_name,email
1,Jon,,Smith,,jon@example.com
2,John,,Smyth,,
3,Jan,,Smiht,,
4,Joan,,Schmidt,,
5,Bo,,Ng,,
6,,,,"Smith & Sons, LLC",
7,María,José,O'Brien-Smith,,
8,Mary Ann,,de la Cruz,,
`

func TestFuzzyTerms(t *testing.T) {
	for _, c := range []struct {
		mapping Mapping
		query   string
		want    []int
	}{
		{"text", `{"query":"smith~1","fields":["lastName"]}`, []int{1, 2, 3, 7}},
		{"text", `{"query":"SMITH~1","fields":["lastName"]}`, []int{1, 2, 3, 7}},
		{"text", `{"query":"smith~0","fields":["lastName"]}`, []int{1, 7}},
		{"text", `{"query":"smith~0.7","fields":["lastName"]}`, []int{1, 2, 3, 7}},
		{"text", `{"query":"smit~0.9","fields":["lastName"]}`, []int{}}, // a tenth of four letters is less than one
		{"text", `{"query":"smith~2","fields":["lastName"]}`, []int{1, 2, 3, 7}},
		{"text", `{"query":"schmit~2","fields":["lastName"]}`, []int{4}},
		{"text", `{"query":"schmit~","fields":["lastName"]}`, []int{4}},
		{"text", `{"query":"schmit~9","fields":["lastName"]}`, []int{4}},
		{"text", `{"query":"smith~1^3 bo","fields":["firstName","lastName"]}`, []int{1, 2, 3, 5, 7}},
		{"text", `{"query":"+john~1 +smith~1","fields":["firstName","lastName"]}`, []int{1, 2}},
		{"text", `{"query":"no~1","fields":["firstName"]}`, []int{5}},     // one of two letters may differ
		{"text", `{"query":"xy~2","fields":["firstName"]}`, []int{}},      // but not both
		{"text", `{"query":"o'brein~1","fields":["lastName"]}`, []int{7}}, // apostrophes belong to a token
		{"text", `{"query":"maria~1","fields":["firstName"]}`, []int{7}},  // the accent is an edit
		{"text", `{"query":"smi*~1","fields":["lastName"]}`, []int{1, 3, 7}},
		{"text", `{"query":"nemo~1 OR smiht","fields":["lastName"]}`, []int{3}},
		{"keyword", `{"query":"Smit~1","fields":["lastName"]}`, []int{1, 3}},
		{"keyword", `{"query":"smith~1","fields":["lastName"]}`, []int{1}}, // the capital is an edit
		{"keyword", `{"query":"O'Brien\\-Smyth~1","fields":["lastName"]}`, []int{7}},
		{"keyword", `{"query":"Mary\\ Anne~1","fields":["firstName"]}`, []int{8}},
		{"lowercase", `{"query":"JOAN\\ SCHMITD~1","fields":["customerName"]}`, []int{4}},
		{"text+keyword", `{"query":"Smit~1","fields":["lastName.keyword"]}`, []int{1, 3}},
		{"text+keyword", `{"query":"smit~1","fields":["lastName"]}`, []int{1, 3, 7}},
	} {
		dir := folder(t, "id,display_id\n1,x\n", similarCustomers)
		s := made(t, Options{Dir: dir, Shape: Shape{Mapping: c.mapping}})
		code, got := searched(t, s, "Customers/Autopal.Search()?$orderby=id", `{"query":{"query_string":`+c.query+`}}`)
		if diff := cmp.Diff(c.want, got.ids(t)); diff != "" || code != http.StatusOK {
			t.Errorf("%s %s: %d %v: %s", c.mapping, c.query, code, got.Error, diff)
		}
	}
}

// TestNearestFirst checks that more similar names score higher.
func TestNearestFirst(t *testing.T) {
	s := made(t, Options{Dir: folder(t, "id,display_id\n1,x\n", similarCustomers)})
	_, got := searched(t, s, "Customers/Autopal.Search()", `{"query":{"query_string":{"query":"smyth~2","fields":["lastName"]}}}`)
	if diff := cmp.Diff([]int{2, 1, 7, 3}, got.ids(t)); diff != "" {
		t.Error(diff)
	}
}

func TestTenantsWithoutFuzziness(t *testing.T) {
	dir := folder(t, "id,display_id\n1,x\n", similarCustomers)
	plain, fuzzy := `{"query":{"query_string":{"query":"smith","fields":["lastName"]}}}`, `{"query":{"query_string":{"query":"smith~1","fields":["lastName"]}}}`

	refusing := made(t, Options{Dir: dir, Shape: Shape{RefuseForms: []string{"fuzziness"}}})
	if code, got := searched(t, refusing, "Customers/Autopal.Search()", fuzzy); code != http.StatusConflict {
		t.Errorf("%d %v", code, got.ids(t))
	}
	if code, _ := searched(t, refusing, "Customers/Autopal.Search()", plain); code != http.StatusOK {
		t.Errorf("refuses %s too", plain)
	}
	ignoring := made(t, Options{Dir: dir, Shape: Shape{IgnoreFuzziness: true}})
	_, want := searched(t, ignoring, "Customers/Autopal.Search()", plain)
	code, got := searched(t, ignoring, "Customers/Autopal.Search()", fuzzy)
	if diff := cmp.Diff(want.ids(t), got.ids(t)); code != http.StatusOK || diff != "" {
		t.Error(code, diff)
	}
	if got := ignoring.Counters().ByForm; got["fuzziness + query_string"] != 1 || got["query_string"] != 1 {
		t.Errorf("counted %v", got)
	}
}
