package sandbox

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

const (
	defaultTop = 10       // rows of a search that does not say (documented)
	maxWindow  = 10_000   // OpenSearch's default for start plus rows
	maxBody    = 16 << 20 // bytes of a query
)

// order is how hits are sorted.
type order int

const (
	byScore order = iota
	byID
	byIDDown
)

// request is a search, read from URL and body.
type request struct {
	start, top int
	order      order
	query      any // nil matches all
}

// found is the documented envelope of a search.
type found struct {
	D foundRows `json:"d"`
}

type foundRows struct {
	Results any     `json:"results"`
	Summary summary `json:"summary"`
}

// summary has the start and page size asked for, and how many hits there are.
type summary struct {
	Start    int `json:"start"`
	PageSize int `json:"pageSize"`
	Total    int `json:"total"`
}

// search answers one search of an index; show turns positions into rows.
func (s *Sandbox) search(r *http.Request, x *index, show func([]int32, *http.Request) any) *reply {
	if !isJSON(r) {
		return conflict("Content-Type must be application/json", "InvalidRequestException")
	}
	req, err := readRequest(r)
	if err != nil {
		return rejected(err)
	}
	if req.start+req.top > maxWindow {
		return windowTooLarge(req.start + req.top)
	}
	asked, err := parse(x, req.query)
	if err != nil {
		return rejected(err)
	}
	all := asked.find()
	return &reply{status: http.StatusOK, body: found{foundRows{
		Results: show(all.page(req), r),
		Summary: summary{req.start, req.top, len(all.docs)},
	}}}
}

func parse(x *index, query any) (node, error) {
	if query == nil {
		return everything{x}, nil
	}
	p := &parser{index: x}
	return p.query(query)
}

// rejected answers 409 for a search that cannot be understood (documented as
// the status for bad requests; the messages are OpenSearch's, assumed).
func rejected(err error) *reply {
	if q, ok := errors.AsType[*queryError](err); ok {
		return conflict(q.reason, q.kind)
	}
	return conflict(err.Error(), "InvalidRequestException")
}

func windowTooLarge(end int) *reply {
	message := fmt.Sprintf("Result window is too large, from + size must be less than or equal to: [%d] but was [%d].", maxWindow, end)
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
	expand := expands(r, "Customers")
	rows := make([]loanHit, len(docs))
	for i, doc := range docs {
		rows[i] = s.tenant.loanHit(int(doc))
		if expand {
			rows[i].Expanded = s.tenant.customersOn(int(doc))
		}
	}
	return rows
}

func (s *Sandbox) customerHits(docs []int32, r *http.Request) any {
	expand := expands(r, "Loans")
	rows := make([]customerHit, len(docs))
	for i, doc := range docs {
		rows[i] = s.tenant.customerHit(int(doc))
		if expand {
			rows[i].Loans = s.tenant.loansWith(int(doc))
		}
	}
	return rows
}

func readRequest(r *http.Request) (request, error) {
	req := request{top: defaultTop}
	body, err := readBody(r)
	if err != nil {
		return req, err
	}
	req.query = body["query"]
	if req.query == nil && hasMember(body, "query") {
		return req, malformed("[query] malformed, it is null")
	}
	params := r.URL.Query()
	if err := wholeNumber(params, "$top", &req.top); err != nil {
		return req, err
	}
	if err := wholeNumber(params, "$start", &req.start); err != nil {
		return req, err
	}
	req.order = bodyOrder(body["sort"])
	if params.Has("$orderby") {
		req.order, err = urlOrder(params.Get("$orderby"))
	}
	return req, err
}

func hasMember(m object, name string) bool {
	_, ok := m[name]
	return ok
}

// readBody decodes the body; an empty one is a search for everything (seen in
// LoanPro's own connectors).
func readBody(r *http.Request) (object, error) {
	raw, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return nil, fmt.Errorf("read the body: %w", err)
	}
	if len(raw) > maxBody {
		return nil, malformed("the body is larger than %d bytes", maxBody)
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var body object
	if err := decoder.Decode(&body); err != nil {
		return nil, malformed("the body is no JSON object")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, malformed("more stands behind the JSON object")
	}
	return body, nil
}

func wholeNumber(params url.Values, name string, to *int) error {
	if !params.Has(name) {
		return nil
	}
	n, err := strconv.ParseInt(params.Get(name), 10, 32)
	if err != nil || n < 0 {
		return malformed("%s must be a whole number, 0 or more", name)
	}
	*to = int(n)
	return nil
}

// urlOrder reads $orderby, which LoanPro documents with id only.
func urlOrder(text string) (order, error) {
	switch strings.ToLower(strings.Join(strings.Fields(text), " ")) {
	case "id", "id asc":
		return byID, nil
	case "id desc":
		return byIDDown, nil
	}
	return byScore, malformed("$orderby takes id, id asc or id desc here")
}

// bodyOrder reads sort, an object or an array, when it sorts by id; by any
// other field it is ignored here.
func bodyOrder(raw any) order {
	if list, ok := raw.([]any); ok && len(list) > 0 {
		raw = list[0]
	}
	m, _ := raw.(object)
	direction := m["id"]
	if nested, ok := direction.(object); ok {
		direction = nested["order"]
	}
	switch direction {
	case "asc":
		return byID
	case "desc":
		return byIDDown
	}
	return byScore
}
