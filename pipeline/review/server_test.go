package review

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"

	"loanmap/io/loanpro"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// The cards of these tests are about loans that have the same display ID.
func cardOf(n int, candidates ...int64) *Card {
	c := &Card{
		Own: question.Question{Kind: question.DisplayIDs, Text: fmt.Sprintf("L%03d", n)}, Lines: []int{n}, Code: match.CodeDuplicate,
		Cells: []Cell{{"Loan Number", fmt.Sprintf("L%03d", n), question.OwnKey}, {"Branch", fmt.Sprintf("Provo %d", n), ""}},
	}
	for _, id := range candidates {
		c.Candidates = append(c.Candidates, answer.Candidate{ID: id})
	}
	return c
}

// table is a tenant that answers at once, and what has become of it.
type table struct {
	cards   []*Card
	gone    map[int64]bool // records that LoanPro does not have
	down    error
	applied int
}

func (b *table) At(_ context.Context, place int) ([]Record, error) {
	var records []Record
	for _, id := range b.cards[place].IDs() {
		r := Record{Hit: loanpro.Hit{ID: id, DisplayID: b.cards[place].Own.Text, Status: "Open"}, Found: !b.gone[id], Score: 77, Reasons: "by: +display_id(exact)"}
		records = append(records, r)
	}
	return records, b.down
}

func (b *table) Forget(int) {}
func (b *table) Close()     {}

// source deals the cards of the table. Applying takes away those that are chosen.
func (b *table) source(d *Decisions) Source {
	s := Source{Load: func() (*Deal, error) {
		return &Deal{
			Cards: b.cards, Kind: question.DisplayIDs, Host: "loanpro.example.com", Tenant: "5200000",
			PageOf: func(id int64) string { return fmt.Sprintf("https://loanpro.example.com/loan/%d", id) }, Read: func(int) RecordsOf { return b },
		}, nil
	}}
	s.Names.Report, s.Names.Output = "in.errors.csv", "in.resolved.csv"
	s.Apply = func(context.Context) (*Applied, error) {
		before := len(b.cards)
		b.cards = slices.DeleteFunc(slices.Clone(b.cards), func(c *Card) bool {
			was, ok := d.Of(d.Key(&c.Own))
			return ok && was.Choice == Chosen
		})
		b.applied++
		return &Applied{Filled: before - len(b.cards), Left: map[match.Code]int{match.CodeDuplicate: len(b.cards)}}, nil
	}
	return s
}

// visitor is a browser that speaks to a review.
type visitor struct {
	t      *testing.T
	client *http.Client
	base   string
	server *Server
	table  *table
	path   string // of the decisions
}

const testIdle = time.Hour

// visit opens a review of some cards, with a browser that was let in.
func visit(t *testing.T, b *table, o ServerOptions) *visitor {
	t.Helper()
	return visitAt(t, b, o, filepath.Join(t.TempDir(), "in.decisions.jsonl"))
}

func visitAt(t *testing.T, b *table, o ServerOptions, path string) *visitor {
	t.Helper()
	decisions, err := Open(path, Options{Tenant: "5200000", Reviewer: "ann"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = decisions.Close() })
	desk, err := NewDesk(b.source(decisions), decisions)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewUnstartedServer(nil)
	o.Idle = testIdle
	server := NewServer(t.Context(), desk, web.Listener.Addr(), o)
	web.Config.Handler = server
	web.Start()
	t.Cleanup(web.Close)
	jar, _ := cookiejar.New(nil) // fails for no options
	v := &visitor{t, &http.Client{Jar: jar}, web.URL, server, b, path}
	if o.Password == "" {
		v.get(strings.TrimPrefix(server.Address(), web.URL))
	}
	return v
}

// send sends a request and returns the answer's status, page and address.
func (v *visitor) send(r *http.Request) (status int, page, path string) {
	v.t.Helper()
	resp, err := v.client.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return resp.StatusCode, string(body), resp.Request.URL.RequestURI()
}

