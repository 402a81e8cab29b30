package main

import (
	"bufio"
	"bytes"
	"context"
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
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	cdpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// The browser tests drive the page of loanmap review as a person does. They need a
// Chromium, and say so where there is none. Two variables add to them: LOANMAP_AXE is the
// path of axe.min.js (npm package axe-core), and LOANMAP_PICTURES a folder for pictures.

// browsers are the names under which systems have a Chromium.
var browsers = []string{"chromium-headless-shell", "headless-shell", "chromium", "chromium-browser", "google-chrome"}

// browser returns a context with a window of a headless browser.
func browser(t *testing.T) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser takes its time")
	}
	at := slices.IndexFunc(browsers, func(name string) bool { _, err := exec.LookPath(name); return err == nil })
	if at < 0 {
		t.Skip("there is no Chromium: install chromium-headless-shell")
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(browsers[at]), chromedp.NoSandbox,
		chromedp.WindowSize(1280, 900), chromedp.UserDataDir(t.TempDir()))
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 3*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// session is a tenant, a resolved sheet and a review of its report.
type session struct {
	t      *testing.T
	dir    string
	env    []string
	stop   func() // the tenant
	review *exec.Cmd
	said   *bytes.Buffer
	url    string
}

// newSession resolves rows of people of a made-up tenant.
func newSession(t *testing.T, rows int) *session {
	t.Helper()
	path, err := exec.LookPath("loanmap")
	if err != nil {
		t.Fatal(err)
	}
	s := &session{t: t, dir: t.TempDir()}
	box := filepath.Join(t.TempDir(), "box")
	if out, err := exec.Command(path, "sandbox", "--export", box, "--people", "3000", "--loans", "500", "--rows", fmt.Sprint(rows)).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if s.env, s.stop, err = startTenant(path, s.dir, "--tenant-dir", box); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.stop() })
	content := read(t, filepath.Join(box, "rows.csv"))
	var sheet strings.Builder
	for line := range strings.Lines(content) { // without the truth
		line = strings.TrimSpace(line)
		for range 2 {
			line = line[:strings.LastIndexByte(line, ',')]
		}
		sheet.WriteString(line + "\n")
	}
	write(t, filepath.Join(s.dir, "people.csv"), sheet.String())
	s.run(exitUnmatched, "resolve", "people.csv", "--by", "customer", "--rate", "200")
	return s
}

// run runs a command in the session's folder and returns what it says.
func (s *session) run(code int, args ...string) string {
	s.t.Helper()
	p := program(s.t, s.env, args...)
	p.Dir = s.dir
	out, _ := p.CombinedOutput()
	if got := p.ProcessState.ExitCode(); got != code {
		s.t.Fatalf("%v: exit code %d, not %d\n%s", args, got, code, out)
	}
	return string(out)
}

// start starts a review, which prints its address.
func (s *session) start(args ...string) {
	s.t.Helper()
	s.review = program(s.t, s.env, append([]string{"review", "people.errors.csv", "--no-open", "--rate", "200", "--reviewer", "ann"}, args...)...)
	s.review.Dir, s.said = s.dir, new(bytes.Buffer)
	s.review.Stderr = s.said
	out, err := s.review.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.review.Start(); err != nil {
		s.t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		_ = s.review.Wait()
		s.t.Fatalf("no address: %v\n%s", err, s.said)
	}
	s.url = strings.TrimSpace(line)
	go func() { _, _ = io.Copy(io.Discard, out) }()
}

// end ends the review as Ctrl-C does.
func (s *session) end() {
	s.t.Helper()
	_ = s.review.Process.Signal(syscall.SIGINT)
	if err := s.review.Wait(); err != nil {
		s.t.Fatalf("%v\n%s", err, s.said)
	}
}

// picture saves what a window shows, if pictures are wanted.
func picture(ctx context.Context, t *testing.T, name string) {
	t.Helper()
	folder := os.Getenv("LOANMAP_PICTURES")
	if folder == "" {
		return
	}
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name+".png"), png, 0o600); err != nil {
		t.Fatal(err)
	}
}

