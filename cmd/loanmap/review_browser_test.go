package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

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
func picture(t *testing.T, ctx context.Context, name string) {
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
func text(t *testing.T, ctx context.Context, selector string) string {
	t.Helper()
	got, err := chromedp.Run(ctx, chromedp.TextContent(selector))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// press presses a key and waits until the page that comes of it is shown.
func press(t *testing.T, ctx context.Context, key string) {
	t.Helper()
	const shown = `document.body.getAttribute("aria-busy") !== "true"`
	if err := chromedp.Do(ctx, chromedp.KeyEvent(key), chromedp.Poll[chromedp.Void](shown, chromedp.WithPollingInterval(5*time.Millisecond))); err != nil {
		t.Fatal(err)
	}
}

func TestReviewByKeys(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	s := newSession(t, 300)
	s.start("--url-template", "https://loanpro.simnang.com/client/app/index.php#/t_/{tenant}/customer/menu/{customer_id}")
	if err := chromedp.Do(ctx, chromedp.Navigate(s.url), chromedp.WaitVisible("h1")); err != nil {
		t.Fatal(err)
	}
	picture(t, ctx, "card")
	press(t, ctx, "1")
	picture(t, ctx, "second")
	t.Log(text(t, ctx, "#tally"))
	press(t, ctx, kb.ArrowLeft)
	picture(t, ctx, "decided")
	press(t, ctx, "?")
	if err := chromedp.Do(ctx, chromedp.Navigate(strings.SplitN(s.url, "?", 2)[0]+"done"), chromedp.WaitVisible("h1")); err != nil {
		t.Fatal(err)
	}
	picture(t, ctx, "done")
	s.end()
	t.Log(s.said.String())
}