func (v *visitor) get(path string) (page, at string) {
	v.t.Helper()
	r, err := http.NewRequest(http.MethodGet, v.base+path, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	status, page, at := v.send(r)
	if status != http.StatusOK {
		v.t.Fatalf("%s: %d\n%s", path, status, page)
	}
	return page, at
}

func (v *visitor) post(path string, form url.Values) (status int, page, at string) {
	v.t.Helper()
	r, err := http.NewRequest(http.MethodPost, v.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return v.send(r)
}

var hidden = regexp.MustCompile(`name="(row|shown|before)" value="([^"]*)"`)

// formOf returns the form of a card's page.
func formOf(page string) url.Values {
	form := url.Values{}
	for _, field := range hidden.FindAllStringSubmatch(page, -1) {
		form.Set(field[1], field[2])
	}
	return form
}

// press decides the card of a page as its button does.
func (v *visitor) press(page, choice string) (next, at string) {
	v.t.Helper()
	form := formOf(page)
	form.Set("choice", choice)
	status, next, at := v.post("/decide", form)
	if status != http.StatusOK {
		v.t.Fatalf("%d\n%s", status, next)
	}
	return next, at
}

func (v *visitor) expect(page string, wants ...string) {
	v.t.Helper()
	for _, want := range wants {
		if !strings.Contains(page, want) {
			v.t.Errorf("the page lacks %q\n%s", want, page)
		}
	}
}

func threeCards() *table {
	return &table{cards: []*Card{cardOf(2, 11, 12), cardOf(3, 21, 22), cardOf(4, 31)}}
}

// Everything works by links and forms alone: no script runs here.
func TestCardsAreDecidedWithoutScript(t *testing.T) {
	t.Parallel()
	v := visit(t, threeCards(), ServerOptions{})
	page, at := v.get("/")
	v.expect(page, "Card 1", "Choose 11", "Choose 12", "same display ID", "0 of 3 decided", `href="https://loanpro.example.com/loan/11"`, "row 2 of the input", "Provo 2")
	if at != "/card/1" || strings.Contains(page, "score") {
		t.Errorf("it begins at %s\n%s", at, page)
	}
	page, _ = v.press(page, "12")
	v.expect(page, "Card 2", "1 of 3 decided")
	page, _ = v.press(page, "none")
	v.expect(page, "Card 3", "2 of 3 decided")
	page, at = v.press(page, "later")
	v.expect(page, "Every card is decided but those for later", "2 of 3 decided, 1 for later", "Apply 1 chosen, 1 none of these")
	if at != "/done" {
		t.Errorf("after the last card comes %s", at)
	}
	page, _ = v.get("/card/1")
	v.expect(page, "12 is chosen, by ann", "score 77")
	for range 3 {
		_, page, _ = v.post("/undo", url.Values{"place": {"1"}})
	}
	v.expect(page, "Card 1", "0 of 3 decided", "this card is open again")
	_, page, _ = v.post("/undo", url.Values{"place": {"2"}})
	v.expect(page, "There is nothing to undo", "Card 2")
	_, page, at = v.post("/find", url.Values{"text": {"provo 4"}, "place": {"1"}})
	v.expect(page, "Card 3")
	if strings.Contains(at, "provo") {
		t.Errorf("the address has what was searched for: %s", at)
	}
	_, page, _ = v.post("/find", url.Values{"text": {"nowhere"}, "place": {"1"}})
	v.expect(page, "No card has this text", "Card 1")
}

// What was decided is applied, and the cards are read again.
func TestDecisionsAreApplied(t *testing.T) {
	t.Parallel()
	v := visit(t, threeCards(), ServerOptions{})
	page, _ := v.get("/card/1")
	v.press(page, "12")
	v.post("/apply", nil)
	v.server.runs.Wait()
	page, _ = v.get("/done")
	v.expect(page, "1 row of in.resolved.csv is filled in", "duplicate", "0 of 2 decided")
	_, page, _ = v.post("/undo", url.Values{"place": {"1"}})
	v.expect(page, "It stays as it is")
	if _, ok := v.server.desk.decisions.newest(); !ok {
		t.Error("a decision that is in the output was undone")
	}
}

// A report from which everything was taken has no cards.
func TestNoCardIsLeft(t *testing.T) {
	t.Parallel()
	v := visit(t, &table{cards: []*Card{cardOf(2, 11)}}, ServerOptions{})
	page, _ := v.get("/")
	v.press(page, "11")
	v.post("/apply", nil)
	v.server.runs.Wait()
	for _, path := range []string{"/", "/card/1", "/done"} {
		page, at := v.get(path)
		v.expect(page, "No card is left")
		if at != "/done" {
			t.Errorf("%s leads to %s", path, at)
		}
	}
	_, page, _ = v.post("/find", url.Values{"text": {"L002"}, "place": {"9223372036854775807"}})
	v.expect(page, "No card is left")
}

// A decision that one window has made shows in the other, and a form from before it
// decides nothing.
func TestTwoWindows(t *testing.T) {
	t.Parallel()
	v := visit(t, threeCards(), ServerOptions{})
	first, _ := v.get("/card/1")
	second := first
	v.press(first, "11")
	page, at := v.press(second, "12")
	v.expect(page, "Nothing was decided: the card has changed", "11 is chosen, by ann")
	if !strings.HasPrefix(at, "/card/1") {
		t.Errorf("a stale form leads to %s", at)
	}
	page, _ = v.get("/")
	v.expect(page, "Card 2")
	stale, _ := v.get("/card/2")
	_, page, _ = v.post("/add", url.Values{"row": {formOf(stale).Get("row")}, "id": {"99"}})
	v.expect(page, "The record is among the candidates now", "Choose 99")
	page, _ = v.press(stale, "21")
	v.expect(page, "Nothing was decided", "Choose 99")
	page, _ = v.press(page, "99")
	v.expect(page, "Card 3")
}

// Only records that LoanPro has, and that the page showed, can be chosen.
func TestOnlyLiveRecordsAreChosen(t *testing.T) {
	t.Parallel()
	b := threeCards()
	b.gone = map[int64]bool{12: true}
	v := visit(t, b, ServerOptions{})
	card, _ := v.get("/card/1")
	v.expect(card, "LoanPro does not show this record any more")
	for choice, want := range map[string]string{"12": "deleted, temporary or gone", "21": "not read from LoanPro yet", "x": "not read from LoanPro yet"} {
		page, _ := v.press(card, choice)
		v.expect(page, "Nothing was decided", want, "0 of 3 decided")
	}
	for text, want := range map[string]string{
		"11": "among the candidates already", "L11": "neither a system ID", "https://loanpro.example.com/t_/1/loan/5": "neither a system ID",
		"https://other.example.com/loan/5": "neither a system ID", "": "neither a system ID",
	} {
		_, page, _ := v.post("/add", url.Values{"row": {formOf(card).Get("row")}, "id": {text}})
		v.expect(page, want)
	}
	_, page, _ := v.post("/add", url.Values{"row": {formOf(card).Get("row")}, "id": {"https://loanpro.example.com/t_/5200000/loan/menu/5"}})
	v.expect(page, "Choose 5")
}

// While LoanPro does not answer nothing can be chosen, and nothing is lost.
func TestTenantIsGone(t *testing.T) {
	t.Parallel()
	v := visit(t, threeCards(), ServerOptions{})
	card, _ := v.get("/card/1")
	second, _ := v.press(card, "11")
	v.table.down = errors.New("asking LoanPro at loanpro.example.com: no answer")
	page, _ := v.press(second, "21")
	v.expect(page, "no answer. Your decisions are kept", "1 of 3 decided", "Nothing was decided")
	if strings.Contains(page, "Choose 21") {
		t.Errorf("a record that is not read can be chosen\n%s", page)
	}
	page, _ = v.press(page, "later")
	v.expect(page, "1 of 3 decided, 1 for later")
	v.table.down = nil
	page, _ = v.get("/card/2")
	page, _ = v.press(page, "21")
	v.expect(page, "2 of 3 decided")
}

// Decisions outlive the review, and so does undoing them.
func TestReviewGoesOnAfterARestart(t *testing.T) {
	t.Parallel()
	v := visit(t, threeCards(), ServerOptions{})
	page, _ := v.get("/")
	for _, choice := range []string{"11", "22"} {
		page, _ = v.press(page, choice)
	}
	_ = v.server.desk.decisions.Close()
	v = visitAt(t, threeCards(), ServerOptions{}, v.path)
	page, _ = v.get("/")
	v.expect(page, "Card 3", "2 of 3 decided")
	v.post("/undo", nil)
	_, page, _ = v.post("/undo", nil)
	v.expect(page, "Card 1", "0 of 3 decided")
}

// attack is a request that must be refused.
type attack struct {
	method, path string
	host         string
	headers      map[string]string
	stranger     bool // a browser that was not let in
	want         int
}

func TestNobodyElseGetsIn(t *testing.T) {
	t.Parallel()
	v := visit(t, threeCards(), ServerOptions{})
	port := v.server.guard.port
	page, _ := v.get("/card/1")
	form := formOf(page)
	form.Set("choice", "11")
	for name, a := range map[string]attack{
		"foreign name that leads here":     {"GET", "/card/1", "evil.example.com:" + port, nil, false, 403},
		"foreign name without a port":      {"GET", "/card/1", "evil.example.com", nil, false, 403},
		"another port in the name":         {"GET", "/card/1", "127.0.0.1:1", nil, false, 403},
		"another address":                  {"GET", "/card/1", "10.0.0.1:" + port, nil, false, 403},
		"foreign name, deciding":           {"POST", "/decide", "evil.example.com:" + port, nil, false, 403},
		"page of another site":             {"POST", "/decide", "", map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example.com"}, false, 403},
		"old browser, another site":        {"POST", "/decide", "", map[string]string{"Origin": "https://evil.example.com"}, false, 403},
		"old browser, unknown site":        {"POST", "/decide", "", map[string]string{"Origin": "null"}, false, 403},
		"page of another port":             {"POST", "/decide", "", map[string]string{"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:1"}, false, 403},
		"old browser, another port":        {"POST", "/decide", "", map[string]string{"Origin": "http://127.0.0.1:1"}, false, 403},
		"another port reads":               {"GET", "/card/1", "", map[string]string{"Sec-Fetch-Site": "same-site"}, false, 403},
		"another site reads":               {"GET", "/card/1", "", map[string]string{"Sec-Fetch-Site": "cross-site"}, false, 403},
		"no cookie":                        {"GET", "/card/1", "", nil, true, 403},
		"no cookie, deciding":              {"POST", "/decide", "", nil, true, 403},
		"no cookie, ending":                {"POST", "/end", "", nil, true, 403},
		"wrong cookie":                     {"GET", "/card/1", "", map[string]string{"Cookie": "loanmap_review_" + port + "=wrong"}, true, 403},
		"wrong secret":                     {"GET", "/?key=WRONG", "", nil, true, 403},
		"empty secret":                     {"GET", "/?key=", "", nil, true, 403},
		"empty ticket":                     {"GET", "/?ticket=", "", nil, true, 403},
		"password where none is asked":     {"POST", "/password", "", nil, true, 401},
		"decision by a GET":                {"GET", "/decide?" + form.Encode(), "", nil, false, 405},
		"undoing by a GET":                 {"GET", "/undo", "", nil, false, 405},
		"record by a GET":                  {"GET", "/add?id=99", "", nil, false, 405},
		"applying by a GET":                {"GET", "/apply", "", nil, false, 405},
		"ending by a GET":                  {"GET", "/end", "", nil, false, 405},
		"another method":                   {"PUT", "/decide", "", nil, false, 405},
		"file that is no part of the page": {"GET", "/page/card.html", "", nil, false, 404},
		"form that is too large":           {"POST", "/decide", "", map[string]string{"X-Large": "yes"}, false, 303},
	} {
		body := form.Encode()
		if a.headers["X-Large"] != "" {
			body = "note=" + strings.Repeat("x", maxForm) + "&" + body
		}
		r, err := http.NewRequest(a.method, v.base+a.path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Host = a.host
		for key, value := range a.headers {
			r.Header.Set(key, value)
		}
		client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		if !a.stranger {
			client.Jar = v.client.Jar
		}
		resp, err := client.Do(r)
		if err != nil {
			t.Fatal(name, err)
		}
		text, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != a.want || strings.Contains(string(text), "L002") || len(resp.Cookies()) > 0 {
			t.Errorf("%s: %d, want %d, cookies %v\n%s", name, resp.StatusCode, a.want, resp.Cookies(), text)
		}
	}
	if page, _ = v.get("/card/1"); !strings.Contains(page, "0 of 3 decided") || v.table.applied > 0 {
		t.Errorf("an attack has decided something\n%s", page)
	}
	v.press(page, "11") // the person still can
}

// An address for a browser lets in once; the printed one does as often as it is opened.
// Neither stays in the address bar.
func TestAddressesLetIn(t *testing.T) {
	t.Parallel()
	v := visit(t, threeCards(), ServerOptions{})
	open := func(address string) int {
		jar, _ := cookiejar.New(nil) // fails for no options
		client := &http.Client{Jar: jar}
		resp, err := client.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode == http.StatusOK && resp.Request.URL.RawQuery != "" {
			t.Errorf("the secret stays in the address: %s", resp.Request.URL)
		}
		return resp.StatusCode
	}
	ticket := v.server.Ticket()
	for i, try := range []struct {
		address string
		want    int
	}{{ticket, 200}, {ticket, 403}, {v.server.Address(), 200}, {v.server.Address(), 200}} {
		if got := open(try.address); got != try.want {
			t.Errorf("address %d: %d, not %d", i, got, try.want)
		}
	}
}

func TestHeadersOfEveryAnswer(t *testing.T) {
	t.Parallel()
	v := visit(t, threeCards(), ServerOptions{})
	for _, path := range []string{"/card/1", "/done", "/page/review.js", "/page/style.css", "/nothing"} {
		resp, err := v.client.Get(v.base + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		for name, want := range map[string]string{
			"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
			"Content-Security-Policy": "default-src 'none'; script-src 'self'; ",
		} {
			if got := resp.Header.Get(name); !strings.HasPrefix(got, want) {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
	}
	cookies := v.client.Jar.Cookies(&url.URL{Scheme: "http", Host: strings.TrimPrefix(v.base, "http://"), Path: "/"})
	c := v.server.guard.cookie
	if len(cookies) != 1 || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode {
		t.Errorf("cookies %v, made as %+v", cookies, c)
	}
}

func TestPassword(t *testing.T) {
	t.Parallel()
	const right = "a long enough password"
	v := visit(t, threeCards(), ServerOptions{Password: right})
	if strings.Contains(v.server.Address(), "key=") {
		t.Error("the printed address lets in without the password")
	}
	status, page, _ := v.post("/decide", url.Values{"choice": {"11"}})
	if status != http.StatusForbidden || !strings.Contains(page, "Password") {
		t.Errorf("%d\n%s", status, page)
	}
	if status, page, _ = v.post("/password", url.Values{"password": {"wrong"}}); status != http.StatusUnauthorized || strings.Contains(page, "L002") {
		t.Errorf("%d\n%s", status, page)
	}
	if status, page, _ = v.post("/password", url.Values{"password": {right}}); status != http.StatusOK {
		t.Errorf("%d\n%s", status, page)
	}
	v.expect(page, "Card 1")
	jar, _ := cookiejar.New(nil) // fails for no options
	v.client.Jar = jar
	v.server.guard.attempts = rate.NewLimiter(0, 1)
	v.post("/password", url.Values{"password": {"guess"}})
	if status, _, _ = v.post("/password", url.Values{"password": {right}}); status != http.StatusUnauthorized {
		t.Errorf("after too many guesses the password is taken: %d", status)
	}
}

// A decision counts only while the row is open for the same reason, and "none of these" only
// while no other record is proposed.
func TestChangedCardsAreOpenAgain(t *testing.T) {
	t.Parallel()
	v := visit(t, threeCards(), ServerOptions{})
	page, _ := v.get("/")
	for _, choice := range []string{"11", "none", "31"} {
		page, _ = v.press(page, choice)
	}
	v.expect(page, "Every card is decided", "3 of 3 decided")
	next := []*Card{cardOf(2, 11, 12), cardOf(3, 21, 22, 23), cardOf(4, 31)}
	next[0].Code = answer.CodeChosen
	v.table.cards = next
	if err := v.server.desk.reload(); err != nil {
		t.Fatal(err)
	}
	page, _ = v.get("/done")
	v.expect(page, "2 of 3 cards are open", "1 of 3 decided")
}

func TestHostsThatAreServed(t *testing.T) {
	t.Parallel()
	own, err := os.Hostname()
	if err != nil {
		t.Skip("the machine has no name")
	}
	for _, c := range []struct {
		listens, host string
		want          bool
	}{
		{"127.0.0.1", "127.0.0.1:80", true}, {"127.0.0.1", "localhost:80", true}, {"127.0.0.1", "LOCALHOST:80", true}, {"127.0.0.1", "127.0.0.1", true},
		{"127.0.0.1", "127.0.0.2:80", false}, {"127.0.0.1", own + ":80", false}, {"127.0.0.1", "localhost.evil.example.com:80", false}, {"127.0.0.1", "", false},
		{"::1", "[::1]:80", true}, {"::1", "localhost:80", true}, {"::1", "127.0.0.1:80", false},
		{"192.0.2.7", "192.0.2.7:80", true}, {"192.0.2.7", "localhost:80", false}, {"192.0.2.7", "evil.example.com:80", false},
		{"0.0.0.0", "192.0.2.7:80", true}, {"0.0.0.0", own + ":80", true}, {"::", own + ":80", true}, {"0.0.0.0", "evil.example.com:80", false},
	} {
		g := newGuard(&net.TCPAddr{IP: net.ParseIP(c.listens), Port: 80}, "")
		if got := g.hostAllowed(c.host); got != c.want {
			t.Errorf("%s serves %q: %t", c.listens, c.host, got)
		}
	}
}

// pipes is a listener without a network.
type pipes struct{ closed chan struct{} }

func (p pipes) Accept() (net.Conn, error) { <-p.closed; return nil, net.ErrClosed }
func (p pipes) Close() error              { close(p.closed); return nil }
func (p pipes) Addr() net.Addr            { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }

func TestReviewEndsWhenNothingIsAsked(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "in.decisions.jsonl")
	synctest.Test(t, func(t *testing.T) {
		b := threeCards()
		decisions, err := Open(path, Options{Tenant: "5200000", Reviewer: "ann"})
		if err != nil {
			t.Fatal(err)
		}
		defer decisions.Close()
		desk, err := NewDesk(b.source(decisions), decisions)
		if err != nil {
			t.Fatal(err)
		}
		listener := pipes{make(chan struct{})}
		s := NewServer(t.Context(), desk, listener.Addr(), ServerOptions{Idle: 30 * time.Minute})
		began := time.Now()
		ask := func(path string) {
			r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1:80"+path, nil)
			r.AddCookie(&s.guard.cookie)
			s.ServeHTTP(httptest.NewRecorder(), r)
		}
		go func() {
			time.Sleep(20 * time.Minute)
			ask("/card/1")
			time.Sleep(20 * time.Minute)
			ask("/card/1?auto=1") // a window that is left open
		}()
		reason, err := s.Serve(listener)
		if lasted := time.Since(began); err != nil || reason != EndedIdle || lasted != 50*time.Minute {
			t.Errorf("it ended after %s: %q, %v", lasted, reason, err)
		}
	})
}