// text returns the text of the first element that a selector finds.
func text(ctx context.Context, t *testing.T, selector string) string {
	t.Helper()
	got, err := chromedp.Run(ctx, chromedp.TextContent(selector))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// rest waits until the page takes keys and clicks.
func rest(ctx context.Context, t *testing.T) {
	t.Helper()
	const still = `document.body.getAttribute("aria-busy") !== "true"`
	if err := chromedp.Do(ctx, chromedp.Poll[chromedp.Void](still, chromedp.WithPollingInterval(5*time.Millisecond))); err != nil {
		t.Fatal(err)
	}
}

// press presses a key and waits until the page that comes of it is shown.
func press(ctx context.Context, t *testing.T, key string) {
	t.Helper()
	rest(ctx, t)
	if err := chromedp.Do(ctx, chromedp.KeyEvent(key)); err != nil {
		t.Fatal(err)
	}
	rest(ctx, t)
}

// decided returns how many cards a page says are decided.
func decided(ctx context.Context, t *testing.T) int {
	t.Helper()
	n, err := strconv.Atoi(strings.Fields(text(ctx, t, "#tally"))[0])
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// visit opens an address and waits for its page.
func visit(ctx context.Context, t *testing.T, address string) {
	t.Helper()
	if err := chromedp.Do(ctx, chromedp.Navigate(address), chromedp.WaitVisible("h1")); err != nil {
		t.Fatal(err)
	}
}

// page returns the address of one of the review's pages, without the secret.
func (s *session) page(path string) string { return s.url[:strings.Index(s.url, "?")] + path }

// column returns a column of a sheet of the session.
func (s *session) column(file, name string) []string {
	s.t.Helper()
	rows, err := csv.NewReader(strings.NewReader(read(s.t, filepath.Join(s.dir, file)))).ReadAll()
	if err != nil {
		s.t.Fatal(err)
	}
	at := slices.Index(rows[0], name)
	var cells []string
	for _, row := range rows[1:] {
		cells = append(cells, row[at])
	}
	return cells
}

// showGroups goes to the first open card of each code.
func showGroups(ctx context.Context, t *testing.T) {
	t.Helper()
	groups, err := chromedp.Run(ctx, chromedp.Evaluate[int](`document.querySelectorAll("nav a[href^='/card/']").length`))
	if err != nil || groups < 2 {
		t.Fatalf("%d codes, %v", groups, err)
	}
	for i := range groups {
		rest(ctx, t)
		err := chromedp.Do(ctx, chromedp.Click(fmt.Sprintf("nav li:nth-child(%d) a", i+1)),
			chromedp.WaitVisible(fmt.Sprintf("nav li:nth-child(%d) a[aria-current]", i+1)))
		if err != nil {
			t.Fatal(err)
		}
		picture(ctx, t, text(ctx, t, "h1 .code"))
	}
}

const pageTemplate = "https://loanpro.simnang.com/client/app/index.php#/t_/{tenant}/customer/menu/{customer_id}"

// A person decides thirty cards by keys alone, undoes ten of them after a restart, and
// applies the others.
func TestReviewByKeys(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	s := newSession(t, 500)
	before := len(s.column("people.errors.csv", "error_code"))
	s.start("--url-template", pageTemplate)
	visit(ctx, t, s.url)
	picture(ctx, t, "card")
	showGroups(ctx, t)
	visit(ctx, t, s.page(""))
	const cards = 30
	chosen := 0
	for i := range cards {
		key := "1"
		if i%5 == 4 {
			key = "0"
		}
		if i < cards-10 && key == "1" {
			chosen++
		}
		press(ctx, t, key)
	}
	if got := decided(ctx, t); got != cards {
		t.Fatalf("%d cards are decided", got)
	}
	press(ctx, t, kb.ArrowLeft)
	picture(ctx, t, "decided")
	s.end()
	s.start()
	visit(ctx, t, s.url)
	for range 10 {
		press(ctx, t, "u")
	}
	if got := decided(ctx, t); got != cards-10 {
		t.Fatalf("%d cards are decided after ten are undone", got)
	}
	press(ctx, t, "l")
	press(ctx, t, "?")
	picture(ctx, t, "keys")
	visit(ctx, t, s.page("done"))
	picture(ctx, t, "done")
	if err := chromedp.Do(ctx, chromedp.Click("button.apply"), chromedp.WaitVisible("section.applied")); err != nil {
		t.Fatal(err)
	}
	picture(ctx, t, "applied")
	if got := text(ctx, t, "section.applied p"); !strings.HasPrefix(got, fmt.Sprintf("%d rows of people.resolved.csv are filled in", chosen)) {
		t.Errorf("%d cards were chosen: %s", chosen, got)
	}
	s.end()
	if after := len(s.column("people.errors.csv", "error_code")); after != before-chosen {
		t.Errorf("the report has %d rows, and had %d", after, before)
	}
	filled := 0
	for _, confidence := range s.column("people.resolved.csv", "match_confidence") {
		if confidence == "chosen" {
			filled++
		}
	}
	if filled != chosen {
		t.Errorf("%d rows of the output are chosen, not %d", filled, chosen)
	}
}

// Keys move between cards and candidates, find and help. In a field they are text, and the
// second half of a double click decides nothing.
func TestReviewKeysThatDecideNothing(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	s := newSession(t, 100)
	s.start("--url-template", pageTemplate)
	defer s.end()
	visit(ctx, t, s.url)
	is := func(what, expression string) {
		t.Helper()
		if _, err := chromedp.Run(ctx, chromedp.Poll[bool](expression, chromedp.WithPollingTimeout(5*time.Second))); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	press(ctx, t, kb.ArrowRight)
	is("the next card", `document.querySelector("main").dataset.place === "2"`)
	press(ctx, t, kb.ArrowDown)
	is("the candidate has the focus", `document.activeElement === document.querySelector("button.choose")`)
	press(ctx, t, "?")
	is("help is shown", `document.getElementById("keys").open`)
	press(ctx, t, "/")
	is("the field has the focus", `document.activeElement.id === "text"`)
	for _, key := range []string{"1", "0", "l", "u"} {
		press(ctx, t, key)
	}
	is("keys are text there", `document.getElementById("text").value.endsWith("10lu")`) // chromedp types the / in any case
	press(ctx, t, kb.Escape)
	is("the focus leaves the field", `document.activeElement.id === "main"`)
	opened := chromedp.WaitNewTarget(ctx, func(info *target.Info) bool { return strings.Contains(info.URL, "/customer/menu/") })
	press(ctx, t, "o")
	select {
	case <-opened:
	case <-ctx.Done():
		t.Error("o opens no page")
	}
	if got := decided(ctx, t); got != 0 {
		t.Errorf("%d cards are decided", got)
	}
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`for (let i = 0; i < 2; i++) document.querySelector("button.choose").click(); true`)); err != nil {
		t.Fatal(err)
	}
	is("one card is decided", `document.getElementById("tally").textContent.startsWith("1 ")`)
	is("the page is at rest", `document.body.getAttribute("aria-busy") !== "true"`)
	is("a screen reader is told", `document.getElementById("live").textContent.includes("1 of")`)
	if got := decided(ctx, t); got != 1 {
		t.Errorf("%d cards are decided by a double click", got)
	}
}

// click clicks what a selector finds and waits for the page that comes of it.
func click(ctx context.Context, t *testing.T, selector string) {
	t.Helper()
	loaded := chromedp.Events(ctx, cdpage.LoadEventFired)
	if err := chromedp.Do(ctx, chromedp.Click(selector)); err != nil {
		t.Fatal(err)
	}
	for _, err := range loaded {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
}

func TestReviewWithoutScript(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	s := newSession(t, 100)
	s.start()
	defer s.end()
	if _, err := chromedp.Run(ctx, chromedp.Title()); err != nil { // there is a window
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	visit(ctx, t, s.url)
	click(ctx, t, "button.choose")
	click(ctx, t, `button[value="none"]`)
	click(ctx, t, `button[value="later"]`)
	if got := text(ctx, t, "#tally"); !strings.HasPrefix(got, "2 of ") || !strings.Contains(got, "1 for later") {
		t.Error(got)
	}
	click(ctx, t, `form[action="/undo"] button`)
	click(ctx, t, `form[action="/undo"] button`)
	if got := decided(ctx, t); got != 1 {
		t.Errorf("%d cards are decided", got)
	}
	click(ctx, t, `nav a[href="/done"]`)
	click(ctx, t, "button.apply")
	for range 100 { // by hand, as its person does
		if strings.Contains(text(ctx, t, "main"), "1 row of people.resolved.csv is filled in") {
			return
		}
		visit(ctx, t, s.page("done"))
	}
	t.Errorf("nothing was applied: %s", text(ctx, t, "main"))
}

// The second window sees what the first one has decided, and what it showed before decides
// nothing.
func TestReviewInTwoWindows(t *testing.T) {
	t.Parallel()
	first := browser(t)
	s := newSession(t, 100)
	s.start()
	defer s.end()
	visit(first, t, s.url)
	second, cancel := chromedp.NewContext(first)
	defer cancel()
	visit(second, t, s.page(""))
	press(first, t, "1")
	press(second, t, "0")
	if got := text(second, t, ".said"); !strings.Contains(got, "Nothing was decided") {
		t.Errorf("the stale window says %q", got)
	}
	if got := text(second, t, ".decided"); !strings.Contains(got, "is chosen, by ann") {
		t.Errorf("the stale window shows %q", got)
	}
	if got := decided(second, t); got != 1 {
		t.Errorf("%d cards are decided", got)
	}
}

// gate is between a review and its tenant, and can be shut.
type gate struct {
	tenant *httputil.ReverseProxy
	shut   atomic.Bool
}

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if g.shut.Load() {
		http.Error(w, "closed", http.StatusServiceUnavailable)
		return
	}
	g.tenant.ServeHTTP(w, r)
}

// behindGate puts a gate in front of the session's tenant.
func (s *session) behindGate() *gate {
	s.t.Helper()
	at := slices.IndexFunc(s.env, func(v string) bool { return strings.HasPrefix(v, "LOANPRO_BASE_URL=") })
	base, err := url.Parse(strings.TrimPrefix(s.env[at], "LOANPRO_BASE_URL="))
	if err != nil {
		s.t.Fatal(err)
	}
	g := &gate{tenant: &httputil.ReverseProxy{
		Rewrite:  func(r *httputil.ProxyRequest) { r.Out.URL.Scheme, r.Out.URL.Host = base.Scheme, base.Host },
		ErrorLog: log.New(io.Discard, "", 0), // of answers that are cut when the review ends
	}}
	server := httptest.NewServer(g)
	s.t.Cleanup(server.Close)
	s.env[at] = "LOANPRO_BASE_URL=" + server.URL + base.Path
	return g
}

// The tenant goes away in the middle: the page says so, chooses nothing, keeps what was
// decided, and goes on by itself.
func TestReviewWhileTheTenantIsGone(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	s := newSession(t, 100)
	g := s.behindGate()
	s.start()
	defer s.end()
	visit(ctx, t, s.url)
	press(ctx, t, "1")
	press(ctx, t, "1")
	g.shut.Store(true)
	if err := chromedp.Do(ctx, chromedp.SendKeys("#id", "700\r"), chromedp.WaitVisible(".waiting")); err != nil { // which must be read
		t.Fatal(err)
	}
	picture(ctx, t, "gone")
	checkAccessible(ctx, t, "a page without records")
	press(ctx, t, "1")
	if got := decided(ctx, t); got != 2 {
		t.Errorf("%d cards are decided", got)
	}
	g.shut.Store(false)
	if err := chromedp.Do(ctx, chromedp.WaitNotPresent(".waiting")); err != nil {
		t.Fatal(err)
	}
	press(ctx, t, "1")
	if got := decided(ctx, t); got != 3 {
		t.Errorf("%d cards are decided", got)
	}
}

// checkAccessible has axe-core look at the page, if there is one.
func checkAccessible(ctx context.Context, t *testing.T, what string) {
	t.Helper()
	path := os.Getenv("LOANMAP_AXE")
	if path == "" {
		t.Log("accessibility is not checked: LOANMAP_AXE does not say where axe.min.js is")
		return
	}
	if err := chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void](read(t, path))); err != nil {
		t.Fatal(err)
	}
	const run = `axe.run({resultTypes: ["violations"]}).then((found) => found.violations.map((one) => one.id + ": " + one.nodes.map((n) => n.html + " " + n.failureSummary).join(", ")))`
	found, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](run, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	for _, violation := range found {
		t.Errorf("%s: %s", what, violation)
	}
}

func TestReviewIsAccessible(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	s := newSession(t, 100)
	s.start("--url-template", pageTemplate)
	defer s.end()
	visit(ctx, t, s.url[:strings.Index(s.url, "?")])
	checkAccessible(ctx, t, "the page of a stranger")
	visit(ctx, t, s.url)
	checkAccessible(ctx, t, "a card")
	press(ctx, t, "1")
	press(ctx, t, "?")
	press(ctx, t, kb.ArrowLeft)
	checkAccessible(ctx, t, "a card that is decided")
	visit(ctx, t, s.page("done"))
	checkAccessible(ctx, t, "the last page")
	if err := chromedp.Do(ctx, chromedp.Click("button.apply"), chromedp.WaitVisible("section.applied")); err != nil {
		t.Fatal(err)
	}
	checkAccessible(ctx, t, "the last page with what came of it")
}
