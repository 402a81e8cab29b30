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
	"strconv"
	"strings"

	"loanmap/io/loanpro/sandbox/engine"
)

// object is a decoded JSON object. Its numbers are json.Number.
type object = map[string]any

// request is a search, read from URL and body.
type request struct {
	start, top   int
	requestedTop int // top before it was cut
	order        engine.Order
	query        any // nil matches all
}

// badRequest is a fault in the URL or the body of a request, outside its query.
type badRequest struct{ kind, reason string }

func (e *badRequest) Error() string { return e.kind + ": " + e.reason }

func malformed(format string, args ...any) error {
	return &badRequest{"parsing_exception", fmt.Sprintf(format, args...)}
}

func readRequest(r *http.Request, shape *Shape) (request, error) {
	req := request{top: defaultTop}
	body, err := readBody(r, shape)
	if err != nil {
		return req, err
	}
	query, present := body["query"]
	if req.query = query; present && query == nil {
		return req, malformed("[query] malformed, it is null")
	}
	params := r.URL.Query()
	if err := wholeNumber(params, "$top", &req.top); err != nil {
		return req, err
	}
	if err := wholeNumber(params, "$start", &req.start); err != nil {
		return req, err
	}
	req.requestedTop = req.top
	if shape.MaxPage > 0 {
		req.top = min(req.top, shape.MaxPage)
	}
	if shape.NoPaging {
		req.start = 0
	}
	req.order = bodyOrder(body["sort"])
	if params.Has("$orderby") {
		if req.order, err = urlOrder(params.Get("$orderby")); err != nil {
			return req, err
		}
	}
	return req, shape.sort(&req)
}

// sort applies Shape.Sort to the order that a search wants.
func (s *Shape) sort(req *request) error {
	switch {
	case s.Sort == sortIgnored:
		req.order = engine.Scattered
	case s.Sort == sortRefused && req.order != engine.ByScore:
		return malformed("this tenant does not sort")
	}
	return nil
}

// readBody decodes the body. An empty one is a search for everything (seen in
// LoanPro's own connectors).
func readBody(r *http.Request, shape *Shape) (object, error) {
	limit := cmp.Or(shape.BodyLimit, defaultBodyLimit)
	raw, err := io.ReadAll(io.LimitReader(r.Body, int64(limit)+1))
	if err != nil {
		return nil, fmt.Errorf("read the body: %w", err)
	}
	if len(raw) > limit {
		return nil, shape.bodyTooLong()
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var body object
	if err := decoder.Decode(&body); err != nil {
		return nil, malformed("the body is not a JSON object")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, malformed("there is more after the JSON object")
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

// urlOrder reads $orderby, which LoanPro documents with id only. Positions
// ascend with system IDs.
func urlOrder(text string) (engine.Order, error) {
	switch strings.ToLower(strings.Join(strings.Fields(text), " ")) {
	case "id", "id asc":
		return engine.Ascending, nil
	case "id desc":
		return engine.Descending, nil
	}
	return engine.ByScore, malformed("$orderby takes id, id asc or id desc here")
}

// bodyOrder reads sort, an object or an array. It ignores other fields than id.
func bodyOrder(raw any) engine.Order {
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
		return engine.Ascending
	case "desc":
		return engine.Descending
	}
	return engine.ByScore
}

var (
	errProxyLimit = errors.New("the body is larger than a server in front takes")
	errBodyLimit  = errors.New("the body is too large")
)

// bodyTooLong returns the error of a body above the limit.
func (s *Shape) bodyTooLong() error {
	switch {
	case s.BodyLimit == 0:
		return malformed("the body is larger than %d bytes", defaultBodyLimit)
	case s.BodyLimitStatus == http.StatusRequestEntityTooLarge:
		return errProxyLimit
	}
	return errBodyLimit
}
