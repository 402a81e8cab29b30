package review

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// guard lets only the person in who started the review. Other people of this machine,
// pages of other sites and of other ports, and names that lead to this address all stay out.
type guard struct {
	port     string
	any      bool   // every address of the machine is served
	host     string // the address that is served
	password [sha256.Size]byte
	asks     bool // for the password
	cookie   http.Cookie
	secret   string // in the address that is printed
	cross    *http.CrossOriginProtection
	attempts *rate.Limiter // of passwords

	mu      sync.Mutex
	tickets map[string]time.Time // addresses that let in once, until then
}

const (
	keyParameter    = "key"
	ticketParameter = "ticket"
	ticketLife      = time.Minute
)

// newGuard guards what is served on address. Without a password, whoever has the printed
// address is let in.
func newGuard(address net.Addr, password string) *guard {
	host, port, _ := net.SplitHostPort(address.String())
	ip, _ := netip.ParseAddr(host)
	return &guard{
		port: port, host: host, any: ip.IsUnspecified(),
		asks: password != "", password: sha256.Sum256([]byte(password)), secret: rand.Text(),
		// A cookie is sent to every port of a host, so each review has its own name for it.
		cookie:   http.Cookie{Name: "loanmap_review_" + port, Value: rand.Text(), Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode},
		cross:    http.NewCrossOriginProtection(),
		attempts: rate.NewLimiter(rate.Every(time.Second), 5), tickets: map[string]time.Time{},
	}
}

// address returns the address to print.
func (g *guard) address() string {
	address := "http://" + net.JoinHostPort(g.shownHost(), g.port) + "/"
	if g.asks {
		return address
	}
	return address + "?" + keyParameter + "=" + g.secret
}

func (g *guard) shownHost() string {
	if name, err := os.Hostname(); g.any && err == nil {
		return name
	}
	return g.host
}

// ticket returns an address that lets in once, within a minute. Other users of the machine
// see the arguments of a program such as a browser: an address that is used up is of no use
// to them.
func (g *guard) ticket() string {
	if g.asks {
		return g.address()
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	ticket := rand.Text()
	g.tickets[ticket] = time.Now().Add(ticketLife)
	return "http://" + net.JoinHostPort(g.shownHost(), g.port) + "/?" + ticketParameter + "=" + ticket
}

// admit reports whether an address holds the secret, or a ticket that is not used yet.
func (g *guard) admit(r *http.Request) bool {
	if key := r.URL.Query().Get(keyParameter); !g.asks && sameText(key, g.secret) {
		return true
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	ticket := r.URL.Query().Get(ticketParameter)
	until, ok := g.tickets[ticket]
	delete(g.tickets, ticket)
	return ok && time.Now().Before(until)
}

func sameText(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// known reports whether a request is from a browser that was let in.
func (g *guard) known(r *http.Request) bool {
	cookie, err := r.Cookie(g.cookie.Name)
	return err == nil && sameText(cookie.Value, g.cookie.Value)
}

// hostAllowed reports whether the Host of a request is this server. A page of another site
// whose name leads here has that name.
func (g *guard) hostAllowed(host string) bool {
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		name, port = strings.Trim(host, "[]"), "80"
	}
	if port != g.port {
		return false
	}
	ip, err := netip.ParseAddr(name)
	served, _ := netip.ParseAddr(g.host)
	switch {
	case err == nil && g.any:
		return true
	case err == nil:
		return ip == served
	case strings.EqualFold(name, "localhost"):
		return g.any || served.IsLoopback()
	}
	own, err := os.Hostname()
	return g.any && err == nil && strings.EqualFold(name, own)
}

// headers are those of every answer. Nothing is kept in a cache, run from elsewhere, shown in
// a frame, or told to another site. Referrer-Policy is not no-referrer, because a browser
// then sends no Origin with the forms of this page either.
var headers = map[string]string{
	"Cache-Control": "no-store",
	"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'; " +
		"base-uri 'none'; frame-ancestors 'none'",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Referrer-Policy":              "same-origin",
	"X-Content-Type-Options":       "nosniff",
	"X-Frame-Options":              "DENY",
}

// wrap serves inside to those who are let in, and entry to the others.
func (g *guard) wrap(inside, entry http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, value := range headers {
			w.Header().Set(name, value)
		}
		switch {
		case !g.hostAllowed(r.Host):
			http.Error(w, "this is not the address of a review", http.StatusForbidden)
		case !ownSite(r), g.cross.Check(r) != nil:
			http.Error(w, "a page of another site or port has sent this", http.StatusForbidden)
		case r.Method == http.MethodGet && g.admit(r):
			http.SetCookie(w, &g.cookie)
			http.Redirect(w, r, "/", http.StatusSeeOther) // without the secret
		case g.known(r):
			inside.ServeHTTP(w, r)
		default:
			entry.ServeHTTP(w, r)
		}
	})
}

// ownSite reports whether a request comes from this page or from the browser's user. A page
// of another port of this machine is of the same site, but not of the same origin.
func ownSite(r *http.Request) bool {
	return slices.Contains([]string{"", "none", "same-origin"}, r.Header.Get("Sec-Fetch-Site"))
}

// checkPassword takes a form with the password, and lets the browser in.
func (g *guard) checkPassword(w http.ResponseWriter, r *http.Request) bool {
	given := sha256.Sum256([]byte(r.PostFormValue("password")))
	if !g.asks || !g.attempts.Allow() || subtle.ConstantTimeCompare(given[:], g.password[:]) != 1 {
		return false
	}
	http.SetCookie(w, &g.cookie)
	return true
}
