package loanpro

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// PageURL holds the IDs in the address of a LoanPro page; zero or empty where
// it has none. That the address holds the system IDs of loan and customer is
// documented (LoanPro help, finding IDs). The routes are not, so those read are
// the ones seen in public code, and similar ones. Treat an ID as a hint: check
// OfLoanPro first, since addresses of other sites are parsed alike, and look
// the ID up.
type PageURL struct {
	Host     string // in lower case, without user and port
	Tenant   string // the tenant ID in digits
	Loan     int64  // system ID
	Customer int64  // system ID
	// Conflict is set if the address has two different IDs for the loan, the
	// customer or the tenant. The ID in question is zero; do not use the others
	// either.
	Conflict bool
}

// OfLoanPro reports whether the page is on a host of LoanPro: simnang.com,
// loanpro.io or below (LoanPro docs; names of dedicated hosts seen in public
// code). The borrowers' portals under loanpro.software do not count: they are
// neither the servicing application nor the API.
func (p PageURL) OfLoanPro() bool { return loanProHost(p.Host) }

// loanProHost takes a host name without port.
func loanProHost(host string) bool {
	// Not EqualFold, for which U+017F is an s.
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	labels := strings.Split(host, ".")
	if slices.Contains(labels, "") || strings.ContainsFunc(host, notInHostName) {
		return false
	}
	n := len(labels)
	return n >= 2 && slices.Contains([]string{"simnang.com", "loanpro.io"}, labels[n-2]+"."+labels[n-1])
}

func notInHostName(r rune) bool {
	return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '.'
}

// ParsePageURL reads a cell that may hold the address of a LoanPro page. ok is
// false if the cell is an ordinary value. A URL begins with http:// or
// https://, or with a host name of LoanPro and a slash. A URL that is
// malformed, or that is followed by other text, is ok but has no IDs.
func ParsePageURL(cell string) (page PageURL, ok bool) {
	address, ok := withoutScheme(strings.TrimFunc(cell, invisible))
	if !ok {
		return PageURL{}, false
	}
	authority, rest := splitAuthority(withoutTail(address))
	page.Host = hostName(authority)
	rest, one := oneURL(rest)
	if page.Host == "" || !one {
		return PageURL{Host: page.Host}, true
	}
	ids := urlReading{found: map[subject]string{}}
	for piece := range strings.FieldsFuncSeq(rest, separatesPieces) {
		ids.read(piece)
	}
	page.Tenant = ids.found[theTenant]
	page.Loan = parseID(ids.found[theLoan])
	page.Customer = parseID(ids.found[theCustomer])
	page.Conflict = ids.conflict
	return page, true
}

// invisible reports whether r is copied along with a text unseen.
func invisible(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
}

// withoutScheme returns what follows the scheme. ok is false if the cell is not
// a URL.
func withoutScheme(cell string) (address string, ok bool) {
	if scheme, address, found := strings.Cut(cell, "://"); found {
		switch strings.ToLower(scheme) {
		case "http", "https":
			return address, true
		}
	}
	host, _, found := strings.Cut(cell, "/")
	return cell, found && loanProHost(host)
}

// withoutTail removes the punctuation of a sentence around the URL. It keeps an
// ellipsis: the number before it is not complete.
func withoutTail(address string) string {
	trimmed := strings.TrimRight(address, `.,;:!?)]}>"'`)
	if strings.Contains(address[len(trimmed):], "..") {
		return address
	}
	return trimmed
}

func splitAuthority(address string) (authority, rest string) {
	if i := strings.IndexAny(address, "/?#"); i >= 0 {
		return address[:i], address[i:]
	}
	return address, ""
}

// hostName parses the authority with net/url. It parses nothing else with it:
// pages have addresses that net/url rejects. It is empty if the authority is
// invalid.
func hostName(authority string) string {
	u, err := url.Parse("https://" + authority)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
}

