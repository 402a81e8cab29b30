package main

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

var (
	wholeSSN   = regexp.MustCompile(`\b9[0-9]{2}\W?[0-9]{2}\W?[0-9]{4}\b`)
	cardFields = regexp.MustCompile(`name="(row|shown|before)" value="([^"]*)"|<button name="(choice)" value="([0-9]+)"`)
)

// A review shows people to the person who decides, and to nothing else: they are in no
// message, no address, no file but the sheets, and no SSN is shown whole.
func TestReviewKeepsPeopleToItself(t *testing.T) {
	t.Parallel()
	p, e := canaryRun(t, nil, "--rate", "200", "-o", "out.csv")
	if _ = p.Run(); p.ProcessState.ExitCode() != exitIncomplete {
		t.Fatal(p.ProcessState)
	}
	review := program(t, p.Env, "review", "out.csv", "--no-open", "-v", "--rate", "200", "--reviewer", "ann", "--log-format", "json")
	review.Dir = p.Dir
	stderr := new(bytes.Buffer)
	review.Stderr = stderr
	out, err := review.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := review.Start(); err != nil {
		t.Fatal(err)
	}
	printed := bufio.NewReader(out)
	address, err := printed.ReadString('\n')
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr)
	}
	address = strings.TrimSpace(address)
	base, secret, _ := strings.Cut(address, "?key=")
	jar, _ := cookiejar.New(nil) // fails for no options
	seen := &reader{t: t, client: &http.Client{Jar: jar}}
	page := seen.page(seen.client.Get(address))
	for range 3 {
		page = seen.page(seen.client.PostForm(base+"decide", formOf(page)))
	}
	seen.page(seen.client.PostForm(base+"find", url.Values{"text": {"Winslow"}, "place": {"1"}}))
	seen.page(seen.client.PostForm(base+"undo", nil))
	for applied := ""; !strings.Contains(applied, "filled in."); applied = seen.page(seen.client.Get(base + "done")) {
		if applied == "" || strings.Contains(applied, "Not applied") {
			seen.page(seen.client.PostForm(base+"apply", nil))
		}
	}
	_ = review.Process.Signal(syscall.SIGINT)
	rest, _ := io.ReadAll(printed)
	if err := review.Wait(); err != nil {
		t.Fatalf("%v\n%s", err, stderr)
	}
	if !gossip.MatchString(seen.all) || wholeSSN.MatchString(seen.all) {
		t.Errorf("the pages show no person, or a whole SSN: %s", wholeSSN.FindString(seen.all))
	}
	for what, text := range map[string]string{
		"messages": stderr.String(), "standard output": string(rest), "addresses": seen.addresses,
		"decisions": read(t, filepath.Join(p.Dir, "out.decisions.jsonl")), "summary": read(t, filepath.Join(p.Dir, "out.errors.summary.json")),
	} {
		if found := leak(text) + gossip.FindString(text); found != "" {
			t.Errorf("%q is in the %s\n%s", found, what, text)
		}
		if strings.Contains(text, secret) {
			t.Errorf("the secret is in the %s", what)
		}
	}
	checkHeard(t, e, true)
	checkLeft(t, p, "in.csv", "out.csv", "out.errors.csv", "out.summary.json", "out.errors.summary.json", "out.decisions.jsonl", "out.decisions.jsonl.key")
}

// reader keeps what a review shows, and where.
type reader struct {
	t              *testing.T
	client         *http.Client
	all, addresses string
}

func (r *reader) page(resp *http.Response, err error) string {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		r.t.Fatal(resp.Status, err, string(text))
	}
	r.all += string(text)
	r.addresses += resp.Request.URL.String() + "\n"
	return string(text)
}

// formOf returns the form of a card that chooses its first candidate, or none.
func formOf(page string) url.Values {
	form := url.Values{}
	for _, field := range cardFields.FindAllStringSubmatch(page, -1) {
		if name := field[1] + field[3]; !form.Has(name) {
			form.Set(name, field[2]+field[4])
		}
	}
	if !form.Has("choice") {
		form.Set("choice", "none")
	}
	return form
}

// A second review of the same report would not see what the first one decides.
func TestOneReviewAtATime(t *testing.T) {
	t.Parallel()
	s := newSession(t, 30)
	s.start()
	defer s.end()
	if said := s.run(exitFailed, "review", "people.resolved.csv", "--no-open"); !strings.Contains(said, "end the other review first") {
		t.Error(said)
	}
	if _, err := os.Stat(filepath.Join(s.dir, "people.decisions.jsonl")); err != nil {
		t.Error(err)
	}
}
