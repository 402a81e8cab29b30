package sandbox

import (
	"math"
	"slices"
	"strings"
	"testing"
)

const (
	digitLoans     = "id,display_id\n1,000212\n2,12\n3,L12\n4,000\n5,1.0\n6,12345678901234567890123456789012345678901234567890\n7,٣٤\n8,A & B\n"
	digitCustomers = "id,custom_id,first_name\n1,0077,A\n2,,B\n3,CUST-1,C\n"
)

// TestDisplayIDs checks which IDs become numbers in a search. Queries and reads do
// not change.
func TestDisplayIDs(t *testing.T) {
	asNumbers := []string{"212", "12", `"L12"`, "0", `"1.0"`, "12345678901234567890123456789012345678901234567890", `"٣٤"`, `"A & B"`}
	asText := []string{`"000212"`, `"12"`, `"L12"`, `"000"`, `"1.0"`, `"12345678901234567890123456789012345678901234567890"`, `"٣٤"`, `"A & B"`}
	for how, want := range map[string][2][]string{
		"": {asText, {`"0077"`, "null", `"CUST-1"`}}, displayIDsText: {asText, {`"0077"`, "null", `"CUST-1"`}},
		displayIDsNumber: {asNumbers, {"77", "null", `"CUST-1"`}},
	} {
		s := calling(t, Options{Dir: folder(t, digitLoans, digitCustomers), Shape: Shape{DisplayIDs: how}})
		holdInOrder(t, s.post(loans+"?$orderby=id", "").body, `"displayId":`, want[0])
		holdInOrder(t, s.post(customers+"?$orderby=id", "").body, `"customId":`, want[1])
		if got := s.search(loans, `{"match":{"displayId":"000212"}}`).ids(t); !slices.Equal(got, []int{1}) {
			t.Errorf("%q: found %v", how, got)
		}
		if got := s.get("odata.svc/Loans(1)").body; !strings.Contains(got, `"displayId":"000212"`) {
			t.Errorf("%q: read %s", how, got)
		}
	}
}

// holdInOrder checks what follows each occurrence of name.
func holdInOrder(t *testing.T, text, name string, want []string) {
	t.Helper()
	parts := strings.Split(text, name)[1:]
	if len(parts) != len(want) {
		t.Fatalf("%s %d times in %s", name, len(parts), text)
	}
	for i, part := range parts {
		if !strings.HasPrefix(part, want[i]+",") {
			t.Errorf("%s%.60s, want %s", name, part, want[i])
		}
	}
}

// TestDisplayIDless checks that a share of the loans, always the same ones, is
// found but has no displayId.
func TestDisplayIDless(t *testing.T) {
	bare := func(s *caller) (out []int) {
		for _, row := range s.search(loans+"?$top=1000&$orderby=id", "").D.Results {
			if _, shown := row["displayId"]; !shown {
				out = append(out, int(row["id"].(float64)))
			}
		}
		return out
	}
	s := calling(t, Options{Loans: 1000, Shape: Shape{DisplayIDless: 0.2}})
	first := bare(s)
	if n := len(first); math.Abs(float64(n)-200) > 60 {
		t.Fatalf("%d of 1000", n)
	}
	if !slices.Equal(first, bare(s)) {
		t.Error("different loans the second time")
	}
	for _, id := range first[:5] {
		at, _ := s.tenant.LoanAt(id)
		query := asJSON(t, object{"match": object{"displayId": object{"query": s.tenant.Loans[at].DisplayID, "operator": "and"}}})
		if got := s.search(loans+"?$top=1000", query).ids(t); !slices.Contains(got, id) {
			t.Errorf("loan %d is not found", id)
		}
	}
	if n := len(bare(calling(t, Options{Loans: 50, Shape: Shape{DisplayIDless: 1}}))); n != 50 {
		t.Errorf("%d of all 50", n)
	}
	if n := len(bare(calling(t, Options{Loans: 1000}))); n != 0 {
		t.Errorf("%d without the switch", n)
	}
}