// oneURL returns path, query and fragment decoded, or unchanged if that fails.
// ok is false if other text or another URL follows: choosing one would be a
// guess.
func oneURL(rest string) (decoded string, ok bool) {
	if strings.ContainsFunc(rest, invisible) {
		return "", false
	}
	// Decoded as a whole, since some programs encode the # of hash routes.
	decoded, err := url.PathUnescape(rest)
	if err != nil {
		decoded = rest
	}
	return decoded, !strings.Contains(decoded, "://")
}

// separatesPieces treats path, query and fragment alike, since hash routes have
// paths and queries of their own.
func separatesPieces(r rune) bool { return strings.ContainsRune("/?#&;", r) }

// subject is what a number in an address identifies.
type subject int

const (
	noSubject subject = iota
	theLoan
	theCustomer
	theTenant
)

// subjectOf reads a path segment or a parameter name (t_, tenant and loan/menu
// seen in public code; LoanPro's API calls a tenant an instance).
func subjectOf(word string) subject {
	switch strings.ToLower(word) {
	case "loan", "loans", "loanid", "loan_id", "loan-id":
		return theLoan
	case "customer", "customers", "customerid", "customer_id", "customer-id":
		return theCustomer
	case "t_", "tenant", "tenantid", "tenant_id", "tenant-id",
		"instance", "instanceid", "instance_id", "instance-id", "autopal-instance-id":
		return theTenant
	default:
		return noSubject
	}
}

// viewName reports whether a segment names a view of the subject before it.
// After any other segment, such as payments, a number is the ID of something
// else.
func viewName(word string) bool {
	return slices.Contains([]string{
		"menu", "manager", "view", "show", "edit", "open", "detail", "details",
		"summary", "info", "overview", "profile", "dashboard", "id",
	}, strings.ToLower(word))
}

// urlReading collects the IDs in the pieces of an address.
type urlReading struct {
	subject  subject // of the path so far
	awaiting bool    // whether its ID may still follow
	found    map[subject]string
	conflict bool
}

func (r *urlReading) read(piece string) {
	switch i := strings.IndexAny(piece, "=("); {
	case i < 0:
		r.segment(piece)
	case piece[i] == '=':
		r.parameter(piece[:i], piece[i+1:])
	default:
		r.entity(piece[:i], piece[i+1:])
	}
}

// segment reads loan, 8890 and menu in /loan/8890/menu.
func (r *urlReading) segment(word string) {
	switch about := subjectOf(word); {
	case about != noSubject:
		r.subject, r.awaiting = about, true
	case r.awaiting && systemID(word):
		r.note(r.subject, word)
		r.awaiting = false
	case !viewName(word):
		r.subject, r.awaiting = noSubject, false
	}
}

// parameter reads loanid=8890, or id=8890 if the path names the subject.
func (r *urlReading) parameter(name, value string) {
	about := subjectOf(name)
	if strings.EqualFold(name, "id") && r.subject != theTenant {
		about = r.subject
	}
	r.note(about, value)
}

// entity reads Loans(8890) and Loans(id=8890), as in the paths of the API
// (LoanPro docs).
func (r *urlReading) entity(name, key string) {
	r.subject, r.awaiting = subjectOf(name), false
	key = strings.TrimPrefix(strings.ToLower(key), "id=")
	r.note(r.subject, strings.TrimSuffix(key, ")"))
}

// note keeps an ID. After a contradiction, the subject has none.
func (r *urlReading) note(about subject, id string) {
	if about == noSubject || !systemID(id) {
		return
	}
	earlier, known := r.found[about]
	switch {
	case !known:
		r.found[about] = id
	case earlier != id:
		r.found[about], r.conflict = "", true
	}
}

// systemID reports whether text is a number that has one spelling and fits into
// 64 bits.
func systemID(text string) bool {
	const most = 18 // digits
	return text != "" && len(text) <= most && text[0] != '0' && !strings.ContainsFunc(text, notDigit)
}

func notDigit(r rune) bool { return r < '0' || r > '9' }

// parseID returns 0 if text is not a system ID.
func parseID(text string) int64 {
	if !systemID(text) {
		return 0
	}
	id, _ := strconv.ParseInt(text, 10, 64) // fits, by systemID
	return id
}
