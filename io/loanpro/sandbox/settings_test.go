package sandbox

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestIgnoreAbove checks which texts can no longer be found, in each mapping.
func TestIgnoreAbove(t *testing.T) {
	files := "id,display_id,title,customers\n1,ABCDEFGH,x,5:primary\n2,ÄÖÜÄÖÜÄ,x,\n3,AB CD EFG,x,\n4,Z,ABCDEFGHI,\n"
	people := "id,custom_id,first_name,last_name,email\n5,CUST-0001,Maximiliane,Featherstonehaugh,m@example.com\n6,CU-1,Al,Li,a@b.c\n"
	for _, c := range []struct {
		mapping       Mapping
		field, text   string
		calm, limited []int // found without a limit, and with one of 7
	}{
		{"text", "displayId", "ABCDEFGH", []int{1}, nil},
		{"text", "displayId", "ÄÖÜÄÖÜÄ", []int{2}, []int{2}}, // seven characters
		{"text", "displayId", "AB CD EFG", []int{3}, nil},    // the length of the text, not of its words
		{"text", "title", "ABCDEFGHI", []int{4}, nil},
		{"text", "customId", "CUST-0001", []int{5}, nil},
		{"text", "customId", "CU-1", []int{6}, []int{6}},
		{"text", "email", "m@example.com", []int{5}, nil},
		{"text", "customerName", "Maximiliane Featherstonehaugh", []int{5}, []int{5}}, // a name is not a code
		{"text", "primaryCustomerName", "Maximiliane Featherstonehaugh", []int{1}, []int{1}},
		{"keyword", "displayId", "ABCDEFGH", []int{1}, nil},
		{"keyword", "displayId", "ÄÖÜÄÖÜÄ", []int{2}, []int{2}},
		{"keyword", "customerName", "Maximiliane Featherstonehaugh", []int{5}, nil}, // but here it is kept whole
		{"keyword", "customerName", "Al Li", []int{6}, []int{6}},
		{"lowercase", "displayId", "abcdefgh", []int{1}, nil},
		{"lowercase", "customId", "cu-1", []int{6}, []int{6}},
		{"text+keyword", "displayId", "ABCDEFGH", []int{1}, nil},
		{"text+keyword", "displayId.keyword", "ABCDEFGH", []int{1}, nil},
		{"text+keyword", "displayId.keyword", "ÄÖÜÄÖÜÄ", []int{2}, []int{2}},
		{"text+keyword", "lastName", "Featherstonehaugh", []int{5}, []int{5}},
		{"text+keyword", "lastName.keyword", "Featherstonehaugh", []int{5}, nil},
	} {
		for most, want := range map[int][]int{0: c.calm, 7: c.limited} {
			s := calling(t, Options{Dir: folder(t, files, people), Shape: Shape{Mapping: c.mapping, IgnoreAbove: most}})
			target := loans
			if slices.Contains([]string{"customId", "email", "customerName", "lastName", "lastName.keyword"}, c.field) {
				target = customers
			}
			for _, query := range []object{
				{"match": object{c.field: object{"query": c.text, "operator": "and"}}},
				{"match_phrase": object{c.field: c.text}},
				{"query_string": object{"query": `"` + c.text + `"`, "fields": []string{c.field}}},
			} {
				if diff := cmp.Diff(append([]int{}, want...), s.search(target, asJSON(t, query)).ids(t)); diff != "" {
					t.Errorf("%s, above %d, %v: %s", c.mapping, most, query, diff)
				}
			}
			if n := len(s.search(target, "").D.Results); n < 2 {
				t.Errorf("%d of all are shown", n)
			}
		}
	}
}

// oneTerm makes a query_string read a text as one term.
var oneTerm = strings.NewReplacer("-", `\-`, " ", `\ `)

// TestNGrams checks which display IDs a query for a text finds.
func TestNGrams(t *testing.T) {
	files := "id,display_id\n11,L000212\n12,L0002123\n13,LN - 00456\n14,ÖÄ7\n15,L1\n"
	for _, c := range []struct {
		text string
		want []int
	}{
		{"L000212", []int{11, 12}}, {"l000212", []int{11, 12}}, // and every ID with this prefix
		{"L0002123", nil}, // eight characters
		{"0021", []int{11, 12}}, {"ln - 00", []int{13}}, {"N - 0045", nil}, {"öä7", []int{14}},
		{"L1", nil}, {"12", nil}, // too short for a gram
		{"L000213", nil}, {"", nil},
	} {
		s := calling(t, Options{Dir: folder(t, files, ""), Shape: Shape{NGrams: 7}})
		for _, query := range []object{
			{"match": object{"displayId": c.text}},
			{"match": object{"displayId": object{"query": c.text, "operator": "and"}}},
			{"match_phrase": object{"displayId": c.text}},
			{"query_string": object{"query": `"` + c.text + `"`, "fields": []string{"displayId"}}},
			{"query_string": object{"query": oneTerm.Replace(c.text), "fields": []string{"displayId"}}},
			{"terms": object{"displayId": []string{strings.ToLower(c.text), "nowhere"}}},
		} {
			if c.text == "" && query["query_string"] != nil {
				continue // not a query
			}
			got := s.search(loans+"?$orderby=id", asJSON(t, query)).ids(t)
			if diff := cmp.Diff(append([]int{}, c.want...), got); diff != "" {
				t.Errorf("%v: %s", query, diff)
			}
		}
	}
}

// TestNGramsLeaveTheRest checks what n-grams do not change.
func TestNGramsLeaveTheRest(t *testing.T) {
	s := someTenant(t, Shape{NGrams: 4, Mapping: "text+keyword"}, Faults{})
	for query, want := range map[string][]int{
		`{"term":{"displayId":"L000"}}`:                                         {}, // not analyzed
		`{"term":{"displayId":"l000"}}`:                                         {11, 12},
		`{"terms":{"displayId.keyword":["L000212","LN - 00456"]}}`:              {11, 14},
		`{"match":{"title":"other"}}`:                                           {15},
		`{"query_string":{"query":"*12*","fields":["displayId"]}}`:              {11, 12, 13, 18},
		`{"query_string":{"query":"*000212*","fields":["displayId"]}}`:          {},
		`{"bool":{"must":[{"match":{"displayId":"MY L"}},{"term":{"id":18}}]}}`: {18},
	} {
		if got := s.search(loans+"?$orderby=id", query).ids(t); !slices.Equal(got, want) {
			t.Errorf("%s: %v", query, got)
		}
	}
	if got := s.search(customers, `{"match":{"customId":"CUST-0009"}}`).ids(t); got[0] != 751 {
		t.Errorf("customers: %v", got)
	}
	both := someTenant(t, Shape{NGrams: 20, IgnoreAbove: 7}, Faults{})
	for text, want := range map[string][]int{"L000212": {11}, "l0002123": {}, "n - 00": {}} {
		if got := both.search(loans, `{"match":{"displayId":"`+text+`"}}`).ids(t); !slices.Equal(got, want) {
			t.Errorf("with a limit of 7, %s: %v", text, got)
		}
	}
}
