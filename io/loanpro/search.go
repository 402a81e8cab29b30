package loanpro

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"
)

const (
	// maxPage is the largest page that is asked for: enough for the answer to a
	// whole batch. The largest that is honoured is not documented; probed.
	maxPage = 500
	// maxResultWindow is how deep a search can be paged (stated for LoanPro's secure
	// payments search; assumed here).
	maxResultWindow = 10_000
	// maxRestarts is how often a search is begun whose pages do not fit together.
	maxRestarts = 3
	// maxResembling is how many records a search for texts may bring: beyond, one
	// of the texts resembles so many that reading them all is not worth it.
	maxNearMisses = 3 * maxPage
)

// Hit is a record as a search or a list returns it: a loan, or a customer.
type Hit struct {
	ID        int64  // system ID
	DisplayID string // of a loan, as LoanPro holds it; empty where the document has none
	Number    bool   // the display ID (of a customer: the custom ID) came as a JSON number: zeros may be lost
	Status    string // of a loan, such as "Open"; the tenant's own words
	// Archived loans are closed but live. Deleted ones may be missing from the
	// index, or from the document (not documented). What each is read from: life.
	Archived, Deleted, Temporary bool
	// Customers are those of a loan; none where LoanPro does not say.
	Customers []Customer
	Details   // of a customer
}

// Customer is a customer's part in a loan.
type Customer struct {
	ID   int64  // system ID; 0 where LoanPro did not say
	Role string // loan.customerRole.…; empty where LoanPro did not say
	Details
}

// PrimaryRole is the role of a loan's first borrower (LoanPro docs, customer
// role values).
const PrimaryRole = "loan.customerRole.primary"

// link adds customer, or what is not known of it yet.
func (h *Hit) link(customer Customer) {
	i := slices.IndexFunc(h.Customers, func(c Customer) bool { return c.ID == customer.ID })
	if i < 0 || customer.ID == 0 {
		h.Customers = append(h.Customers, customer)
		return
	}
	known := &h.Customers[i]
	known.Role = cmp.Or(known.Role, customer.Role)
	known.fill(&customer.Details)
}

// paging is how a tenant deals out the hits of a search.
type paging struct {
	top  int // what to ask for at a time
	rows int // the most that it gives at a time, as far as known
}

// searchPath returns the path and query of one page of a search. Search
// endpoints page with $start, not $skip (LoanPro help, pagination), and give 10
// rows unless $top says otherwise.
func searchPath(records string, top, start int, expand string) string {
	return "/" + records + "/Autopal.Search()?$top=" + strconv.Itoa(top) +
		"&$start=" + strconv.Itoa(start) + "&$orderby=id%20asc" + expand
}

// search returns the request for one page of a search, from start.
func search(records, expand string, body []byte, page paging, start int) request {
	return request{path: searchPath(records, page.top, start, expand), body: body, records: records}
}

// Find takes values of the way's key, which together weigh at most its size or
// are one, and returns every record that the index holds for any of them, each
// once, near misses included: an index compares words, not characters. The result is complete, or there is an error: an *Error, of class
// Crowded where too many records resemble what was asked, Partial where the index
// did not show all of its records for longer than Config.Patience, and Doubtful
// where the search lost records that the index shows; or the cause of ctx's end.
func (c *Client) Find(ctx context.Context, way Way, values []Value) ([]Hit, error) {
	if len(values) == 0 {
		return nil, nil // a query without clauses would match every record
	}
	if way.key == Name && slices.ContainsFunc(values, func(v Value) bool { return len(v.searchParts()) == 0 }) {
		return nil, c.fail(&Error{Class: Rejected, Message: "a name without a letter or digit cannot be asked for"})
	}
	waiting := c.newPatience(time.Now())
	for lost := 0; ; {
		hits, whole, err := c.findControlled(ctx, way, values)
		switch {
		case partial(err) && way.controls == nil: // there is no baseline to wait for
			err = waiting.wait(ctx, way.key.records())
		case partial(err):
			err = way.controls.awaitWhole(ctx, time.Now())
		case err != nil:
		case whole:
			if err = c.checkValues(way, hits); err == nil {
				return hits, nil
			}
		default:
			if lost++; lost == maxLost {
				err = c.fail(&Error{Class: Doubtful, Message: "its search loses records when several are asked for at once"})
			}
		}
		if err != nil {
			return nil, err
		}
		c.stats.retries.Add(1)
	}
}

