package sandbox

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestDeletedAs checks the signs of a live, an archived, a deleted and a temporary
// loan, in a search, in a list and in a read.
func TestDeletedAs(t *testing.T) {
	const live, archived, deleted, temporary = 11, 14, 15, 16
	date := regexp.MustCompile(`^/Date\(\d+\)/$`)
	for _, c := range []struct {
		shape Shape
		id    int
		want  string // the signs in a search
		read  string // and in a read; "" means the same
	}{
		{Shape{}, live, `{"active":1,"archived":0,"deleted":0,"temporaryAccount":0}`, `{"active":1,"archived":0,"deleted":0,"deletedAt":null,"temporaryAccount":0}`},
		{Shape{}, archived, `{"active":1,"archived":1,"deleted":0,"temporaryAccount":0}`, `{"active":1,"archived":1,"deleted":0,"deletedAt":null,"temporaryAccount":0}`},
		{Shape{}, deleted, `{"active":1,"archived":0,"deleted":1,"temporaryAccount":0}`, `{"active":1,"archived":0,"deleted":1,"deletedAt":"date","temporaryAccount":0}`},
		{Shape{DeletedAs: deletedAsFlag}, temporary, `{"active":1,"archived":0,"deleted":1,"temporaryAccount":1}`, `{"active":1,"archived":0,"deleted":1,"deletedAt":"date","temporaryAccount":1}`},
		{Shape{DeletedAs: deletedAsActive}, live, `{"active":1,"archived":0,"temporary":0}`, `{"active":1,"archived":0,"deletedAt":null,"temporary":0}`},
		{Shape{DeletedAs: deletedAsActive}, archived, `{"active":1,"archived":1,"temporary":0}`, `{"active":1,"archived":1,"deletedAt":null,"temporary":0}`},
		{Shape{DeletedAs: deletedAsActive}, deleted, `{"active":0,"archived":0,"temporary":0}`, `{"active":0,"archived":0,"deletedAt":null,"temporary":0}`},
		{Shape{DeletedAs: deletedAsActive}, temporary, `{"active":0,"archived":0,"temporary":1}`, `{"active":0,"archived":0,"deletedAt":null,"temporary":1}`},
		{Shape{DeletedAs: deletedAsDate}, live, `{"active":1,"archived":0,"deletedAt":null,"temporary":0}`, ""},
		{Shape{DeletedAs: deletedAsDate}, archived, `{"active":1,"archived":1,"deletedAt":null,"temporary":0}`, ""},
		{Shape{DeletedAs: deletedAsDate}, deleted, `{"active":1,"archived":0,"deletedAt":"date","temporary":0}`, ""},
		{Shape{DeletedAs: deletedAsDate}, temporary, `{"active":1,"archived":0,"deletedAt":"date","temporary":1}`, ""},
		{Shape{DeletedAs: deletedAsActive, FlagStrings: true}, deleted, `{"active":"0","archived":"0","temporary":"0"}`, `{"active":0,"archived":0,"deletedAt":null,"temporary":0}`},
	} {
		if c.read == "" {
			c.read = c.want
		}
		c.shape.OData = true
		s := someTenant(t, c.shape, Faults{})
		signs := func(row map[string]any) string {
			out := map[string]any{}
			for _, name := range []string{"active", "archived", "deleted", "deletedAt", "temporaryAccount", "temporary"} {
				if value, there := row[name]; there {
					out[name] = value
				}
			}
			if text, ok := out["deletedAt"].(string); ok && date.MatchString(text) {
				out["deletedAt"] = "date"
			}
			return asJSON(t, out)
		}
		hit := s.search(loans, fmt.Sprintf(`{"term":{"id":%d}}`, c.id)).D.Results[0]
		if diff := cmp.Diff(c.want, signs(hit)); diff != "" {
			t.Errorf("%+v, loan %d: %s", c.shape.DeletedAs, c.id, diff)
		}
		listed := s.get("odata.svc/Loans?$filter=" + url.QueryEscape(fmt.Sprint("id eq ", c.id))).rows(t)[0]
		var single struct{ D map[string]any }
		if err := json.Unmarshal([]byte(s.get(fmt.Sprintf("odata.svc/Loans(%d)", c.id)).body), &single); err != nil {
			t.Fatal(err)
		}
		for _, read := range []map[string]any{listed, single.D} {
			if diff := cmp.Diff(c.read, signs(read)); diff != "" {
				t.Errorf("%+v, loan %d, read: %s", c.shape.DeletedAs, c.id, diff)
			}
		}
	}
}

// TestDeletedInsideCustomers checks the expanded loans in a search of customers.
func TestDeletedInsideCustomers(t *testing.T) {
	files := "id,display_id,deleted,customers\n1,a,1,5:primary\n"
	s := calling(t, Options{Dir: folder(t, files, "id\n5\n"), Shape: Shape{DeletedAs: deletedAsActive}})
	expanded := s.search(customers+"?$expand=Loans", "").D.Results[0]["Loans"]
	loan := expanded.(map[string]any)["results"].([]any)[0].(map[string]any)
	if _, shown := loan["deleted"]; shown || loan["active"] != 0.0 {
		t.Errorf("inside a customer: %v", loan)
	}
}

// TestDeletedIsSearched checks that exactly the shown signs can be searched.
func TestDeletedIsSearched(t *testing.T) {
	for how, want := range map[string][]int{ // found by deleted, active, deletedAt, temporary and temporaryAccount
		deletedAsFlag: {2, 0, 0, 0, 1}, deletedAsActive: {0, 2, 0, 1, 0}, deletedAsDate: {0, 0, 2, 1, 0},
	} {
		s := someTenant(t, Shape{DeletedAs: how}, Faults{})
		var got []int
		for _, query := range []string{
			`{"term":{"deleted":1}}`, `{"term":{"active":0}}`, `{"range":{"deletedAt":{"gt":"2000-01-01"}}}`,
			`{"term":{"temporary":1}}`, `{"term":{"temporaryAccount":1}}`,
		} {
			got = append(got, s.search(loans, query).D.Summary.Total)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", how, diff)
		}
	}
}
