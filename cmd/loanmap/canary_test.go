package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// People whose social security numbers and birth dates must not get out. Their
// digits are nowhere else: the last four begin with a zero, which no number in a
// log does, and the dates as a spreadsheet counts them are below every port.
const (
	canaryCustomers = `id,first_name,last_name,email,birth_date,ssn
70,Edith,Marlow,edith.marlow@example.net,1937-09-23,917460825
71,Oscar,Penhale,,1942-11-29,926570917
72,Irene,Quillfeather,,1950-03-17,938120764
73,Basil,Thornbury,,1961-10-19,945780936
74,Clara,Winslow,,1954-08-26,956340872
75,Clara,Winslow,,1966-12-18,964810793
77,Nigel,Hathersage,nigel.hathersage@example.net,1958-04-27,982610748
`
	canarySheet = `Name,Birth Date,SSN,Email,Note
"MARLOW, EDITH",1937-09-23,917-46-0825,,whole
Oscar Penhale,11/29/1942,XXX-XX-0917,,masked
Irene Quillfeather,18339,,,days as a spreadsheet counts them
Oscar Penhale,,*****0917,,masked without dashes
Edith Marlow,"September 23, 1937",917 46 0825,,written out
Nigel Hathersage,19580427,982610748,nigel.hathersage@example.net,no dashes
Basil Thornbury,12/27/1948,,,another person's date
Clara Winslow,,,,two of the name
Clara Winslow,7/28/1969,947-18-0683,,of neither
Basil Thornbery,1961-10-19,945780936,,a typing error
Hugo Yardley,1947-02-25,938-12-0946,,absent
,1944-07-28,952-63-0814,,no name
N/A,28.7.1944,XXX-XX-0814,,placeholder
Vera Falconbridge,1953-09-21,***-**-0639,,LoanPro does not answer
`
	// unanswered is the name of a person not in the tenant: every search for
	// it fails.
	unanswered = "falconbridge"
)

// canaries finds SSNs and birth dates in whatever way they may be written.
var canaries = func() []*regexp.Regexp {
	var all []*regexp.Regexp
	for _, ssn := range []string{
		"917460825", "926570917", "938120764", "945780936", "956340872", "964810793", "973290639", "982610748", "947180683", "938120946", "952630814",
	} {
		last := ssn[5:]
		all = append(all, regexp.MustCompile(fmt.Sprintf(`%s\W?%s\W?%s|\b%s\b|[Xx*]%s`, ssn[:3], ssn[3:5], last, last, last)))
	}
	for _, birth := range []string{
		"1937-09-23", "1942-11-29", "1950-03-17", "1961-10-19", "1954-08-26", "1966-12-18", "1953-09-21", "1958-04-27", "1948-12-27",
		"1969-07-28", "1947-02-25", "1944-07-28",
	} {
		all = append(all, birthCanary(birth))
	}
	return all
}()

func birthCanary(iso string) *regexp.Regexp {
	birth, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		panic(err)
	}
	days := int(birth.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Hours() / 24)
	ways := []string{fmt.Sprintf(`\b%d\b`, days), fmt.Sprintf(`-?\b%d\b`, max(birth.Unix(), -birth.Unix()))}
	for _, layout := range []string{
		"2006-01-02", "2006-1-2", "2006/01/02", "20060102", "01022006", "1/2/2006", "01/02/2006", "1/2/06", "1-2-2006", "01-02-2006",
		"2.1.2006", "02.01.2006", "2/1/2006", "02/01/2006", "January 2, 2006", "Jan 2, 2006", "2-Jan-2006", "2 January 2006", "2006 1 2",
	} {
		ways = append(ways, `\b`+regexp.QuoteMeta(birth.Format(layout))+`\b`)
	}
	return regexp.MustCompile(strings.Join(ways, "|"))
}

// sums are numbers that may be any: counts of bytes, ports, durations, digests.
var sums = regexp.MustCompile(`bytes(_sent|_received)?"?[:=] ?\d+|127\.0\.0\.1:\d+|took"?[:=]\d+|"time":"[^"]*"|"started": "[^"]*"`)

// leak returns the first canary in text; empty: there is no canary.
func leak(text string) string {
	text = sums.ReplaceAllString(text, "")
	for _, canary := range canaries {
		if found := canary.FindString(text); found != "" {
			return found
		}
	}
	return ""
}

// gossip finds names, which only the input, the output and the report may hold.
var gossip = regexp.MustCompile(`(?i)\b(marlow|penhale|quillfeather|thornb.ry|winslow|falconbridge|hathersage|yardley|edith|oscar|irene|basil|clara|nigel|hugo|vera)\b`)

// eavesdropper stands between the program and a tenant, and keeps what is asked.
type eavesdropper struct {
	tenant *httputil.ReverseProxy

	mu       sync.Mutex
	heard    bytes.Buffer
	requests int
}