// findControlled asks once, with controls where the way carries them. whole is
// false where some did not come back; the index is whole again then.
func (c *Client) findControlled(ctx context.Context, way Way, values []Value) (hits []Hit, whole bool, err error) {
	var controls []int64
	own := 0
	if way.carries() {
		controls, own = way.controls.take(way.controls.each, mayMatch(way.key, values))
	}
	body, err := json.Marshal(way.body(values, controls))
	if err != nil {
		return nil, false, fmt.Errorf("writing the query: %w", err)
	}
	sent := time.Now()
	if hits, err = c.readConsistent(ctx, way, body); err != nil {
		return nil, false, err
	}
	lost := missing(controls, hits)
	if len(controls) > 0 {
		way.controls.seen(controls, lost)
	}
	whole = len(lost) == 0
	if !whole {
		whole, err = way.controls.settle(ctx, sent, lost)
	}
	return without(hits, controls[:own]), whole, err
}

// without leaves out controls: they were asked for by their system IDs.
func without(hits []Hit, controls []int64) []Hit {
	if len(controls) == 0 {
		return hits
	}
	drop := make(map[int64]bool, len(controls))
	for _, id := range controls {
		drop[id] = true
	}
	return slices.DeleteFunc(hits, func(hit Hit) bool { return drop[hit.ID] })
}

// readable returns an error if one of hits does not say the value of the way's
// key: it may be the one that was asked for.
func (c *Client) checkValues(way Way, hits []Hit) error {
	if !way.key.needsValue() || !slices.ContainsFunc(hits, func(hit Hit) bool { return way.key.of(&hit) == "" }) {
		return nil
	}
	return c.fail(&Error{Class: Rejected, Message: "a record in its answer has no " + way.key.String()})
}

// gatherSettled reads a search until its pages fit together.
func (c *Client) readConsistent(ctx context.Context, way Way, body []byte) ([]Hit, error) {
	for begun := 1; ; begun++ {
		hits, err := c.readPages(ctx, way, body)
		if !errors.Is(err, errInconsistent) {
			return hits, err
		}
		if begun == maxRestarts {
			return nil, c.fail(&Error{Class: Rejected, Message: err.Error()})
		}
		c.stats.retries.Add(1)
	}
}

// errUnsettled is an answer whose pages do not fit together: it is asked for
// again, for it may have changed while it was read.
var errInconsistent = errors.New("its pages repeat themselves or end early, so the answer is not complete")

// gather reads a search page by page.
func (c *Client) readPages(ctx context.Context, way Way, body []byte) ([]Hit, error) {
	found := pageReader{seen: map[int64]int{}}
	most := way.maxHits()
	for found.read+way.page.top <= maxResultWindow && max(found.read, found.total) <= most {
		page, err := c.ask(ctx, search(way.key.records(), way.key.expand(), body, way.page, found.read))
		if err != nil {
			return nil, err
		}
		fresh := found.add(page)
		switch {
		case found.complete(page, way.page.rows):
			return found.hits, nil
		case !fresh:
			return nil, errInconsistent
		}
	}
	return nil, c.fail(&Error{Class: Crowded, Message: fmt.Sprintf("more than %d records resemble what was asked, too many to page through", most)})
}

// mostHits is how many records a search may bring. All who have a name must be
// known; what resembles an ID is of no use.
func (w Way) maxHits() int {
	if w.key == Name {
		return maxResultWindow
	}
	return maxNearMisses
}

// gathering is what the pages of one search have brought so far.
type pageReader struct {
	hits []Hit
	seen map[int64]int // where the page began that held it first
	read int           // hits, repeated ones included
	// A record that comes again, or a total that shrinks, tells that hits moved
	// from page to page: another one may have slipped through.
	repeats, total int
}

// add takes the next page and reports whether it brought anything new.
func (g *pageReader) add(p *page) bool {
	known := len(g.hits)
	for _, hit := range p.Results.hits {
		first, ok := g.seen[hit.ID]
		switch {
		case !ok:
			g.seen[hit.ID] = g.read
			g.hits = append(g.hits, hit)
		case first < g.read:
			g.repeats++
		}
	}
	g.read += len(p.Results.hits)
	g.total = max(g.total, int(p.Summary.Total))
	return len(g.hits) > known
}

// complete reports whether all hits are gathered, p being the last page added
// and rows the most that the tenant gives at a time.
func (g *pageReader) complete(p *page, rows int) bool {
	return !p.full(rows) && g.read-g.repeats >= g.total
}

// full reports whether another page may follow. A tenant may give fewer rows
// than asked for, and any part of the summary may be missing (not documented).
func (p *page) full(rows int) bool {
	if allowed := int(p.Summary.PageSize); allowed > 0 {
		rows = min(rows, allowed)
	}
	return len(p.Results.hits) >= rows
}
