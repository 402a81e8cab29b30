package lookup

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"loanmap/io/loanpro"
)

// A loan's own customer is known or unknown: no other customer is taken for it.
func TestOwnCustomer(t *testing.T) {
	t.Parallel()
	const primary, secondary = loanpro.PrimaryRole, "loan.customerRole.secondary"
	type list = []loanpro.Customer
	for _, c := range []struct {
		name      string
		customers list
		own       int64
		others    []int64
	}{
		{"no customer", nil, 0, nil},
		{"the only one, whatever the role", list{{ID: 7, Role: secondary}}, 7, nil},
		{"the only primary one", list{{ID: 7, Role: secondary}, {ID: 8, Role: primary}, {ID: 9}}, 8, []int64{7, 9}},
		{"roles that are not told", list{{ID: 7}, {ID: 8}}, 0, []int64{7, 8}},
		{"two primaries", list{{ID: 7, Role: primary}, {ID: 8, Role: primary}}, 0, []int64{7, 8}},
		{"one of two has no ID: the other is not the only one", list{{ID: 7}, {}}, 0, []int64{7}},
		{"the primary one has no ID", list{{Role: primary}, {ID: 7, Role: secondary}}, 0, []int64{7}},
		{"another has no ID", list{{ID: 7, Role: primary}, {}}, 7, nil},
	} {
		own, others := ownCustomer(c.customers)
		if diff := cmp.Diff(c.others, others); own != c.own || diff != "" {
			t.Errorf("%s: got %d, not %d; others %s", c.name, own, c.own, diff)
		}
	}
}
