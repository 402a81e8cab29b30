package sandbox

import (
	"errors"
	"fmt"
	"net/http"

	"loanmap/io/loanpro/sandbox/engine"
)

const (
	defaultTop       = 10       // rows of a search without $top (documented)
	defaultWindow    = 10_000   // OpenSearch's default for max_result_window, start plus rows
	defaultBodyLimit = 16 << 20 // bytes of a query
)

// found is the documented body of a search.
type found struct {
	partialMarks
	D foundRows `json:"d"`
}

type foundRows struct {
	partialMarks
	Results any      `json:"results"`
	Summary *summary `json:"summary,omitempty"`
}

// summary has the start and the page size, and the number of hits on all pages.
type summary struct {
	Start    int `json:"start"`
	PageSize int `json:"pageSize"`
	Total    any `json:"total,omitempty"` // nil omits it
	partialMarks
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
	query, err := in.index.Parse(req.query)
	if err != nil {
		return shape.rejected(err)
	}
	s.meter.searched(query.Forms(), query.Keys())
	all, partial := s.forget(v, in, query.Hits())
	all = s.applyShape(v, in, query, all)
	docs := all.Page(req.start, req.top, req.order)
	answer := shape.envelope(in.rows(docs, v), req, shape.total(all.Len(), len(docs), v.number))
	if partial {
		s.options.Faults.admit(&answer)
	}
	return &reply{status: http.StatusOK, body: answer}
}

// settings returns how this tenant indexes and what it accepts.
func (s *Shape) settings() engine.Settings {
	return engine.Settings{
		Mapping: s.Mapping, IgnoreAbove: s.IgnoreAbove, NGrams: s.NGrams,
		ClauseLimit: s.ClauseLimit, TermsLimit: s.TermsLimit, RefuseForms: s.RefuseForms, IgnoreFuzziness: s.IgnoreFuzziness,
		Ranges: s.Ranges,
	}
}

// envelope wraps a page of rows. total is what it shows as the hits on all pages.
func (s *Shape) envelope(rows any, req request, total any) found {
	out := found{D: foundRows{Results: rows}}
	if s.NoSummary {
		return out
	}
	out.D.Summary = &summary{Start: req.start, PageSize: req.requestedTop}
	if s.HonestPageSize {
		out.D.Summary.PageSize = req.top
	}
	if !s.NoTotal {
		out.D.Summary.Total = total
	}
	return out
}

// forbidden answers a token without the right to a search (the status is
// assumed, the body documented for other errors).
func forbidden() *reply {
	return &reply{status: http.StatusForbidden, body: bareError{"You do not have access to this resource"}}
}

// rejected answers a search or a list that is wrong. 409 is the documented status
// for bad requests. The messages are OpenSearch's (assumed).
func rejected(err error) *reply {
	if q, ok := errors.AsType[*engine.Error](err); ok {
		return conflict(q.Reason, q.Kind)
	}
	if b, ok := errors.AsType[*badRequest](err); ok {
		return conflict(b.reason, b.kind)
	}
	if errors.Is(err, errProxyLimit) {
		return &reply{status: http.StatusRequestEntityTooLarge, body: proxyPage("413 Request Entity Too Large")}
	}
	if errors.Is(err, errBodyLimit) {
		return &reply{status: http.StatusInternalServerError, body: errorBody(err.Error(), "Exception", http.StatusInternalServerError)}
	}
	return conflict(err.Error(), "InvalidRequestException")
}

// rejected is like the function, but a query with too many clauses gets the
// status of the tenant. OpenSearch's own is 400, or 500 in older versions.
// LoanPro's is not documented.
func (s *Shape) rejected(err error) *reply {
	answer := rejected(err)
	if q, ok := errors.AsType[*engine.Error](err); ok && q.Kind == engine.TooManyClauses {
		answer.status = s.ClauseStatus
		answer.body = errorBody(q.Reason, q.Kind, s.ClauseStatus)
	}
	return answer
}

func windowTooLarge(end, window int) *reply {
	message := fmt.Sprintf("Result window is too large, from + size must be less than or equal to: [%d] but was [%d].", window, end)
	return &reply{status: http.StatusInternalServerError, body: errorBody(message, "illegal_argument_exception", http.StatusInternalServerError)}
}
