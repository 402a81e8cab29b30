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
	asked      int // the top that was asked for, before it was cut
	order      order
	query      any // nil matches all
}

func readRequest(r *http.Request, shape *Shape) (request, error) {
	req := request{top: defaultTop}
	body, err := readBody(r, shape)
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
	req.asked = req.top
	if shape.MaxPage > 0 {
		req.top = min(req.top, shape.MaxPage)
	}
	if shape.NoPaging {
		req.start = 0
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
func readBody(r *http.Request, shape *Shape) (object, error) {
	most := cmp.Or(shape.BodyLimit, maxBody)
	raw, err := io.ReadAll(io.LimitReader(r.Body, int64(most)+1))
	if err != nil {
		return nil, fmt.Errorf("read the body: %w", err)
	}
	if len(raw) > most {
		return nil, shape.tooLong()
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

var (
	errProxyLimit = errors.New("the body is larger than a server in front takes")
	errBodyLimit  = errors.New("the body is too large")
)

// tooLong says what becomes of a body above the limit.
func (s *Shape) tooLong() error {
	switch {
	case s.BodyLimit == 0:
		return malformed("the body is larger than %d bytes", maxBody)
	case s.BodyLimitStatus == http.StatusRequestEntityTooLarge:
		return errProxyLimit
	}
	return errBodyLimit
}
