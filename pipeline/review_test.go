package pipeline

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"loanmap/io/loanpro"
	"loanmap/io/loanpro/sandbox"
	"loanmap/io/pace"
	"loanmap/pipeline/delivery"
	"loanmap/pipeline/question"
	"loanmap/pipeline/review"
)

// pairs makes a tenant in which every name is that of two people, and returns its folder
// and a sheet of the names.
func pairs(t *testing.T, names int) (folder, sheet string) {
	t.Helper()
	folder = t.TempDir()
	begin, end := []string{"An", "Bel", "Cor", "Dar", "El", "Fen", "Gar", "Hol", "Il", "Jor"}, []string{"ina", "ton", "wick", "mund", "ette"}
	customers, rows := new(strings.Builder), new(strings.Builder)
	customers.WriteString("id,first_name,last_name,email,birth_date,ssn\n")
	rows.WriteString("Name\n")
	for i := range names {
		first := begin[i%10] + end[i/10%5]
		last := "Mc" + strings.ToLower(begin[i/50%10]) + "strand"
		fmt.Fprintf(rows, "%s %s\n", first, last)
		for j := range 2 {
			fmt.Fprintf(customers, "%d,%s,%s,%s.%d@example.net,19%02d-0%d-11,9174%05d\n", 1000+2*i+j, first, last, strings.ToLower(first), j, 40+i%50, 1+j, 10000+2*i+j)
		}
	}
	for name, text := range map[string]string{"customers.csv": customers.String(), "loans.csv": "id,display_id,customers\n1,L1,1000:primary\n"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder, rows.String()
}

// analyst is a script that decides cards as a person does by forms.
type analyst struct {
	t      *testing.T
	client *http.Client
	base   string
}

func (a *analyst) page(resp *http.Response, err error) string {
	a.t.Helper()
	if err != nil {
		a.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		a.t.Fatal(resp.Status, err)
	}
	return string(text)
}

var formFields = regexp.MustCompile(`name="(row|shown|before)" value="([^"]*)"|<button name="(choice)" value="([0-9]+)"`)

// decide chooses the first candidate of the card on a page, and returns the next page.
func (a *analyst) decide(page string) string {
	a.t.Helper()
	form := url.Values{}
	for _, field := range formFields.FindAllStringSubmatch(page, -1) {
		if name := field[1] + field[3]; !form.Has(name) {
			form.Set(name, field[2]+field[4])
		}
	}
	if !form.Has("choice") {
		a.t.Fatalf("no candidate can be chosen\n%s", page)
	}
	return a.page(a.client.PostForm(a.base+"/decide", form))
}

// An analyst who decides up to twenty cards a second waits for LoanPro once, at the first card: all
// others are read ahead, at 5 requests a second that take 100 ms.
func TestReviewReadsAhead(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("an analyst takes half a minute")
	}
	const cards = 500
	folder, sheet := pairs(t, cards)
	fast, _ := tenantOf(t, sandbox.Options{Dir: folder}, nil)
	j := job(t, fast)
	if err := os.WriteFile(j.Input.Path, []byte(sheet), 0o600); err != nil {
		t.Fatal(err)
	}
	j.Input.By = question.Names.Flag
	if _, err := j.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	box, err := sandbox.New(sandbox.Options{Dir: folder, Latency: 100 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(box)
	defer server.Close()
	token, err := loanpro.NewToken(box.Token())
	if err != nil {
		t.Fatal(err)
	}
	slow, err := loanpro.New(loanpro.Config{BaseURL: server.URL + "/api/public/api/1", TenantID: box.TenantID(), Token: token, Pace: pace.NewLocal(5), Workers: 4, Timeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Close()
	read := *j
	read.Input.Path, read.Input.By = j.file("in.errors.csv"), ""
	read.Output.Into = &delivery.Into{Output: j.file("in.resolved.csv")}
	read.Lookup.Client = slow
	reviewed := startReview(t, &read)
	page := reviewed.page(reviewed.client.Get(reviewed.address))
	first := slow.Stats().Requests
	for range cards {
		page = reviewed.decide(page)
		time.Sleep(50 * time.Millisecond) // what a person does, very fast
	}
	requests := slow.Stats().Requests
	t.Logf("%d looks waited; %d requests until the first card, %d for %d cards", reviewed.ahead.Waits(), first, requests-first, cards)
	if !strings.Contains(page, fmt.Sprintf("%d of %d decided", cards, cards)) {
		t.Errorf("not all are decided\n%s", page)
	}
	if waits := reviewed.ahead.Waits(); waits != 1 {
		t.Errorf("%d looks waited, and not only the first one", waits)
	}
	if requests-first > cards/5 {
		t.Errorf("%d requests for %d cards", requests-first, cards)
	}
}

// reviewed is a review that is under way.
type reviewed struct {
	analyst
	address string
	ahead   interface{ Waits() int }
}

// startReview serves the cards of a job's report.
func startReview(t *testing.T, j *Job) *reviewed {
	t.Helper()
	decisions, err := review.Open(review.PathFor(j.Input.Path), review.Options{Reviewer: "ann"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = decisions.Close() })
	r := new(reviewed)
	desk, err := review.NewDesk(review.Source{Load: func() (*review.Deal, error) {
		deal, err := j.Deal(t.Context())
		if err != nil {
			return nil, err
		}
		begin := deal.Read
		deal.Read = func(from int) review.RecordsOf {
			records := begin(from)
			r.ahead = records.(interface{ Waits() int })
			return records
		}
		return deal, nil
	}}, decisions)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(desk.Close)
	web := httptest.NewUnstartedServer(nil)
	server := review.NewServer(t.Context(), desk, web.Listener.Addr(), review.ServerOptions{Idle: time.Hour})
	web.Config.Handler = server
	web.Start()
	t.Cleanup(web.Close)
	jar, _ := cookiejar.New(nil) // fails for no options
	r.analyst = analyst{t, &http.Client{Jar: jar}, web.URL}
	r.address = server.Address()
	return r
}
