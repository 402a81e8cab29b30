package loanpro

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"
)

const (
	// MaxPage is the largest page that is asked for, in rows; it holds the answer to a
	// whole batch. The largest that LoanPro accepts is not documented; probed.
	MaxPage = 500
	// maxResultWindow is how deep a search can be paged (documented for
	// LoanPro's secure payments search; assumed here).
	maxResultWindow = 10_000
	// maxRestarts is how often a search is started whose pages are
	// inconsistent.
	maxRestarts = 3
	// maxNearMisses is the most records that a search for texts may return.
	// Beyond it, one of the texts has too many near misses to read.
	maxNearMisses = 3 * MaxPage
)

// Hit is a record as a search or a list returns it: a loan, or a customer.
type Hit struct {
	ID        int64  // system ID
	DisplayID string // of a loan, exactly as in LoanPro; empty if the document has none
	NumericID bool   // the display ID (of a customer: the custom ID) is a JSON number and may have lost zeros
	Status    string // of a loan, such as "Open", in the tenant's own words
	// Archived loans are closed but live. Deleted records may be missing from
	// the index, or lack the mark (not documented). The fields read are those
	// of lifecycle.
	Archived, Deleted, Temporary bool
	// Customers are those of a loan; none if LoanPro does not list them.
	Customers []Customer
	Details   // of a customer
}

// Customer is a customer of a loan.
type Customer struct {
	ID   int64  // system ID; 0 if LoanPro did not send it
	Role string // loan.customerRole.…; empty if LoanPro did not send it
	Details
}

// PrimaryRole is the role of a loan's first borrower (LoanPro docs, customer
// role values).
const PrimaryRole = "loan.customerRole.primary"

// link adds customer, or fills gaps in the known one with the same ID.
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

// paging is how a tenant pages its hits.
type paging struct {
	top  int // rows to ask for
	rows int // the most rows of a page, as far as known
}

// searchPath returns the path and query of one page of a search. Search
// endpoints page with $start, not $skip (LoanPro help, pagination), and return
// 10 rows without $top.
func searchPath(records string, top, start int, expand string) string {
	return "/" + records + "/Autopal.Search()?$top=" + strconv.Itoa(top) +
		"&$start=" + strconv.Itoa(start) + "&$orderby=id%20asc" + expand
}

// search returns the request for one page of a search.
func search(records, expand string, body []byte, page paging, start int) request {
	return request{path: searchPath(records, page.top, start, expand), body: body, records: records}
}

// Find searches by way for values of its key, which together weigh at most
// way.Size, or are a single one. It returns every record that the index holds
// for any of them, each once. Near misses are among them, because an index
// compares words, not characters.
//
// The result is complete, or there is an error. It is the cause of the end of
// ctx, or an *Error, of class TooManyHits if too many records match, Partial if the
// index did not show all of its records for longer than Config.Patience, and
// LosesRecords if the search loses records that the index shows.
func (c *Client) Find(ctx context.Context, way Strategy, values []Value) ([]Hit, error) {
	if len(values) == 0 {
		return nil, nil // a query without clauses would match every record
	}
	if way.key == Name && slices.ContainsFunc(values, func(v Value) bool { return len(v.searchParts()) == 0 }) {
		return nil, c.fail(&Error{Class: Rejected, Message: "cannot search for a name without a letter or digit"})
	}
	var hits []Hit
	err := c.untilWhole(ctx, way.key.records(), way.controls, way.maxLost(), func() (whole bool, err error) {
		hits, whole, err = c.findControlled(ctx, way, values)
		if err == nil && whole {
			err = c.checkValues(way, hits)
		}
		return whole, err
	})
	if err != nil {
		return nil, c.unprovedForm(way, err)
	}
	return hits, nil
}

// untilWhole repeats a search until its answer is whole. If most answers lack
// controls, the error is of class LosesRecords. Without controls k is nil.
func (c *Client) untilWhole(ctx context.Context, records string, k *controls, most int, once func() (whole bool, err error)) error {
	waiting := c.newPatience(time.Now())
	defer waiting.end()
	for lost := 0; ; {
		whole, err := once()
		switch {
		case partial(err) && k == nil: // there is no baseline to wait for
			err = waiting.wait(ctx, records)
		case partial(err):
			err = k.awaitWhole(ctx, time.Now())
		case err != nil:
		case whole:
			return nil
		default:
			if lost++; lost == most {
				err = c.fail(&Error{Class: LosesRecords, Message: "its batch searches lose records"})
			}
		}
		if err != nil {
			return err
		}
		c.stats.retries.Add(1)
	}
}

