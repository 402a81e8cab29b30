package loanpro

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
)

const (
	// pageSize is what $top asks for. The largest that is honoured is not
	// documented; examples go up to 100.
	pageSize = 100
	// window is how deep a search can be paged (stated for LoanPro's secure
	// payments search; assumed here).
	window = 10_000
)

// Loan is a loan as a search returns it.
type Loan struct {
	ID        int64  // system ID
	DisplayID string // as LoanPro holds it
	Status    string // such as "Open"; the tenant's own words
	// Archived loans are closed but live. Deleted ones may be missing from the
	// index, or from the document (not documented).
	Archived, Deleted, Temporary bool
	Customers                    []Customer
}

// Customer is a customer's part in a loan.
type Customer struct {
	ID   int64  // system ID
	Role string // loan.customerRole.…; empty where LoanPro did not say
}

// PrimaryRole is the role of a loan's first borrower (LoanPro docs, customer
// role values).
const PrimaryRole = "loan.customerRole.primary"

// link adds customer, or its role where it is known already.
func (l *Loan) link(customer Customer) {
	i := slices.IndexFunc(l.Customers, func(c Customer) bool { return c.ID == customer.ID })
	switch {
	case customer.ID <= 0:
	case i < 0:
		l.Customers = append(l.Customers, customer)
	case l.Customers[i].Role == "":
		l.Customers[i].Role = customer.Role
	}
}

// Hello asks for a single loan, to learn whether host, tenant and token are
// accepted. It returns an *Error of class Refused where they are not: LoanPro
// answers 401, and 409 to a tenant it does not know (seen in public code).
func (c *Client) Hello(ctx context.Context) error {
	_, err := c.ask(ctx, "/Loans/Autopal.Search()?$top=1", []byte(`{"query":{"match_all":{}}}`))
	if e, ok := errors.AsType[*Error](err); ok && e.Status == http.StatusConflict {
		e.Class = Refused
	}
	return err
}

// LoansByDisplayID takes display IDs and returns every loan that the index
// holds for any of them, each once, near misses included: an index compares
// words, not characters. The result is complete, or there is an error: an
// *Error, or the cause of ctx's end.
func (c *Client) LoansByDisplayID(ctx context.Context, displayIDs []string) ([]Loan, error) {
	body, err := json.Marshal(anyDisplayID(displayIDs))
	if err != nil {
		return nil, fmt.Errorf("writing the query: %w", err)
	}
	var loans []Loan
	seen := map[int64]bool{}
	for read := 0; read < window; {
		page, err := c.ask(ctx, searchPath("Loans", read), body)
		if err != nil {
			return nil, err
		}
		fresh := len(loans)
		for _, loan := range page.Results.loans {
			if !seen[loan.ID] {
				seen[loan.ID] = true
				loans = append(loans, loan)
			}
		}
		read += len(page.Results.loans)
		if page.last(read) {
			return loans, nil
		}
		if len(loans) == fresh {
			return nil, c.fail(&Error{Class: Rejected, Message: "its pages repeat themselves or end early, so the answer is not complete"})
		}
	}
	return nil, c.fail(&Error{Class: Rejected, Message: fmt.Sprintf("more than %d loans resemble what was asked", window)})
}

// last reports whether a page that brings the hits up to read is the last one:
// it is not full, and the total, where there is one, is reached. A page may be
// smaller than asked for because the tenant allows no more, and any part of
// the summary may be missing (not documented).
func (p *page) last(read int) bool {
	full := pageSize
	if size := int(p.Summary.PageSize); size > 0 {
		full = min(full, size)
	}
	return len(p.Results.loans) < full && read >= int(p.Summary.Total)
}

// object is a JSON object of a query. Queries are always encoded, never put
// together from strings: a display ID may hold anything.
type object map[string]any

// anyDisplayID asks for loans whose display ID has all the words of one of
// displayIDs (match with an operator is Elasticsearch's; not documented by
// LoanPro, which documents plain match).
func anyDisplayID(displayIDs []string) object {
	clauses := make([]object, len(displayIDs))
	for i, id := range displayIDs {
		clauses[i] = object{"match": object{"displayId": object{"query": id, "operator": "and"}}}
	}
	return object{"query": object{"bool": object{"should": clauses}}}
}
