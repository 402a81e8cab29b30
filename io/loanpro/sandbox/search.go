package sandbox

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
)

const (
	defaultTop = 10       // rows of a search that does not say (documented)
	maxWindow  = 10_000   // OpenSearch's default for start plus rows
	maxBody    = 16 << 20 // bytes of a query
)

// found is the documented envelope of a search.
type found struct {
	admission
	D foundRows `json:"d"`
}

type foundRows struct {
	admission
	Results any      `json:"results"`
	Summary *summary `json:"summary,omitempty"`
}

// summary has the start and page size, and how many hits there are on all pages.
type summary struct {
	Start    int `json:"start"`
	PageSize int `json:"pageSize"`
	Total    any `json:"total,omitempty"` // nil leaves it out
	admission
}

// collection is one kind of record that can be searched.
type collection struct {
	name      string // as Faults.ForgetSearches has it
	index     *index
	hidden    hits                             // positions no search sees
	forbidden bool                             // the token may not search it
	id        func(doc int32) int              // system ID of a position
	show      func([]int32, *http.Request) any // turns positions into rows
}

func (s *Sandbox) searchedLoans() *collection {
	id := func(doc int32) int { return s.tenant.loans[doc].ID }
	return &collection{SearchesLoans, s.loans, s.hidden, s.options.Shape.NoLoanSearch, id, s.loanHits}
}

func (s *Sandbox) searchedCustomers() *collection {
	id := func(doc int32) int { return s.tenant.customers[doc].ID }
	return &collection{SearchesCustomers, s.customers, hits{}, s.options.Shape.NoCustomerSearch, id, s.customerHits}
}

// search answers one search.
func (s *Sandbox) search(v *visit, in *collection) *reply {
	shape := &s.options.Shape
	if in.forbidden {
		return forbidden()
	}
	if !isJSON(v.Request) {
		return conflict("Content-Type must be application/json", "InvalidRequestException")
	}
	req, err := readRequest(v.Request, shape)
	if err != nil {
		return rejected(err)
	}
	if blocked := s.block(req.query); blocked != nil {
		return blocked
	}
	if end := req.start + req.top; end > shape.Window {
		return windowTooLarge(end, shape.Window)
	}
	asked, size, err := s.understand(in.index, req.query)
	if err != nil {
		return shape.rejected(err)
	}
	all, partial := s.recall(v, in, asked.find())
	all = s.sift(v, in, all, size)
	answer := shape.envelope(in.show(all.page(req), v.Request), req, len(all.docs))
	if partial {
		s.options.Faults.admit(&answer)
	}
	return &reply{status: http.StatusOK, body: answer}
}

// understand parses a query, when the tenant takes its like, and counts it.
func (s *Sandbox) understand(x *index, query any) (node, measure, error) {
	forms := formsOf(query)
	if err := forms.refusedBy(s.options.Shape.RefuseForms); err != nil {
		return nil, measure{}, err
	}
	p := &parser{index: x}
	n, err := p.whole(query)
	if err != nil {
		return nil, measure{}, err
	}
	if p.fuzzy {
		forms["fuzziness"] = true
		if err := forms.refusedBy(s.options.Shape.RefuseForms); err != nil {
			return nil, measure{}, err
		}
	}
	size := measured(n)
	if err := s.options.Shape.takes(size); err != nil {
		return nil, measure{}, err
	}
	s.meter.searched(forms.String(), size.keys)
	return n, size, nil
}

// whole parses the query of a search; of none, everything is asked.
func (p *parser) whole(query any) (node, error) {
	if query == nil {
		return everything{p.index}, nil
	}
	return p.query(query)
}

// forbidden answers a token without the right to a search (the status is
// assumed, the body documented for other errors).
func forbidden() *reply {
	return &reply{status: http.StatusForbidden, body: bare{"You do not have access to this resource"}}
}

// rejected answers 409 for a search that cannot be understood (documented as
// the status for bad requests; the messages are OpenSearch's, assumed).
func rejected(err error) *reply {
	if q, ok := errors.AsType[*queryError](err); ok {
		return conflict(q.reason, q.kind)
	}
	if errors.Is(err, errProxyLimit) {
		return &reply{status: http.StatusRequestEntityTooLarge, body: proxyPage("413 Request Entity Too Large")}
	}
	if errors.Is(err, errBodyLimit) {
		return &reply{status: http.StatusInternalServerError, body: oops(err.Error(), "Exception", http.StatusInternalServerError)}
	}
	return conflict(err.Error(), "InvalidRequestException")
}

// rejected is rejected with the tenant's status for a query of too many
// clauses: OpenSearch's own is 400 or, of older versions, 500; LoanPro's is not
// documented.
func (s *Shape) rejected(err error) *reply {
	answer := rejected(err)
	if q, ok := errors.AsType[*queryError](err); ok && q.kind == tooManyKind {
		answer.status = s.ClauseStatus
		answer.body = oops(q.reason, q.kind, s.ClauseStatus)
	}
	return answer
}

func windowTooLarge(end, window int) *reply {
	message := fmt.Sprintf("Result window is too large, from + size must be less than or equal to: [%d] but was [%d].", window, end)
	return &reply{status: http.StatusInternalServerError, body: oops(message, "illegal_argument_exception", http.StatusInternalServerError)}
}

// page returns the positions of one page in the order asked for.
func (h hits) page(req request) []int32 {
	docs := h.docs
	switch {
	case req.order == byIDDown:
		docs = slices.Clone(docs)
		slices.Reverse(docs)
	case req.order == byScore && h.weights != nil:
		docs = h.bestFirst()
	}
	start := min(req.start, len(docs))
	return docs[start:min(start+req.top, len(docs))]
}

func (h hits) bestFirst() []int32 {
	at := make([]int32, len(h.docs))
	for i := range at {
		at[i] = int32(i)
	}
	slices.SortFunc(at, func(a, b int32) int {
		return cmp.Or(cmp.Compare(h.weights[b], h.weights[a]), cmp.Compare(a, b))
	})
	for i, from := range at {
		at[i] = h.docs[from]
	}
	return at
}

func (s *Sandbox) loanHits(docs []int32, r *http.Request) any {
	shape := &s.options.Shape
	expand := expands(r, "Customers") && !shape.NoCustomers
	rows := make([]loanHit, len(docs))
	for i, doc := range docs {
		rows[i] = s.tenant.loanHit(int(doc), shape)
		if expand {
			rows[i].Expanded = shape.nested(s.tenant.customersOn(int(doc)))
		}
	}
	return rowsOf(shape, rows)
}

func (s *Sandbox) customerHits(docs []int32, r *http.Request) any {
	shape := &s.options.Shape
	expand := expands(r, "Loans") && !shape.NoCustomers
	rows := make([]customerHit, len(docs))
	for i, doc := range docs {
		rows[i] = s.tenant.customerHit(int(doc), shape)
		if expand {
			rows[i].Loans = shape.nested(s.tenant.loansWith(int(doc), shape))
		}
	}
	return rowsOf(shape, rows)
}
