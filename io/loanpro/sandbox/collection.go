package sandbox

import "loanmap/io/loanpro/sandbox/engine"

// collection is one kind of record, as searches and reads see it.
type collection struct {
	segment   string                    // its name in paths
	name      string                    // its name in Faults.ForgetSearches
	index     *engine.Index             // what a search finds, by position
	hidden    []int32                   // positions that no search finds
	forbidden bool                      // the token must not search it
	id        func(doc int32) int       // the system ID of a position
	rows      func([]int32, *visit) any // the answer of a search
	churn     *churn
	set       *entitySet // what a read finds
}

func (d documents) loanCollection() *collection {
	return &collection{
		segment:   "Loans",
		name:      searchesLoans,
		index:     engine.New(len(d.Loans), d.shape.settings(), d.loanFields()...),
		hidden:    d.hiddenLoans(),
		forbidden: d.shape.NoLoanSearch,
		id:        func(doc int32) int { return d.Loans[doc].ID },
		rows:      d.loanRows,
		set:       d.loanSet(),
	}
}

func (d documents) customerCollection() *collection {
	return &collection{
		segment:   "Customers",
		name:      searchesCustomers,
		index:     engine.New(len(d.Customers), d.shape.settings(), d.customerFields()...),
		forbidden: d.shape.NoCustomerSearch,
		id:        func(doc int32) int { return d.Customers[doc].ID },
		rows:      d.customerRows,
		set:       d.customerSet(),
	}
}

func (d documents) loanRows(docs []int32, v *visit) any {
	expand := expands(v.Request, "Customers") && !d.shape.NoCustomers
	rows := make([]loanHit, len(docs))
	for i, doc := range docs {
		rows[i] = d.loanHit(int(doc))
		if v.changed[doc] {
			rows[i].Title += " (changed)"
		}
		if expand {
			rows[i].Expanded = d.shape.nested(d.customersOn(int(doc)))
		}
	}
	return rowsOf(d.shape, rows)
}

func (d documents) customerRows(docs []int32, v *visit) any {
	expand := expands(v.Request, "Loans") && !d.shape.NoCustomers
	rows := make([]customerHit, len(docs))
	for i, doc := range docs {
		rows[i] = d.customerHit(int(doc))
		if v.changed[doc] {
			rows[i].Phone = changedPhone
		}
		if expand {
			rows[i].Loans = d.shape.nested(d.loansWith(int(doc)))
		}
	}
	return rowsOf(d.shape, rows)
}
