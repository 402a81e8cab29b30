package sandbox

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const searchSuffix = "/Autopal.Search()"

// isSearch reports whether a POST to path is a search, of anything and at any
// address: route answers a wrong address, refuse only writes.
func isSearch(path string) bool { return strings.HasSuffix(path, searchSuffix) }

// route finds what the request asks for.
func (s *Sandbox) route(v *visit) *reply {
	path, inside := strings.CutPrefix(v.URL.Path, apiPath+"/")
	switch {
	case !inside:
		return noRoute()
	case v.Method == http.MethodPost && path == s.loans.segment+searchSuffix:
		return s.search(v, s.loans)
	case v.Method == http.MethodPost && path == s.customers.segment+searchSuffix:
		return s.search(v, s.customers)
	case v.Method == http.MethodGet:
		return s.read(v.Request, path)
	}
	return noRoute()
}

// noRoute answers an unknown path (seen in public code: 409, not 404).
func noRoute() *reply { return conflict("No route found", "RoutingException") }

// recordPath is the address of one record: Loans(8890) or Loans(id=8890).
var recordPath = regexp.MustCompile(`^(Loans|Customers)\((?:id=)?(-?[0-9]+)\)$`)

// read answers a GET of one record by its system ID, or of a list.
func (s *Sandbox) read(r *http.Request, path string) *reply {
	path, inside := strings.CutPrefix(path, "odata.svc/")
	if !inside {
		return noRoute()
	}
	switch path {
	case s.loans.segment:
		return s.list(r, s.loans.set)
	case s.customers.segment:
		return s.list(r, s.customers.set)
	}
	parts := recordPath.FindStringSubmatch(path)
	if parts == nil {
		return noRoute()
	}
	from := s.loans
	if parts[1] == s.customers.segment {
		from = s.customers
	}
	id, err := strconv.Atoi(parts[2])
	at, ok := from.set.at(id)
	if err != nil || !ok { // an error means more digits than an ID can have
		return noRecord(from.segment)
	}
	return &reply{status: http.StatusOK, body: one{from.set.record(at, r)}}
}

// one is the body of a single record.
type one struct {
	D any `json:"d"`
}

// noRecord answers for an unknown ID (documented: 409).
func noRecord(segment string) *reply {
	body := failure{failureDetail{Message: localized{"en-US", "Resource not found for the segment '" + segment + "'"}}}
	return &reply{status: http.StatusConflict, body: body}
}

// listRefused answers a request for a whole collection (the body is documented;
// the status 410 is assumed).
func listRefused() *reply {
	message := "Access to retrieve all entities has been deprecated."
	return &reply{status: http.StatusGone, body: errorBody(message, "ODataException", http.StatusGone)}
}

// expands reports whether $expand names a collection.
func expands(r *http.Request, name string) bool {
	return slices.Contains(strings.Split(r.URL.Query().Get("$expand"), ","), name)
}