// maxLost is how often a search may lose controls before it counts as faulty.
func (w Strategy) maxLost() int {
	if w.sampled != nil {
		return maxUnproved
	}
	return maxLost
}

// unprovedForm returns err. It is of class LosesRecords if the form of a search may be the
// cause, and was not tried before.
func (c *Client) unprovedForm(way Strategy, err error) error {
	e, ok := errors.AsType[*Error](err)
	if way.sampled == nil || !ok || e.Class != Rejected && e.Class != TooManyHits {
		return err
	}
	return c.fail(&Error{Class: LosesRecords, Message: "its search does not accept a query form", Err: err})
}

// findControlled searches once, with controls if the strategy carries them. If
// some did not come back, it waits until the index is whole again, and whole is
// false.
func (c *Client) findControlled(ctx context.Context, way Strategy, values []Value) (hits []Hit, whole bool, err error) {
	var controls []int64
	own := 0
	if way.carries() {
		controls, own = way.controls.take(way.controls.each, mayMatch(way.key, values))
	}
	body, err := encoded(way.body(way.sampled.with(values), controls))
	if err != nil {
		return nil, false, err
	}
	sent := time.Now()
	if hits, err = c.readConsistent(ctx, way, body); err != nil {
		return nil, false, err
	}
	lost := missing(controls, hits)
	if len(controls) > 0 {
		way.controls.seen(controls, lost)
	}
	lost = append(lost, missing(way.sampled.expected(), hits)...)
	if whole = len(lost) == 0; !whole {
		whole, err = way.controls.settle(ctx, sent, lost)
	}
	return without(hits, controls[:own]), whole, err
}

// without removes controls: they came back because of their system IDs.
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

// checkValues returns an error if one of hits lacks a value of the key: it may
// be the record asked for.
func (c *Client) checkValues(way Strategy, hits []Hit) error {
	if !way.key.needsValue() || !slices.ContainsFunc(hits, func(hit Hit) bool { return way.key.of(&hit) == "" }) {
		return nil
	}
	return c.fail(&Error{Class: Rejected, Message: "a record in its answer has no " + way.key.String()})
}

// readConsistent reads a search until its pages are consistent.
func (c *Client) readConsistent(ctx context.Context, way Strategy, body []byte) ([]Hit, error) {
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

// errInconsistent is returned for inconsistent pages: the index may have
// changed between them, so the search is restarted.
var errInconsistent = errors.New("its pages are inconsistent, so the answer is incomplete")

// readPages reads a search page by page.
func (c *Client) readPages(ctx context.Context, way Strategy, body []byte) ([]Hit, error) {
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
	return nil, c.fail(&Error{Class: TooManyHits, Message: fmt.Sprintf("more than %d records match, too many to page through", most)})
}

// maxHits is the most records that a search may return. All records with a name
// matter; near misses of an ID do not.
func (w Strategy) maxHits() int {
	if w.key == Name {
		return maxResultWindow
	}
	return maxNearMisses
}

// pageReader collects the pages of one search.
type pageReader struct {
	hits []Hit
	seen map[int64]int // where the first page began that held it
	read int           // hits, including repeated ones
	// Repeated records or a shrinking total show that hits moved from page to
	// page: another one may be missing.
	repeats, total int
}

// add adds the next page and reports whether it had a new record.
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

// complete reports whether all hits are read. p is the last page, and rows the
// most rows of a page.
func (g *pageReader) complete(p *page, rows int) bool {
	return !p.full(rows) && g.read-g.repeats >= g.total
}

// full reports whether another page may follow. A tenant may return fewer rows
// than asked for, and any part of the summary may be missing (not documented).
func (p *page) full(rows int) bool {
	if allowed := int(p.Summary.PageSize); allowed > 0 {
		rows = min(rows, allowed)
	}
	return len(p.Results.hits) >= rows
}
