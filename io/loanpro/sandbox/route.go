package sandbox

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const searchSuffix = "/Autopal.Search()"

// isSearch reports whether a POST to path asks for a search, of whatever and
// wherever: a mistaken address is told so by route, not refused as a write.
func isSearch(path string) bool { return strings.HasSuffix(path, searchSuffix) }

// route finds what is asked for.
func (s *Sandbox) route(v *visit) *reply {
	path, inside := strings.CutPrefix(v.URL.Path, apiPath+"/")
	switch {
	case !inside:
		return noRoute()
	case v.Method == http.MethodPost && path == "Loans"+searchSuffix:
		return s.search(v, s.searchedLoans())
	case v.Method == http.MethodPost && path == "Customers"+searchSuffix:
		return s.search(v, s.searchedCustomers())
	case v.Method == http.MethodGet:
		return s.read(v.Request, path)
	}
	return noRoute()
}

// noRoute answers a path that leads nowhere (seen in public code: 409, not 404).
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
	case "Loans":
		return s.list(r, s.loanShelf)
	case "Customers":
		return s.list(r, s.customerShelf)
	}
	parts := recordPath.FindStringSubmatch(path)
	if parts == nil {
		return noRoute()
	}
	id, err := strconv.Atoi(parts[2])
	if err != nil { // more digits than an ID can have
		return noRecord(parts[1])
	}
	if parts[1] == "Loans" {
		return s.readLoan(id, expands(r, "Customers"))
	}
	return s.readCustomer(id, expands(r, "Loans"))
}

// one is the envelope of a single record.
type one struct {
	D any `json:"d"`
}

func (s *Sandbox) readLoan(id int, expand bool) *reply {
	at, ok := s.tenant.loanAt(id)
	if !ok {
		return noRecord("Loans")
	}
	return &reply{status: http.StatusOK, body: one{s.tenant.loanRead(at, expand, &s.options.Shape)}}
}

func (s *Sandbox) readCustomer(id int, expand bool) *reply {
	at, ok := s.tenant.customerAt(id)
	if !ok {
		return noRecord("Customers")
	}
	return &reply{status: http.StatusOK, body: one{s.tenant.customerRead(at, expand, &s.options.Shape)}}
}

// noRecord answers for an ID that is not there (documented: 409).
func noRecord(segment string) *reply {
	body := failure{failureDetail{Message: localized{"en-US", "Resource not found for the segment '" + segment + "'"}}}
	return &reply{status: http.StatusConflict, body: body}
}

// listing refuses a whole collection (documented body; that the status is
// 410 too is assumed).
func listing() *reply {
	message := "Access to retrieve all entities has been deprecated."
	return &reply{status: http.StatusGone, body: oops(message, "ODataException", http.StatusGone)}
}

// expands reports whether $expand names a collection.
func expands(r *http.Request, name string) bool {
	return slices.Contains(strings.Split(r.URL.Query().Get("$expand"), ","), name)
}
