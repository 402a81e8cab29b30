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
	ID   int64  // system ID; 0 where LoanPro did not say
	Role string // loan.customerRole.…; empty where LoanPro did not say
}

// PrimaryRole is the role of a loan's first borrower (LoanPro docs, customer
// role values).
const PrimaryRole = "loan.customerRole.primary"

// link adds customer, or its role where it is known already.
func (l *Loan) link(customer Customer) {
	i := slices.IndexFunc(l.Customers, func(c Customer) bool { return c.ID == customer.ID })
	switch {
	case i < 0, customer.ID == 0:
		l.Customers = append(l.Customers, customer)
	case l.Customers[i].Role == "":
		l.Customers[i].Role = customer.Role
	}
}

// everything asks for all loans (seen in public code).
const everything = `{"query":{"match_all":{}}}`

// Hello asks for some loans, to learn whether host, tenant and token are
// accepted, and how many loans the tenant gives at a time. It returns an *Error
// of class Refused where it is not: LoanPro answers 401, and 409 to a tenant it
// does not know (seen in public code).
func (c *Client) Hello(ctx context.Context) error {
	first, err := c.ask(ctx, searchPath(0), []byte(everything))
	if e, ok := errors.AsType[*Error](err); ok && e.Status == http.StatusConflict {
		e.Class = Refused
	}
	if err != nil {
		return err
	}
	return c.learnRows(ctx, first)
}

// learnRows finds out whether the tenant cuts pages to fewer rows than asked
// for, without a word (not documented; probed): then a page of that many rows
// is not the last one.
func (c *Client) learnRows(ctx context.Context, first *page) error {
	rows := len(first.Results.loans)
	if rows == 0 || rows >= pageSize || first.Summary.Total > 0 {
		return nil
	}
	next, err := c.ask(ctx, searchPath(rows), []byte(everything))
	if err == nil && len(next.Results.loans) > 0 {
		c.rows.Store(int64(rows))
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
		page, err := c.ask(ctx, searchPath(found.read), body)
		if err != nil {
			return nil, err
		}
		fresh := found.add(page)
		switch {
		case found.complete(page, int(c.rows.Load())):
			return found.loans, nil
		case !fresh:
			return nil, c.fail(&Error{Class: Rejected, Message: "its pages repeat themselves or end early, so the answer is not complete"})
		}
	}
	return nil, c.fail(&Error{Class: Rejected, Message: fmt.Sprintf("%d loans or more resemble what was asked", window)})
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

// complete reports whether all hits are gathered, p being the last page added
// and rows the most that the tenant gives at a time.
func (g *gathering) complete(p *page, rows int) bool {
	return !p.full(rows) && g.read-g.again >= g.total
}

// full reports whether another page may follow. A tenant may give fewer rows
// than asked for, and any part of the summary may be missing (not documented).
func (p *page) full(rows int) bool {
	if allowed := int(p.Summary.PageSize); allowed > 0 {
		rows = min(rows, allowed)
	}
	return len(p.Results.loans) >= rows
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
