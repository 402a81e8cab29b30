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
	if len(displayIDs) == 0 {
		return nil, nil // a query without clauses would match every loan
	}
	body, err := json.Marshal(anyDisplayID(displayIDs))
	if err != nil {
		return nil, fmt.Errorf("writing the query: %w", err)
	}
	found := gathering{seen: map[int64]int{}}
	for found.read < window {
		page, err := c.ask(ctx, searchPath("Loans", found.read), body)
		if err != nil {
			return nil, err
		}
		fresh := found.add(page)
		switch {
		case found.complete(page):
			return found.loans, nil
		case !fresh:
			return nil, c.fail(&Error{Class: Rejected, Message: "its pages repeat themselves or end early, so the answer is not complete"})
		}
	}
	return nil, c.fail(&Error{Class: Rejected, Message: fmt.Sprintf("more than %d loans resemble what was asked", window)})
}

// gathering is what the pages of one search have brought so far.
type gathering struct {
	loans []Loan
	seen  map[int64]int // where the page began that held it first
	read  int           // hits, repeated ones included
	// A loan that comes again, or a total that shrinks, tells that hits moved
	// from page to page: another one may have slipped through.
	again, total int
}

// add takes the next page and reports whether it brought anything new.
func (g *gathering) add(p *page) bool {
	known := len(g.loans)
	for _, loan := range p.Results.loans {
		first, ok := g.seen[loan.ID]
		switch {
		case !ok:
			g.seen[loan.ID] = g.read
			g.loans = append(g.loans, loan)
		case first < g.read:
			g.again++
		}
	}
	g.read += len(p.Results.loans)
	g.total = max(g.total, int(p.Summary.Total))
	return len(g.loans) > known
}

// complete reports whether all hits are gathered, p being the last page added.
func (g *gathering) complete(p *page) bool { return !p.full() && g.read-g.again >= g.total }

// full reports whether another page may follow. A page may be smaller than
// asked for because the tenant allows no more, and any part of the summary may
// be missing (not documented).
func (p *page) full() bool {
	size := pageSize
	if allowed := int(p.Summary.PageSize); allowed > 0 {
		size = min(size, allowed)
	}
	return len(p.Results.loans) >= size
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
