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
func (s *Sandbox) route(r *http.Request) *reply {
	path, inside := strings.CutPrefix(r.URL.Path, apiPath+"/")
	switch {
	case !inside:
		return noRoute()
	case r.Method == http.MethodPost && path == "Loans"+searchSuffix:
		return s.search(r, s.loans, s.loanHits)
	case r.Method == http.MethodPost && path == "Customers"+searchSuffix:
		return s.search(r, s.customers, s.customerHits)
	case r.Method == http.MethodGet:
		return s.read(r, path)
	}
	return noRoute()
}

// noRoute answers a path that leads nowhere (seen in public code: 409, not 404).
func noRoute() *reply { return conflict("No route found", "RoutingException") }

// recordPath is the address of one record: Loans(8890) or Loans(id=8890).
var recordPath = regexp.MustCompile(`^(Loans|Customers)\((?:id=)?(-?[0-9]+)\)$`)

// read answers a GET of one record by its system ID.
func (s *Sandbox) read(r *http.Request, path string) *reply {
	path, inside := strings.CutPrefix(path, "odata.svc/")
	if !inside {
		return noRoute()
	}
	if path == "Loans" || path == "Customers" {
		return listing()
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
	record := s.tenant.loanRecord(at)
	record.Customers = postponed("Loans(id=%d)/Customers", id)
	if expand {
		record.Customers = s.tenant.customersOn(at)
	}
	return &reply{status: http.StatusOK, body: one{record}}
}

func (s *Sandbox) readCustomer(id int, expand bool) *reply {
	at, ok := s.tenant.customerAt(id)
	if !ok {
		return noRecord("Customers")
	}
	record := s.tenant.customerRecord(at, "")
	record.Loans = postponed("Customers(id=%d)/Loans", id)
	if expand {
		record.Loans = s.tenant.loansWith(at)
	}
	return &reply{status: http.StatusOK, body: one{record}}
}

// noRecord answers for an ID that is not there (documented: 409).
func noRecord(segment string) *reply {
	body := failure{failureDetail{Message: localized{"en-US", "Resource not found for the segment '" + segment + "'"}}}
	return &reply{status: http.StatusConflict, body: body}
}

// listing answers for a whole collection (documented body; that the status is
// 410 too is assumed).
func listing() *reply {
	message := "Access to retrieve all entities has been deprecated."
	return &reply{status: http.StatusGone, body: oops(message, "ODataException", http.StatusGone)}
}

// expands reports whether $expand names a collection.
func expands(r *http.Request, name string) bool {
	return slices.Contains(strings.Split(r.URL.Query().Get("$expand"), ","), name)
}