func (e *eavesdropper) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the program has hung up
	}
	e.mu.Lock()
	fmt.Fprintf(&e.heard, "%s %s %v\n%s\n", r.Method, r.URL, r.Header, body)
	e.requests++
	e.mu.Unlock()
	if bytes.Contains(bytes.ToLower(body), []byte(unanswered)) {
		http.Error(w, `{"error":{"message":{"value":"not today"}}}`, http.StatusConflict)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	e.tenant.ServeHTTP(w, r)
}

func (e *eavesdropper) count() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.requests
}

// canaryRun prepares a run over the canaries' sheet in a folder of its own, past
// an eavesdropper.
func canaryRun(t *testing.T, flags []string, args ...string) (*exec.Cmd, *eavesdropper) {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "customers.csv"), canaryCustomers)
	write(t, filepath.Join(dir, "loans.csv"), "id,display_id,customers\n1000,L1,70:primary\n")
	path, err := exec.LookPath("loanmap")
	if err != nil {
		t.Fatal(err)
	}
	env, stop, err := startTenant(path, dir, append([]string{"--tenant-dir", dir}, flags...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	base, err := url.Parse(strings.TrimPrefix(env[slices.IndexFunc(env, func(v string) bool { return strings.HasPrefix(v, "LOANPRO_BASE_URL=") })], "LOANPRO_BASE_URL="))
	if err != nil {
		t.Fatal(err)
	}
	e := &eavesdropper{tenant: &httputil.ReverseProxy{
		Rewrite:  func(r *httputil.ProxyRequest) { r.Out.URL.Scheme, r.Out.URL.Host = base.Scheme, base.Host },
		ErrorLog: log.New(io.Discard, "", 0), // of answers that are cut on purpose
	}}
	server := httptest.NewServer(e)
	t.Cleanup(server.Close)
	env = append(env, "LOANPRO_BASE_URL="+server.URL+base.Path, "TMPDIR="+t.TempDir(), "HOME="+t.TempDir())
	p := program(t, env, append([]string{"resolve", "in.csv", "--by", "customer", "-v"}, args...)...)
	write(t, filepath.Join(p.Dir, "in.csv"), canarySheet)
	return p, e
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// SSNs and birth dates of a sheet are in its own columns of the output and the
// report, and nowhere else, whatever becomes of a row.
func TestPeopleAreNowhereElse(t *testing.T) {
	t.Parallel()
	if found := leak("nothing"); found != "" || leak("took=1s ssn=***-**-0825") == "" || leak("born 18339") == "" {
		t.Fatal("canaries cannot be told")
	}
	for _, test := range []struct {
		name, output string
		flags, args  []string
	}{
		{"text", "out.csv", nil, nil},
		{"JSON", "out.csv", nil, []string{"--log-format", "json"}},
		{"one by one", "out.csv", nil, []string{"--batch", "1"}},
		{"workbook", "out.xlsx", nil, []string{"--errors-sheet"}},
		{"scan", "out.csv", nil, []string{"--plan", "scan"}},
		{"faults", "out.csv", []string{"--fault-500", "0.1", "--fault-cut", "0.1"}, []string{"--log-format", "json"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p, e := canaryRun(t, test.flags, append(test.args, "--rate", "200", "-o", test.output)...)
			var out, stderr bytes.Buffer
			p.Stdout, p.Stderr = &out, &stderr
			_ = p.Run()
			want, statuses := exitIncomplete, []string{"matched", "ambiguous", "not_found", "invalid", "failed"}
			if test.name == "scan" { // where no row is asked for
				want, statuses = exitUnmatched, statuses[:4]
			}
			if code := p.ProcessState.ExitCode(); code != want {
				t.Fatalf("exit code %d\n%s", code, &stderr)
			}
			summary := read(t, filepath.Join(p.Dir, "out.summary.json"))
			for _, status := range statuses {
				if strings.Contains(summary, fmt.Sprintf("%q: 0", status)) {
					t.Errorf("no row is %s", status)
				}
			}
			for what, text := range map[string]string{"standard output": out.String(), "messages": stderr.String(), "summary": summary} {
				if found := leak(text) + gossip.FindString(text); found != "" {
					t.Errorf("%q is in the %s\n%s", found, what, text)
				}
			}
			checkHeard(t, e, test.name != "scan")
			checkOwnColumns(t, filepath.Join(p.Dir, "out.errors.csv"))
			if test.output == "out.csv" {
				checkOwnColumns(t, filepath.Join(p.Dir, test.output))
			}
			checkLeft(t, p, "in.csv", test.output, "out.errors.csv", "out.summary.json")
		})
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// checkHeard checks that names were asked for, if they are, and none of the canaries.
func checkHeard(t *testing.T, e *eavesdropper, asked bool) {
	t.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	if asked && !gossip.Match(e.heard.Bytes()) {
		t.Error("no person was asked for")
	}
	if found := leak(e.heard.String()); found != "" {
		t.Errorf("LoanPro was asked for %q", found)
	}
}

// checkOwnColumns checks a sheet that may end early: the input's own columns are
// as they were, and the others hold no canary.
func checkOwnColumns(t *testing.T, path string) {
	t.Helper()
	input, err := csv.NewReader(strings.NewReader(canarySheet)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	text := read(t, path)
	rows := csv.NewReader(strings.NewReader(text[:strings.LastIndex(text, "\n")+1]))
	rows.FieldsPerRecord = -1
	width, checked := len(input[0]), map[string]bool{}
	for {
		cells, err := rows.Read()
		if err != nil {
			return
		}
		if len(cells) >= width && !slices.ContainsFunc(input, func(row []string) bool { return slices.Equal(row, cells[:width]) }) {
			t.Errorf("%s: no row of the input is %q", filepath.Base(path), cells[:width])
		}
		for _, cell := range cells[min(width, len(cells)):] {
			if checked[cell] {
				continue
			}
			checked[cell] = true
			if found := leak(cell); found != "" {
				t.Errorf("%s: %q is in %q", filepath.Base(path), found, cell)
			}
		}
	}
}

// checkLeft checks that a run has left no files but those that match one of want,
// each for its owner's eyes alone.
func checkLeft(t *testing.T, p *exec.Cmd, want ...string) {
	t.Helper()
	for _, folder := range []string{p.Dir, variable(p, "TMPDIR"), variable(p, "HOME")} {
		err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			known := slices.ContainsFunc(want, func(pattern string) bool {
				ok, _ := filepath.Match(filepath.Join(p.Dir, pattern), path) // the patterns are sound
				return ok
			})
			if !known {
				t.Errorf("%s was left", path)
			}
			if about, err := entry.Info(); err != nil || about.Mode().Perm() != 0o600 {
				t.Errorf("%s is not its owner's alone: %v", path, err)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}

// variable is what a program's environment holds under name.
func variable(p *exec.Cmd, name string) string {
	value := ""
	for _, v := range p.Env {
		if own, is := strings.CutPrefix(v, name+"="); is {
			value = own // the last one counts
		}
	}
	return value
}

// repeated returns the canaries' sheet with every row repeated.
func repeated(times int) string {
	header, rows, _ := strings.Cut(canarySheet, "\n")
	sheet := header + "\n"
	for row := range strings.Lines(rows) {
		sheet += strings.Repeat(row, times)
	}
	return sheet
}

// A run that is killed leaves people in its unfinished outputs at most.
func TestKilledRunLeavesPeopleNowhereElse(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		output string
		args   []string
	}{
		{"out.csv", nil},
		{"out.xlsx", []string{"--errors-sheet"}},
	} {
		for _, requests := range []int{3, 24} { // in the probe, and among the rows
			t.Run(fmt.Sprintf("%s after %d", test.output, requests), func(t *testing.T) {
				t.Parallel()
				p, e := canaryRun(t, nil, append(test.args, "--rate", "40", "--batch", "1", "-o", test.output)...)
				write(t, filepath.Join(p.Dir, "in.csv"), repeated(500)) // more rows than buffers hold
				var stderr bytes.Buffer
				p.Stderr = &stderr
				if err := p.Start(); err != nil {
					t.Fatal(err)
				}
				for begun := time.Now(); e.count() < requests && time.Since(begun) < 30*time.Second; {
					time.Sleep(time.Millisecond)
				}
				_ = p.Process.Kill()
				_ = p.Wait()
				if p.ProcessState.Exited() {
					t.Fatalf("it had ended before it was killed\n%s", &stderr)
				}
				if found := leak(stderr.String()) + gossip.FindString(stderr.String()); found != "" {
					t.Errorf("%q is in the messages\n%s", found, &stderr)
				}
				checkLeft(t, p, "in.csv", "."+test.output+".*.partial", ".out.errors.csv.*.partial", ".out.summary.json.*.partial",
					test.output+".journal", test.output+".lock", "out.errors.csv.lock", "out.summary.json.lock")
				for _, name := range []string{test.output + ".journal", test.output + ".lock", "out.errors.csv.lock", "out.summary.json.lock"} {
					if found := leak(read(t, filepath.Join(p.Dir, name))); found != "" {
						t.Errorf("%q is in %s", found, name)
					}
				}
				partial, err := filepath.Glob(filepath.Join(p.Dir, ".*.csv.*.partial"))
				if err != nil || len(partial) == 0 {
					t.Errorf("no unfinished output: %v", err)
				}
				for _, path := range partial {
					checkOwnColumns(t, path)
				}
			})
		}
	}
}
