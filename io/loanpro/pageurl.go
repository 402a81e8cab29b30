package loanpro

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// PageURL is what the address of a LoanPro page says; zero or empty where it
// does not say. That the address holds the system IDs of loan and customer is
// documented (LoanPro help, finding IDs); how is not, so the routes are those
// seen in public code and what is like them. An ID is therefore a hint: look
// it up before relying on it, and first see whether the page is OfLoanPro,
// since the addresses of any other site are read alike.
type PageURL struct {
	Host     string // in lower case, without user and port
	Tenant   string // the tenant ID in digits
	Loan     int64  // system ID
	Customer int64  // system ID
	// Conflict is set where the address says different things of the loan, of
	// the customer or of the tenant. What it contradicts itself about is zero;
	// do not go by the rest either.
	Conflict bool
}

// OfLoanPro reports whether the page is on a host of LoanPro's: simnang.com,
// loanpro.io and what is under them (LoanPro docs; names of clients' own hosts
// seen in public code). Borrowers' portals under loanpro.software are neither
// the servicing application nor the API.
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
// false where the cell is no URL, and so an ordinary value: a URL begins with
// http:// or https://, or with a host name of LoanPro's and a slash. A URL that
// cannot be read, or with more text than one URL, is ok and says nothing.
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
	said := urlReading{found: map[subject]string{}}
	for piece := range strings.FieldsFuncSeq(rest, separatesPieces) {
		said.read(piece)
	}
	page.Tenant = said.found[theTenant]
	page.Loan = parseID(said.found[theLoan])
	page.Customer = parseID(said.found[theCustomer])
	page.Conflict = said.conflict
	return page, true
}

// invisible is true of what comes along with a copied text unseen.
func invisible(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
}

// withoutScheme returns what follows the scheme. ok is false where the cell is
// no URL.
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

// withoutTail removes the punctuation of a sentence around the URL. It leaves
// an ellipsis: the number before one is not whole.
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

// hostName leaves it to net/url to tell the host from user and port; the rest
// of an address is less regular than net/url wants it. It is empty for what is
// no authority.
func hostName(authority string) string {
	u, err := url.Parse("https://" + authority)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
}

// oneURL returns path, query and fragment decoded, or as they are where that
// fails. ok is false where other text or another URL follows: which of them is
// meant would be a guess.
func oneURL(rest string) (decoded string, ok bool) {
	if strings.ContainsFunc(rest, invisible) {
		return "", false
	}
	// Decoded as a whole, for programs that encode the # of hash routes.
	decoded, err := url.PathUnescape(rest)
	if err != nil {
		decoded = rest
	}
	return decoded, !strings.Contains(decoded, "://")
}

// separator takes path, query and fragment alike, since hash routes have paths
// and queries of their own.
func separatesPieces(r rune) bool { return strings.ContainsRune("/?#&;", r) }

// subject is what a number in an address may be the ID of.
type subject int

const (
	noSubject subject = iota
	theLoan
	theCustomer
	theTenant
)

// subjectOf reads a segment of a path or the name of a parameter (t_, tenant
// and loan/menu seen in public code; LoanPro calls a tenant instance in its
// API).
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

// aside is true of segments that name a view of the subject before them. After
// any other, such as payments, a number is the ID of something else.
func viewName(word string) bool {
	return slices.Contains([]string{
		"menu", "manager", "view", "show", "edit", "open", "detail", "details",
		"summary", "info", "overview", "profile", "dashboard", "id",
	}, strings.ToLower(word))
}

// reading is what the pieces of an address have said so far.
type urlReading struct {
	subject  subject // which the path speaks of
	awaiting bool    // whether its number may still come
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

// segment reads loan, 8890 and menu as in /loan/8890/menu.
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

// parameter reads loanid=8890, or id=8890 where the path says of what.
func (r *urlReading) parameter(name, value string) {
	about := subjectOf(name)
	if strings.EqualFold(name, "id") && r.subject != theTenant {
		about = r.subject
	}
	r.note(about, value)
}

// entity reads Loans(8890) and Loans(id=8890), as the API's paths have it
// (LoanPro docs).
func (r *urlReading) entity(name, key string) {
	r.subject, r.awaiting = subjectOf(name), false
	key = strings.TrimPrefix(strings.ToLower(key), "id=")
	r.note(r.subject, strings.TrimSuffix(key, ")"))
}

// note keeps an ID. Once contradicted, nothing is found of that subject again.
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

// isID takes numbers that have one spelling and fit into 64 bits.
func systemID(text string) bool {
	const most = 18 // digits
	return text != "" && len(text) <= most && text[0] != '0' && !strings.ContainsFunc(text, notDigit)
}

func notDigit(r rune) bool { return r < '0' || r > '9' }

// idOf is 0 for what is no ID.
func parseID(text string) int64 {
	if !systemID(text) {
		return 0
	}
	id, _ := strconv.ParseInt(text, 10, 64) // of isID, so it fits
	return id
}
